import { uniqueInRun } from "./run-id.ts";
import type { BatchOptions } from "../config/model.ts";

/**
 * Names the batches of one sink's parked messages. Entries that follow one another under one id are written together,
 * and from the first try on nothing joins them: a batch keeps its members (delivery.md, rule 6). Ids of another process
 * are never given out again, so that its batches are closed.
 */
export class BatchIds {
  readonly #run = uniqueInRun();
  #count = 0;
  #open: { readonly id: string; members: number; bytes: number } | undefined;

  /** The id of a batch that has all its members. */
  next(): string {
    this.#open = undefined;
    this.#count += 1;
    return `${this.#run}:${this.#count}`;
  }

  /** The id for one more message: that of the last batch while nothing has tried it and there is room in it. */
  join(bytes: number, limit: BatchOptions): string {
    const open = this.#open;
    if (open !== undefined && open.members < limit.count && open.bytes + bytes <= limit.bytes) {
      open.members += 1;
      open.bytes += bytes;
      return open.id;
    }
    const id = this.next();
    this.#open = { id, members: 1, bytes };
    return id;
  }

  /** Nothing joins that batch any more; answers whether something might have until now. */
  close(id: string): boolean {
    if (this.#open?.id !== id) return false;
    this.#open = undefined;
    return true;
  }
}

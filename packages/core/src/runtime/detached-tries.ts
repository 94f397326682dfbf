import { uniqueInRun } from "./run-id.ts";
import type { WriteResult } from "../component/contracts.ts";

/**
 * Direct tries whose writes were parked while they were under way: the entry in the store bears the try's token, and
 * whoever reads it there gets the end of that try instead of making another. A token of another process is unknown here:
 * its try died with it.
 */
export class DetachedTries {
  readonly #run = uniqueInRun();
  readonly #tries = new Map<
    string,
    { readonly end: (result: WriteResult) => void; readonly ended: Promise<WriteResult> }
  >();
  #count = 0;

  /** The token of a try that goes on. */
  add(): string {
    this.#count += 1;
    const token = `${this.#run}:${this.#count}`;
    let end = (_result: WriteResult): void => undefined;
    const ended = new Promise<WriteResult>((resolve) => void (end = resolve));
    this.#tries.set(token, { end, ended });
    return token;
  }

  /** The try has ended. */
  end(token: string, result: WriteResult): void {
    this.#tries.get(token)?.end(result);
  }

  /** Whether nobody has asked for its end yet. */
  has(token: string): boolean {
    return this.#tries.has(token);
  }

  /** The end of a try, once; undefined for one that is not known. */
  take(token: string): Promise<WriteResult> | undefined {
    const found = this.#tries.get(token);
    this.#tries.delete(token);
    return found?.ended;
  }
}

import { orAborted } from "./or-aborted.ts";
import type { Consumer } from "./routing/consumer.ts";
import type { RouteIndex } from "./routing/route-index.ts";
import type { TagMembers } from "./routing/tag-members.ts";
import type { DataStream } from "./socket/data-stream.ts";
import type { Target } from "./socket/frames.ts";
import { keyOf, type Subscriptions } from "./socket/subscriptions.ts";

export interface AttachmentOptions {
  readonly consumer: Consumer;
  readonly index: RouteIndex;
  readonly subscriptions: Subscriptions;
  readonly tags: TagMembers;
  readonly stream: DataStream;
  detach(): Promise<void>;
}

/** A pipeline's place at the socket: what it subscribes to, changed by difference while it runs. */
export class Attachment {
  readonly #options: AttachmentOptions;
  #targets = new Map<string, Target>();
  #isDetached = false;

  constructor(options: AttachmentOptions) {
    this.#options = options;
  }

  get targetCount(): number {
    return this.#targets.size;
  }

  /** Makes exactly these the pipeline's subscriptions; answers how many were added and removed. */
  setTargets(targets: readonly Target[]): { added: number; removed: number } {
    const next = new Map(targets.map((target) => [keyOf(target), target]));
    let added = 0;
    let removed = 0;
    // Added first, so that a device that is in both by another topic is not given up in between.
    for (const [key, target] of next) {
      if (this.#targets.has(key)) continue;
      this.#add(target);
      added += 1;
    }
    for (const [key, target] of this.#targets) {
      if (next.has(key)) continue;
      this.#remove(target);
      removed += 1;
    }
    this.#targets = next;
    return { added, removed };
  }

  /**
   * Resolves when the first try to connect has ended and, if it went well, akenza has answered for the subscriptions.
   * A failed try is no error here: the socket goes on trying. Rejects where it will not: AKENZA_AUTH_REFUSED.
   */
  async ready(signal: AbortSignal): Promise<void> {
    const { stream, subscriptions, tags } = this.#options;
    await orAborted(stream.settled(), signal);
    if (stream.state === "failed" && stream.problem !== undefined) throw stream.problem;
    await orAborted(Promise.all([subscriptions.settled(), tags.settled()]), signal);
  }

  /** Gives the place up. Idempotent. */
  async detach(): Promise<void> {
    if (this.#isDetached) return;
    this.#isDetached = true;
    this.setTargets([]);
    await this.#options.detach();
  }

  #add(target: Target): void {
    const { index, subscriptions, tags, consumer } = this.#options;
    index.add(target, consumer);
    subscriptions.want(target);
    if (target.kind === "tag") tags.want(target.id);
  }

  #remove(target: Target): void {
    const { index, subscriptions, tags, consumer } = this.#options;
    index.remove(target, consumer);
    subscriptions.unwant(target);
    if (target.kind === "tag") tags.unwant(target.id);
  }
}

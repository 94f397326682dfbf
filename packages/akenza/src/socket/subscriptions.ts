// The subscriptions of one socket: the union of what all pipelines want, and what akenza said about each.
// Sending is a callback; who gets the samples is decided in routing/.
import { type Clock, type Logger, type Timer } from "@signalbox/core";
import { type Entry, type Frame, type Target, toSubscription } from "./frames.ts";

/** Entries in one subscribe message: what another client of akenza keeps to; no limit is documented. */
export const chunkSize = 100;
/** How long the answer to a subscribe message is waited for. */
export const answerLimitMs = 15_000;

interface Wanted {
  readonly target: Target;
  /** How many ask for it. */
  count: number;
}

interface Pending {
  readonly targets: readonly Target[];
  readonly timer: Timer;
}

export interface SubscriptionsOptions {
  readonly clock: Clock;
  readonly log: Logger;
  send(text: string): Promise<void>;
  /** Called once for each subscription that is refused. */
  onRefused(target: Target): void;
}

export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #wanted = new Map<string, Wanted>();
  /** Those of the wanted ones that akenza refused on this connection. */
  readonly #refused = new Map<string, Target>();
  /** Keys to look at when the present turn ends. */
  readonly #touched = new Set<string>();
  /** Sent on this connection and not taken back, by key: also targets that nobody wants any more. */
  readonly #onWire = new Map<string, Target>();
  readonly #pending = new Map<number, Pending>();
  readonly #waiters = new Set<() => void>();
  #isLive = false;
  #isFlushing = false;
  #lastId = 0;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  want(target: Target): void {
    const key = keyOf(target);
    const known = this.#wanted.get(key);
    if (known === undefined) this.#wanted.set(key, { target, count: 1 });
    else known.count += 1;
    this.#touch(key);
  }

  unwant(target: Target): void {
    const key = keyOf(target);
    const known = this.#wanted.get(key);
    if (known === undefined) return;
    known.count -= 1;
    if (known.count > 0) return;
    this.#wanted.delete(key);
    this.#refused.delete(key);
    this.#touch(key);
  }

  /** A fresh connection: everything is asked for again. */
  connected(): void {
    this.#isLive = true;
    for (const key of this.#wanted.keys()) this.#touched.add(key);
    this.#flush();
  }

  disconnected(): void {
    this.#isLive = false;
    this.#onWire.clear();
    this.#refused.clear();
    for (const pending of this.#pending.values()) pending.timer.cancel();
    this.#pending.clear();
    this.#wake();
  }

  /** Takes an answer of akenza into account. An error without `replyTo` is nobody's. */
  answered(frame: Extract<Frame, { kind: "subscribed" | "unsubscribed" | "error" }>): void {
    const { replyTo } = frame;
    if (frame.kind === "subscribed") for (const entry of frame.entries) this.#judge(entry);
    if (frame.kind === "error" && replyTo !== undefined) {
      for (const target of this.#pending.get(replyTo)?.targets ?? []) this.#refuse(target, frame.message);
    }
    // A `subscribed` without replyTo answers the oldest question that is open: answers come in order.
    const answers = replyTo ?? (frame.kind === "error" ? undefined : this.#pending.keys().next().value);
    if (answers !== undefined) this.#settle(answers);
  }

  /** An integer that this connection has not used as a message id yet. */
  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** Resolves when no change waits for its answer; at once while there is no connection. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#isLive && (this.#pending.size > 0 || this.#touched.size > 0)) return;
        this.#waiters.delete(look);
        resolve();
      };
      this.#waiters.add(look);
      look();
    });
  }

  get size(): number {
    return this.#wanted.size;
  }

  refused(): readonly Target[] {
    return [...this.#refused.values()];
  }

  #touch(key: string): void {
    this.#touched.add(key);
    if (this.#isFlushing || !this.#isLive) return;
    this.#isFlushing = true;
    // Ten thousand pipelines that open in one turn make a hundred messages, not ten thousand.
    queueMicrotask(() => {
      this.#isFlushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (!this.#isLive) return;
    const added: Target[] = [];
    const removed: Target[] = [];
    for (const key of this.#touched) {
      const wanted = this.#wanted.get(key);
      const onWire = this.#onWire.get(key);
      if (wanted !== undefined && onWire === undefined) added.push(wanted.target);
      if (wanted === undefined && onWire !== undefined) removed.push(onWire);
    }
    this.#touched.clear();
    for (const target of added) this.#onWire.set(keyOf(target), target);
    for (const target of removed) this.#onWire.delete(keyOf(target));
    this.#ask("subscribe", added);
    this.#ask("unsubscribe", removed);
    this.#wake();
  }

  #ask(type: "subscribe" | "unsubscribe", targets: readonly Target[]): void {
    for (let start = 0; start < targets.length; start += chunkSize) {
      const chunk = targets.slice(start, start + chunkSize);
      const id = this.nextId();
      const timer = this.#options.clock.setTimer(() => this.#missed(id, type), answerLimitMs);
      this.#pending.set(id, { targets: type === "subscribe" ? chunk : [], timer });
      // A frame that cannot go out means a connection that is about to end; everything is asked again on the next one.
      this.#options.send(JSON.stringify({ type, id, subscriptions: chunk.map(toSubscription) })).catch(() => undefined);
    }
  }

  #missed(id: number, type: string): void {
    this.#options.log.warn({ type, id }, "akenza did not answer a change of subscriptions; it may hold all the same.");
    this.#settle(id);
  }

  #settle(id: number): void {
    this.#pending.get(id)?.timer.cancel();
    this.#pending.delete(id);
    this.#wake();
  }

  #judge({ target, isValid }: Entry): void {
    if (isValid) this.#refused.delete(keyOf(target));
    else this.#refuse(target, undefined);
  }

  #refuse(target: Target, detail: string | undefined): void {
    const key = keyOf(target);
    if (!this.#wanted.has(key)) return;
    this.#refused.set(key, target);
    this.#options.onRefused(target);
    const { kind, id, topic } = target;
    const fields = { code: "AKENZA_SUBSCRIPTION_REFUSED", [kind]: id, topic };
    const sentence = `akenza refused the subscription of ${kind} ${id}; the others stay.`;
    this.#options.log.warn(detail === undefined ? fields : { ...fields, detail }, sentence);
  }

  #wake(): void {
    for (const look of this.#waiters) look();
  }
}

export function keyOf(target: Target): string {
  return `${target.kind} ${target.id} ${target.topic}`;
}

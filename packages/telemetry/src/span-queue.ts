// Holds spans on their way out, and sends them in batches, one at a time. Nobody ever waits for it: what finds no room is
// dropped and counted.
import type { Clock, Logger, Span, SpanCounts, SpanReceiver, Timer } from "@signalbox/core";
import type { Sender, SendResult } from "./otlp-sender.ts";

export interface SpanQueueOptions {
  /** For a person. */
  readonly destination: string;
  readonly sender: Sender;
  /** The body of an export. */
  readonly encode: (spans: readonly Span[]) => string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Spans that are held, those under way included. */
const capacity = 4_096;
const batchSize = 512;
/** How long a span waits for others. */
const lingerMs = 1_000;
/** Between two batches: writing them down is work of the thread that everything runs on. */
const paceMs = 100;
/** What the first failed try of a batch is followed by; each further one by twice that. */
const backoffMs = 1_000;
const longestMs = 15_000;
const mostTries = 5;
/** How long the end waits for what is left. */
const closingMs = 5_000;

export class SpanQueue implements SpanReceiver {
  readonly destination: string;
  readonly #options: SpanQueueOptions;
  readonly #closing = new AbortController();
  #waiting: Span[] = [];
  #underWay: readonly Span[] = [];
  #timer: Timer | undefined;
  #sending: Promise<void> | undefined;
  #tries = 0;
  #problem: string | undefined;
  #isClosed = false;
  #exported = 0;
  #dropped = 0;
  #failed = 0;

  constructor(options: SpanQueueOptions) {
    this.#options = options;
    this.destination = options.destination;
  }

  get room(): number {
    return this.#isClosed ? 0 : capacity - this.#waiting.length - this.#underWay.length;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  counts(): SpanCounts {
    return { exported: this.#exported, dropped: this.#dropped, failed: this.#failed };
  }

  take(spans: readonly Span[]): void {
    const { room } = this;
    this.#waiting.push(...spans.slice(0, room));
    if (spans.length > room) this.drop(spans.length - room);
    this.#plan(lingerMs);
  }

  drop(count: number): void {
    this.#dropped += count;
  }

  /** Sends what is left, for five seconds at most. Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer?.cancel();
    const late = this.#options.clock.setTimer(() => this.#closing.abort(new Error("the engine has ended")), closingMs);
    await this.#sending;
    while (this.#hasSome && this.#tries === 0 && !this.#closing.signal.aborted) await this.#send();
    late.cancel();
    this.#failed += this.#waiting.length + this.#underWay.length;
    [this.#waiting, this.#underWay] = [[], []];
    await this.#options.sender.close();
  }

  get #hasSome(): boolean {
    return this.#waiting.length + this.#underWay.length > 0;
  }

  #plan(delayMs: number): void {
    if (this.#isClosed || this.#sending !== undefined || this.#timer !== undefined) return;
    this.#timer = this.#options.clock.setTimer(() => {
      this.#timer = undefined;
      this.#sending = this.#sendOn();
    }, delayMs);
  }

  async #sendOn(): Promise<void> {
    const delayMs = await this.#send();
    this.#sending = undefined;
    if (this.#hasSome) this.#plan(delayMs);
  }

  /** Sends a batch, or once more the one that was not taken; answers when to go on. */
  async #send(): Promise<number> {
    if (this.#underWay.length === 0) this.#underWay = this.#waiting.splice(0, batchSize);
    const { sender, encode } = this.#options;
    const result = await sender.send(encode(this.#underWay), this.#closing.signal);
    this.#say(result);
    if (result.status === "taken") return this.#taken(result.rejected);
    this.#tries += 1;
    if (result.status === "retryable" && this.#tries < mostTries)
      return Math.max(result.retryAfterMs ?? 0, backoffMs * 2 ** (this.#tries - 1));
    // The next batch is a probe: one try, and not soon.
    this.#tries = mostTries - 1;
    this.#failed += this.#underWay.length;
    this.#underWay = [];
    return longestMs;
  }

  #taken(rejected: number): number {
    const { length } = this.#underWay;
    this.#tries = 0;
    this.#failed += Math.min(length, rejected);
    this.#exported += Math.max(0, length - rejected);
    this.#underWay = [];
    return this.#waiting.length >= batchSize ? paceMs : lingerMs;
  }

  /** Once for each trouble, and once at its end. */
  #say({ problem }: SendResult): void {
    const { log, destination } = this.#options;
    const before = this.#problem;
    this.#problem = problem;
    if (problem !== undefined && before === undefined)
      log.warn({ receiver: destination, cause: problem }, "Traces do not arrive; the engine goes on without them.");
    if (problem === undefined && before !== undefined) log.info({ receiver: destination }, "Traces arrive again.");
  }
}

import type { Clock } from "../clock.ts";
import type { WriteResult } from "../component/contracts.ts";
import type { SignalboxError } from "../errors/error.ts";
import type { Logger } from "../log.ts";
import {
  afterFailure,
  afterPass,
  afterSinkShut,
  afterSuccess,
  type Breaker,
  type BreakerOptions,
  closedBreaker,
  dueWhenRefused,
  type Pass,
  passAt,
} from "./breaker.ts";
import { type BreakerStatus, problemOf } from "./status.ts";

export interface SinkGateOptions {
  readonly sink: string;
  readonly breaker: BreakerOptions;
  readonly clock: Clock;
  readonly log: Logger;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Decides whether a sink is tried at all: its circuit breaker, and what it has learned from the tries so far. */
export class SinkGate {
  readonly #options: SinkGateOptions;
  /** Called when everything may be tried again. */
  onClosed: () => void = () => undefined;
  #breaker: Breaker = closedBreaker;

  constructor(options: SinkGateOptions) {
    this.#options = options;
  }

  /** Whether a try that begins now would be refused. */
  get isShut(): boolean {
    return passAt(this.#breaker, this.#options.clock.now()) === undefined;
  }

  /** Lets a try through, or not (undefined); `leave` tells how it ended. */
  enter(): Pass | undefined {
    const pass = passAt(this.#breaker, this.#options.clock.now());
    if (pass !== undefined) this.#breaker = afterPass(this.#breaker, pass);
    return pass;
  }

  leave(pass: Pass, results: readonly WriteResult[]): void {
    const cause = failureOf(results);
    if (cause === undefined) return this.#change(afterSuccess(this.#breaker, pass));
    if (cause.code === "ENGINE_STOPPING") return;
    const { clock, random, breaker } = this.#options;
    const failure = { pass, cause, now: clock.now(), random: random() };
    this.#change(afterFailure(this.#breaker, failure, breaker));
  }

  /** The sink has been opened. */
  sinkOpened(): void {
    this.#breaker = closedBreaker;
    this.onClosed();
  }

  /** The sink could not be opened, and is tried to be again at `tryAt`. */
  sinkShut(cause: SignalboxError, tryAt: number): void {
    this.#breaker = afterSinkShut(this.#breaker, { cause, now: this.#options.clock.now(), tryAt });
  }

  /** When what is refused now may be tried at the earliest. */
  dueWhenRefused(): number {
    return dueWhenRefused(this.#breaker, this.#options.clock.now());
  }

  /** When to ask again; undefined while a try would be let through. What is under way just now has ended by `probeEndsAt`. */
  shutUntil(probeEndsAt: number): number | undefined {
    if (!this.isShut) return undefined;
    const breaker = this.#breaker;
    // A sink that is being opened just now says so when it is open; that time is the longest to wait.
    return breaker.state === "open" && breaker.tryAt > this.#options.clock.now() ? breaker.tryAt : probeEndsAt;
  }

  status(): BreakerStatus {
    const breaker = this.#breaker;
    if (breaker.state === "closed") return closedStatus;
    return {
      state: breaker.state,
      since: new Date(breaker.since).toISOString(),
      reason: problemOf(breaker.cause),
      nextTryAt: breaker.state === "open" ? new Date(breaker.tryAt).toISOString() : undefined,
      isAccessRefused: breaker.cause.isAccessRefused,
    };
  }

  #change(next: Breaker): void {
    const before = this.#breaker;
    this.#breaker = next;
    if (before.state === next.state) return;
    const { sink, log } = this.#options;
    if (next.state === "closed") {
      log.info({ sink }, "A sink takes messages again.");
      this.onClosed();
    } else if (before.state === "closed") {
      const { code, message, hint } = next.cause;
      log.warn({ sink, code, cause: message, hint }, "A sink is left alone for a while; its messages are parked.");
    }
  }
}

export const closedStatus: BreakerStatus = {
  state: "closed",
  since: undefined,
  reason: undefined,
  nextTryAt: undefined,
  isAccessRefused: false,
};

/** Why a try failed as a whole; undefined when the other side answered for any of its messages. */
function failureOf(results: readonly WriteResult[]): SignalboxError | undefined {
  let cause: SignalboxError | undefined;
  for (const result of results) {
    if (result.status !== "retryable") return undefined;
    if (cause === undefined || result.cause.isAccessRefused) cause = result.cause;
  }
  return cause;
}

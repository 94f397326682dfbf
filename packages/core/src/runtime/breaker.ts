import { backoffDelayMs } from "../backoff.ts";
import type { SignalboxError } from "../errors/error.ts";

export interface BreakerOptions {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** How long it stays open the first time; doubles with each probe that fails. */
  readonly openForMs: number;
  readonly maxOpenForMs: number;
}

/**
 * A sink's circuit breaker, as a value. closed: everything is tried. open: nothing is. half-open: one try, the probe, is
 * under way, and its end decides. Times are milliseconds since the epoch.
 */
export type Breaker =
  | { readonly state: "closed"; readonly failures: number }
  | (Opened & {
      readonly state: "open";
      readonly tryAt: number;
      /** True when the other side named that time (`Retry-After`). */
      readonly isAsked: boolean;
      /** True when no probe can help: the sink itself is not open, and `tryAt` is when it is opened again. */
      readonly isSinkShut: boolean;
    })
  | (Opened & { readonly state: "half-open" });

interface Opened {
  /** When it opened; a probe that fails does not change it. */
  readonly since: number;
  readonly openings: number;
  /** The latest failure. */
  readonly cause: SignalboxError;
}

/** How a try was let through. */
export type Pass = "regular" | "probe";

export const closedBreaker: Breaker = { state: "closed", failures: 0 };

/** Whether a try that begins now is let through, and as what; undefined: it is not. */
export function passAt(breaker: Breaker, now: number): Pass | undefined {
  if (breaker.state === "closed") return "regular";
  return breaker.state === "open" && !breaker.isSinkShut && now >= breaker.tryAt ? "probe" : undefined;
}

/** The breaker once a try was let through. */
export function afterPass(breaker: Breaker, pass: Pass): Breaker {
  if (pass === "regular" || breaker.state === "closed") return breaker;
  const { since, openings, cause } = breaker;
  return { state: "half-open", since, openings, cause };
}

/** The other side answered. A try from before it opened says nothing about now. */
export function afterSuccess(breaker: Breaker, pass: Pass): Breaker {
  if (breaker.state === "closed") return breaker.failures === 0 ? breaker : closedBreaker;
  return pass === "probe" && breaker.state === "half-open" ? closedBreaker : breaker;
}

export interface Failure {
  readonly pass: Pass;
  readonly cause: SignalboxError;
  readonly now: number;
  /** In [0, 1): spreads the probes of sinks that failed together. */
  readonly random: number;
}

/** A try failed for now. One that was refused for want of rights opens it at once: the next one would be, too. */
export function afterFailure(breaker: Breaker, failure: Failure, options: BreakerOptions): Breaker {
  const { pass, cause, now } = failure;
  switch (breaker.state) {
    case "closed": {
      const failures = breaker.failures + 1;
      if (failures < options.failures && !cause.isAccessRefused) return { state: "closed", failures };
      return opened({ since: now, openings: 1, cause }, failure, options);
    }
    case "half-open":
      if (pass === "regular") return breaker;
      return opened({ since: breaker.since, openings: breaker.openings + 1, cause }, failure, options);
    case "open": {
      const askedAt = now + (cause.retryAfterMs ?? 0);
      return askedAt <= breaker.tryAt ? breaker : { ...breaker, tryAt: askedAt, isAsked: true };
    }
  }
}

/** The sink itself is not open; `tryAt` is when it is opened again. */
export function afterSinkShut(
  breaker: Breaker,
  { cause, now, tryAt }: { cause: SignalboxError; now: number; tryAt: number },
): Breaker {
  const since = breaker.state === "closed" ? now : breaker.since;
  return { state: "open", since, openings: 1, cause, tryAt, isAsked: false, isSinkShut: true };
}

/** When what is refused now may be tried at the earliest: at once when it closes, but not before a time that was asked for. */
export function dueWhenRefused(breaker: Breaker, now: number): number {
  if (breaker.state === "closed") return now;
  return breaker.state === "open" && breaker.isAsked ? breaker.tryAt : breaker.since;
}

function opened(facts: Opened, { cause, now, random }: Failure, options: BreakerOptions): Breaker {
  const backoff = { backoffMs: options.openForMs, maxBackoffMs: options.maxOpenForMs };
  const waitMs = backoffDelayMs(facts.openings, backoff, random);
  const askedMs = cause.retryAfterMs ?? 0;
  const tryAt = now + Math.max(waitMs, askedMs);
  return { state: "open", ...facts, tryAt, isAsked: askedMs > waitMs, isSinkShut: false };
}

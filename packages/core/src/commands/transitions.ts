// What may become of a command, as functions of (command, now). The ledger applies them with compare-and-set.
// Not here: storing (ledger.ts), sending and waking (runner.ts).
import { type Backoff, backoffDelayMs } from "../backoff.ts";
import type { Command, CommandChange, CommandState, NewCommand, SendResult } from "./contracts.ts";

/** A command as the ledger holds it. */
export interface CommandRecord extends Command {
  /** While queued: not sent before this time (milliseconds since the epoch). */
  readonly notBefore: number;
}

const historyLimit = 20;

/** Whether the command still has its turn to come or to end; the others are history. */
export function isOpen({ state }: Command): boolean {
  return state === "queued" || state === "sent";
}

/** A command as it is taken in. */
export function queueNew(command: NewCommand, now: number): CommandRecord {
  const change: CommandChange = { at: iso(now), state: "queued", attempt: 0 };
  return { ...pick(command), state: "queued", attempts: 0, history: [change], notBefore: now };
}

/** Recorded before the request leaves, so that a crash from here on shows. */
export function markSent(command: CommandRecord, now: number): CommandRecord {
  return change({ ...command, attempts: command.attempts + 1 }, "sent", now);
}

/** A sent command whose answer came. */
export function applyResult(
  command: CommandRecord,
  result: SendResult,
  { now, random }: { now: number; random: number },
): CommandRecord {
  const detail = describe(result);
  if (result.status !== "retryable") return change(command, result.status, now, detail);
  if (command.attempts >= command.maxAttempts) return change(command, "failed", now, detail);
  const { backoffMs, maxBackoffMs, attempts } = command;
  const backoff: Backoff = { backoffMs, maxBackoffMs };
  const notBefore = now + backoffDelayMs(attempts, backoff, random, result.cause.retryAfterMs);
  return { ...change(command, "queued", now, detail), notBefore };
}

/** A sent command whose engine died or lost it: the request may have left, and nobody heard the answer. */
export function markUnknown(command: CommandRecord, now: number): CommandRecord {
  return change(
    command,
    "unknown",
    now,
    "The engine ended, or lost its hold on the queue, before an answer was recorded.",
  );
}

/**
 * An answer that comes after the command was taken for unknown. What is known now is recorded; a try that surely was not
 * carried out ends the command all the same, because later ones of its device may have gone out meanwhile.
 * Undefined when there is nothing to change.
 */
export function applyLateResult(
  command: CommandRecord,
  { attempt, result, now }: { attempt: number; result: SendResult; now: number },
): CommandRecord | undefined {
  if (command.state !== "unknown" || command.attempts !== attempt || result.status === "unknown") return undefined;
  return change(command, result.status === "retryable" ? "failed" : result.status, now, describe(result));
}

/**
 * How long a command of a connection without a sender waits for the next look: soon at first, then less often. Bounded
 * on the short side, because another engine may have the sender and gets its chance only then.
 */
export function senderWaitMs(waitedMs: number): number {
  return Math.min(15_000, Math.max(1_000, Math.round(waitedMs / 2)));
}

function change(command: CommandRecord, state: CommandState, now: number, detail?: string): CommandRecord {
  const latest: CommandChange = {
    at: iso(now),
    state,
    attempt: command.attempts,
    ...(detail !== undefined && { detail }),
  };
  const [first, ...rest] = [...command.history, latest];
  const kept = rest.slice(-(historyLimit - 1));
  return { ...command, state, history: first === undefined ? kept : [first, ...kept] };
}

function describe(result: SendResult): string | undefined {
  return result.status === "accepted" ? result.detail : `${result.cause.code}: ${result.cause.message}`;
}

// Callers may hand in richer objects: only what the contract names is kept.
function pick(command: NewCommand): NewCommand {
  const { key, pipeline, sink, message, connection, device, payload, maxAttempts, backoffMs, maxBackoffMs } = command;
  return { key, pipeline, sink, message, connection, device, payload, maxAttempts, backoffMs, maxBackoffMs };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

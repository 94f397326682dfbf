// What may become of a command, as functions of (command, now). The ledger applies them with compare-and-set.
// Not here: storing (ledger.ts), sending and waking (runner.ts), what people ask for (by-hand.ts), uplinks (confirming.ts).
import { type Backoff, backoffDelayMs } from "../backoff.ts";
import type { Command, CommandChange, CommandState, NewCommand, SendResult } from "./contracts.ts";

/** A command as the ledger holds it; its place is the row's. */
export interface CommandRecord extends Omit<Command, "at"> {
  /** While queued: not sent before this time. */
  readonly dueAt: number;
  /** When it was accepted: of two that supersede one another, the later one stays. */
  readonly takenAt: number;
  /** An earlier try may have been carried out: from then on it is never said that none was. */
  readonly mayHaveArrived?: boolean;
  /** Akenza has accepted an earlier try; it is sent again because no uplink confirmed it. */
  readonly wasAccepted?: boolean;
  /** Who recorded the latest sending: one runner of one process, which knows each request that it let go. */
  readonly sentBy?: string;
}

/** What is decided by chance, and when. `random` is in [0, 1). */
export interface Moment {
  readonly now: number;
  readonly random: number;
}

/** What a change may tell beside time, state and attempt. */
type Facts = { readonly [Name in "detail" | "by" | "supersededBy"]?: string | undefined };

const historyLimit = 20;

/** Whether the command holds a place in its line: its turn is to come, or under way. */
export function isOpen({ state }: Pick<Command, "state">): boolean {
  return state === "queued" || state === "sent";
}

/** A command as it is taken in. */
export function takeIn(command: NewCommand, now: number): CommandRecord {
  const state = command.isDryRun === true ? "planned" : "queued";
  const { by } = command;
  const history = [{ at: iso(now), state, attempt: 0, ...(by !== undefined && { by }) } as const];
  return {
    ...pick(command),
    state,
    attempts: 0,
    history,
    dueAt: Math.max(now, command.notBefore ?? now),
    takenAt: now,
  };
}

/** What the first of a line is due for: it waits, becomes something else, or is sent if nothing newer takes its place. */
export type Turn =
  | { readonly due: "wait"; readonly until: number }
  | { readonly due: "change"; readonly record: CommandRecord }
  | { readonly due: "send" };

/**
 * The turn of the first of a line, for the runner `self`. Only the holder of the line's job sends, and it is not at it when
 * it asks: whoever sent a command that is found `sent` is gone. Where that is `self`, the store had recorded the sending
 * and could not say so, and no request left.
 */
export function turnOf(command: CommandRecord, moment: Moment, self: string): Turn {
  if (command.state === "sent") {
    return { due: "change", record: command.sentBy === self ? takeBack(command, moment.now) : cut(command, moment) };
  }
  const { dueAt, expiresAt = Number.POSITIVE_INFINITY } = command;
  if (expiresAt <= moment.now) return { due: "change", record: expire(command, moment.now) };
  return dueAt > moment.now ? { due: "wait", until: Math.min(dueAt, expiresAt) } : { due: "send" };
}

/** Recorded before the request leaves, so that a crash from here on shows. */
export function markSent(command: CommandRecord, now: number, self: string): CommandRecord {
  return change({ ...command, attempts: command.attempts + 1, sentBy: self }, "sent", { now });
}

/**
 * A command that its runner recorded as sent just now, and does not let go: its time was over by then, or a newer one had its
 * place. Else undefined.
 */
export function holdBack(
  command: CommandRecord,
  { now, isReplaced }: { readonly now: number; readonly isReplaced: boolean },
): CommandRecord | undefined {
  const { expiresAt = Number.POSITIVE_INFINITY, attempts } = command;
  if (expiresAt <= now) return expire({ ...command, attempts: attempts - 1 }, now);
  return isReplaced ? takeBack(command, now) : undefined;
}

/** A command that was recorded as sent, and whose request surely never left: that was no try. */
function takeBack(command: CommandRecord, now: number): CommandRecord {
  const attempts = command.attempts - 1;
  const detail = "Its request never left: the store went away while the sending was recorded.";
  return { ...change({ ...command, attempts }, "queued", { now, detail }), dueAt: now };
}

/** A sent command whose answer came. */
export function applyResult(command: CommandRecord, result: SendResult, moment: Moment): CommandRecord {
  const { now } = moment;
  const detail = describe(result);
  switch (result.status) {
    case "accepted":
      return awaitUplink(change(command, "accepted", { now, detail }), now);
    case "rejected":
      return change(command, "rejected", { now, detail });
    case "unknown":
      return lose(command, moment, detail);
    case "retryable":
      if (command.attempts >= command.maxAttempts) return endUnsent(command, "failed", { now, detail });
      return putOff(change(command, "queued", { now, detail }), moment, result.cause.retryAfterMs);
  }
}

/** A sent command whose engine died or lost it: the request may have left, and nobody heard the answer. */
export function cut(command: CommandRecord, moment: Moment): CommandRecord {
  return lose(command, moment, "The engine ended, or lost its hold on the queue, before an answer was recorded.");
}

/**
 * An answer that comes after the command was taken for lost. What is known now is recorded; a try that surely was not
 * carried out ends a command that nobody sends again, because later ones of its device may have gone out meanwhile.
 * Undefined when there is nothing to change.
 */
export function applyLateResult(
  command: CommandRecord,
  { attempt, result, now }: { attempt: number; result: SendResult; now: number },
): CommandRecord | undefined {
  const isLost = command.state === "unknown" || (command.state === "queued" && command.mayHaveArrived === true);
  if (!isLost) return undefined;
  const detail = describe(result);
  // Whichever try it was: what is accepted is not sent again.
  if (result.status === "accepted") return awaitUplink(change(command, "accepted", { now, detail }), now);
  if (command.attempts !== attempt || result.status === "unknown") return undefined;
  if (result.status === "rejected") return change(command, "rejected", { now, detail });
  return command.state === "queued" ? undefined : change(command, "failed", { now, detail });
}

/** A waiting command whose time to live is over. */
export function expire(command: CommandRecord, now: number): CommandRecord {
  return endUnsent(command, "expired", { now, detail: `Its time was over at ${iso(command.expiresAt ?? now)}.` });
}

/** A waiting command whose place a newer one takes. */
export function supersede(command: CommandRecord, newer: string, now: number): CommandRecord {
  return change(command, "superseded", { now, supersededBy: newer });
}

/** The command in another state, with the change in its history. */
export function change(
  { confirmBy: _over, ...command }: CommandRecord,
  state: CommandState,
  { now, ...facts }: { readonly now: number } & Facts,
): CommandRecord {
  const told = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
  const latest: CommandChange = { at: iso(now), state, attempt: command.attempts, ...told };
  const [first, ...rest] = [...command.history, latest];
  const kept = rest.slice(-(historyLimit - 1));
  return { ...command, state, history: first === undefined ? kept : [first, ...kept] };
}

/** Opens the time in which an uplink may confirm the command, where that is asked for. */
function awaitUplink(command: CommandRecord, now: number): CommandRecord {
  return command.confirm === undefined ? command : { ...command, confirmBy: now + command.confirm.withinMs };
}

/** The request may have arrived: sent again where the author wants that, else left to a person or an uplink. */
function lose(command: CommandRecord, moment: Moment, detail: string | undefined): CommandRecord {
  const { now } = moment;
  const lost = change({ ...command, mayHaveArrived: true }, "unknown", { now, detail });
  const { onUnknown, attempts, maxAttempts } = command;
  if (onUnknown !== "resend" || attempts >= maxAttempts) return awaitUplink(lost, now);
  return putOff(change(lost, "queued", { now, detail: "It is sent again, as `onUnknown` says." }), moment);
}

/** An end that says that nothing was carried out; of a command that may have been, nobody can say that. */
function endUnsent(
  command: CommandRecord,
  state: "failed" | "expired",
  { now, detail }: { now: number; detail: string | undefined },
): CommandRecord {
  if (command.mayHaveArrived !== true) return change(command, state, { now, detail });
  if (command.wasAccepted === true) {
    const unsent = `No uplink confirmed it, and it is not sent again. ${detail ?? ""}`.trim();
    return change(command, "unconfirmed", { now, detail: unsent });
  }
  const doubt = `An earlier try may have been carried out. ${detail ?? ""}`.trim();
  return awaitUplink(change(command, "unknown", { now, detail: doubt }), now);
}

function putOff(command: CommandRecord, { now, random }: Moment, askedMs?: number): CommandRecord {
  const { backoffMs, maxBackoffMs, attempts } = command;
  const backoff: Backoff = { backoffMs, maxBackoffMs };
  return { ...command, dueAt: now + backoffDelayMs(attempts, backoff, random, askedMs) };
}

function describe(result: SendResult): string | undefined {
  return result.status === "accepted" ? result.detail : `${result.cause.code}: ${result.cause.message}`;
}

const optional = [
  "notBefore",
  "expiresAt",
  "supersedeKey",
  "onUnknown",
  "confirm",
  "isDryRun",
  "by",
  "traceparent",
] as const;

// Callers may hand in richer objects: only what the contract names is kept.
function pick(command: NewCommand): NewCommand {
  const { key, pipeline, sink, message, connection, device, payload, maxAttempts, backoffMs, maxBackoffMs } = command;
  const given = optional.filter((name) => command[name] !== undefined).map((name) => [name, command[name]]);
  const choices = Object.fromEntries(given) as Partial<NewCommand>;
  const order = { key, pipeline, sink, message, connection, device, payload };
  return { ...order, maxAttempts, backoffMs, maxBackoffMs, ...choices };
}

export function iso(time: number): string {
  return new Date(time).toISOString();
}

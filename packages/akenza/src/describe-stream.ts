import { messageOf, type SignalboxError } from "@signalbox/core";
import type { Closing, StreamState } from "./socket/data-stream.ts";
import type { Target } from "./socket/frames.ts";

/** What is known of the socket at a moment. */
export interface StreamFacts {
  readonly state: StreamState;
  readonly problem: SignalboxError | undefined;
  /** Milliseconds since the epoch. */
  readonly liveSince: number | undefined;
  readonly subscriptions: number;
  readonly refused: readonly Target[];
  readonly unreadableTags: readonly string[];
  /** Pipelines without room, for which the socket rests. */
  readonly waitingFor: readonly string[];
  /** Pipelines without room that the socket does not wait for. */
  readonly detached: readonly string[];
  /** What is made up from history, what could not be, who is silent. */
  readonly missed: readonly string[];
  /** Counts of what is out of the ordinary; empty when nothing is. */
  readonly oddities: string;
}

const maxNames = 5;

/** `live since 12:00:03Z; 14 subscriptions; refused: asset 02…`, a sentence for status views. */
export function describeStream(facts: StreamFacts): string {
  const parts = [stateOf(facts), `${facts.subscriptions} subscription${facts.subscriptions === 1 ? "" : "s"}`];
  if (facts.refused.length > 0) parts.push(`refused: ${names(facts.refused.map((each) => `${each.kind} ${each.id}`))}`);
  if (facts.unreadableTags.length > 0) parts.push(`devices unknown of tag ${names(facts.unreadableTags)}`);
  if (facts.waitingFor.length > 0) parts.push(`the socket rests until there is room in ${names(facts.waitingFor)}`);
  if (facts.detached.length > 0) parts.push(`detached until there is room: ${names(facts.detached)}`);
  parts.push(...facts.missed);
  if (facts.oddities !== "") parts.push(facts.oddities);
  return parts.join("; ");
}

function stateOf({ state, problem, liveSince }: StreamFacts): string {
  if (state === "live" && liveSince !== undefined)
    return `live since ${new Date(liveSince).toISOString().slice(11, 19)}Z`;
  if (problem === undefined) return state;
  return state === "waiting" ? `${problem.message}; tried again` : problem.message;
}

function names(all: readonly string[]): string {
  const shown = all.slice(0, maxNames).join(", ");
  return all.length > maxNames ? `${shown} and ${all.length - maxNames} more` : shown;
}

/** The body of a `closed` event. */
export function describeClosing(connection: string, { code, reason, cause, liveMs }: Closing): object {
  const why = cause === undefined ? null : { code: cause.code, message: messageOf(cause) };
  return { type: "closed", connection, code, reason, cause: why, liveMs };
}

import { createHash } from "node:crypto";
import type { SignalboxError } from "../../errors/error.ts";
import type { Location } from "../../location.ts";
import type { Message, Redrive } from "../../message.ts";

/** A message that could not be forwarded, kept with everything needed to understand it and to send it again. */
export interface DeadLetter {
  readonly id: string;
  readonly pipeline: string;
  /** The pipeline's hash when it failed. */
  readonly revision: string;
  /** Undefined when it failed before any sink was due. */
  readonly sink: string | undefined;
  readonly code: string;
  readonly cause: string;
  readonly hint?: string;
  /** Where in the author's files the cause lies. */
  readonly at?: Location;
  readonly attempts: number;
  /** When the last try failed. ISO 8601. */
  readonly diedAt: string;
  /** The message as its source gave it. */
  readonly original: Message;
  /** The message as the sink was to get it, where that differs. */
  readonly shaped?: Message;
  /** What a redrive sends in place of a message's body. */
  readonly edit?: LetterEdit;
  /** The latest last, at most 20. */
  readonly redrives: readonly Redrive[];
}

/** Which of a letter's messages is meant. */
export type LetterPart = "original" | "shaped";

export interface LetterEdit {
  readonly part: LetterPart;
  readonly body: unknown;
  /** 1 for the letter's first edit; the edited message's id ends in `~<nth>`. */
  readonly nth: number;
  readonly by: string;
  /** ISO 8601. */
  readonly editedAt: string;
}

/** What a pipeline knows of a message that died. */
export interface DeadLetterFacts {
  readonly pipeline: string;
  readonly revision: string;
  readonly sink: string | undefined;
  readonly cause: SignalboxError;
  readonly attempts: number;
  readonly original: Message;
  readonly shaped?: Message;
}

const keptRedrives = 20;

/**
 * The letter of a death. Its id follows from pipeline, sink and message, so that a death recorded twice, as a crash
 * between two writes may have it, is one letter; a message that was redriven keeps the id of the letter it came from.
 */
export function letterOf(facts: DeadLetterFacts, diedAt: string): DeadLetter {
  const { pipeline, revision, sink, cause, attempts, original, shaped } = facts;
  const redrives = endedAs("died", original.meta.redriven ?? []);
  return {
    id: redrives.at(-1)?.letter ?? ownId(facts),
    pipeline,
    revision,
    sink,
    code: cause.code,
    cause: cause.message,
    ...(cause.hint === undefined ? {} : { hint: cause.hint }),
    ...(cause.at === undefined ? {} : { at: cause.at }),
    attempts,
    diedAt,
    original,
    ...(shaped === undefined || shaped === original ? {} : { shaped }),
    redrives,
  };
}

/** The id of the letter of a message that was never redriven. */
export function ownId(place: Pick<DeadLetter, "pipeline" | "sink" | "original"> & { shaped?: Message }): string {
  const { pipeline, sink = "", original, shaped = original } = place;
  return createHash("sha256")
    .update(JSON.stringify([pipeline, sink, shaped.id]))
    .digest("hex")
    .slice(0, 20);
}

/** The redrives, with those that were under way ended as `outcome`. */
export function endedAs(outcome: "died" | "cut", redrives: readonly Redrive[]): readonly Redrive[] {
  return redrives.map((each) => (each.outcome === undefined ? { ...each, outcome } : each));
}

/** The redrives with one more, not more than are kept. */
export function withRedrive(redrives: readonly Redrive[], next: Redrive): readonly Redrive[] {
  return [...endedAs("cut", redrives), next].slice(-keptRedrives);
}

/** Whether `known`, a letter in the store, gives way to `letter`: they tell of the same message, `known` the older news. */
export function givesWay(known: DeadLetter, letter: DeadLetter): boolean {
  const latest = letter.redrives.at(-1);
  const isFormer = known.redrives.some(({ at, outcome }) => at === latest?.at && outcome !== "died");
  return isFormer || isSameWrite(known, letter);
}

/** The letter that takes the place of `known`, whose edit and redrives are not lost. */
export function merged(known: DeadLetter, letter: DeadLetter): DeadLetter {
  if (!isSameWrite(known, letter)) return letter;
  const { edit } = known;
  const redrives = known.redrives.length > letter.redrives.length ? known.redrives : letter.redrives;
  return { ...letter, redrives, ...(edit === undefined ? {} : { edit }) };
}

// Also by its body: sources may give two messages one id, and neither is to be lost for the other.
function isSameWrite(known: DeadLetter, letter: DeadLetter): boolean {
  return ownId(known) === ownId(letter) && JSON.stringify(known.original.body) === JSON.stringify(letter.original.body);
}

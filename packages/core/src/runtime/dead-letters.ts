import { randomUUID } from "node:crypto";
import type { SignalboxError } from "../errors/error.ts";
import type { Message } from "../message.ts";
import type { Collection, Store } from "../ports/store.ts";
import { type Persistence, persist } from "./persist.ts";

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
  readonly attempts: number;
  /** ISO 8601. */
  readonly diedAt: string;
  /** The message as its source gave it. */
  readonly original: Message;
  /** The message as the sink was to get it, where that differs. */
  readonly shaped?: Message;
}

export interface DeadLetterFacts {
  readonly pipeline: string;
  readonly revision: string;
  readonly sink: string | undefined;
  readonly cause: SignalboxError;
  readonly attempts: number;
  readonly original: Message;
  readonly shaped?: Message;
}

/** Keeps dead letters in the store. */
export interface DeadLetters {
  /** Resolves when the letter is durable; tries for as long as it takes. */
  bury(facts: DeadLetterFacts): Promise<void>;
  /** Newest first. */
  list(filter: { pipeline?: string; limit: number }): Promise<readonly DeadLetter[]>;
}

export function createDeadLetters(store: Store, persistence: Persistence): DeadLetters {
  const letters: Collection<DeadLetter> = store.collection({
    name: "dead-letters",
    indexes: ["pipeline", "sink", "code", "device"],
  });
  return {
    async bury(facts) {
      const now = persistence.clock.now();
      const letter = letterOf(facts, new Date(now).toISOString());
      const { pipeline, sink = "", code } = letter;
      const fields = { pipeline, sink, code, device: facts.original.meta.device ?? "" };
      await persist(
        "a dead letter",
        () => letters.put({ key: letter.id, at: now, fields, value: letter }),
        persistence,
      );
      persistence.log.error(
        { pipeline, sink, code, message: facts.original.id, cause: letter.cause, ...located(facts.cause) },
        "A message became a dead letter.",
      );
    },
    async list({ pipeline, limit }) {
      const where = pipeline === undefined ? {} : { pipeline };
      return (await letters.query({ where, newestFirst: true, limit })).map((row) => row.value);
    },
  };
}

function letterOf(facts: DeadLetterFacts, diedAt: string): DeadLetter {
  const { pipeline, revision, sink, cause, attempts, original, shaped } = facts;
  const letter = {
    id: randomUUID(),
    pipeline,
    revision,
    sink,
    code: cause.code,
    cause: cause.message,
    attempts,
    diedAt,
    original,
  };
  return shaped === undefined || shaped === original ? letter : { ...letter, shaped };
}

function located({ at }: SignalboxError): { at?: string } {
  return at === undefined ? {} : { at: `${at.file}:${at.line}:${at.column}` };
}

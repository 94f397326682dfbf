// Sends the messages of dead letters again, one or many, and sees that their letters go.
// Not here: which message is sent (redrive-plan.ts), its way through the pipeline, or the letter of one that dies again (burial.ts).
import { type Clock, sleep } from "../../clock.ts";
import { SignalboxError, toSignalboxError } from "../../errors/error.ts";
import type { Settlement } from "../../message.ts";
import type { Logger } from "../../log.ts";
import type { Row } from "../../ports/store.ts";
import { type Persistence, persist } from "../persist.ts";
import type { DeadLetter } from "./letter.ts";
import { createPatience } from "./patience.ts";
import { markedLetter, markedPlan, planOf, type RedrivePlan, type RedriveRequest, targetOf } from "./redrive-plan.ts";
import { letterIn, type LetterRows } from "./rows.ts";
import type { Tally } from "./tally.ts";
import type { Preview, RedriveTarget } from "./target.ts";

/** What became of a redriven message. `underWay`: not known in time; its letter goes as soon as it is settled or parked. */
export type RedriveOutcome = "delivered" | "discarded" | "parked" | "died" | "underWay";

/** What became of one letter of several: how its message ended, or why it was not sent. */
export interface RedriveResult {
  readonly letter: string;
  readonly outcome: RedriveOutcome | "refused";
  readonly problem?: { readonly code: string; readonly message: string; readonly hint?: string };
}

export interface RedriverOptions {
  readonly rows: LetterRows;
  readonly tally: Tally;
  readonly find: (pipeline: string) => RedriveTarget | undefined;
  readonly persistence: Persistence;
}

interface Begun {
  readonly ended: Promise<RedriveOutcome>;
}

/** How long an asker waits for the end of a message: a sink that hangs holds the message, not the asker. */
const patienceMs = 30_000;

/**
 * Sends the messages of dead letters again. A letter stays in the store until its message is settled or parked there: an
 * engine that dies in between leaves it behind, and at worst the message is sent twice, under the same id.
 */
export class Redriver {
  readonly #options: RedriverOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #underWay = new Set<string>();
  /** Letters on their way out of the store. */
  readonly #leaving = new Set<Promise<void>>();

  constructor(options: RedriverOptions) {
    this.#options = options;
    this.#clock = options.persistence.clock;
    this.#log = options.persistence.log;
  }

  /** Whether the message of a letter is on its way. */
  isUnderWay(id: string): boolean {
    return this.#underWay.has(id);
  }

  /** Resolves when no letter is on its way out of the store; messages under way keep theirs. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#leaving);
  }

  /** Fails when the letter is not there, is under way, or cannot be sent where it is to go. */
  async redrive(id: string, request: RedriveRequest): Promise<RedriveOutcome> {
    const patience = createPatience<RedriveOutcome>(this.#clock, patienceMs, "underWay");
    try {
      return await patience.inTime(this.#begin(id, request).then(({ ended }) => ended));
    } finally {
      patience.end();
    }
  }

  /** One after the other in the order given, so that a device's messages keep theirs, and `perSecond` of them in a second. */
  async redriveAll(
    ids: readonly string[],
    request: RedriveRequest,
    perSecond: number,
  ): Promise<readonly RedriveResult[]> {
    const patience = createPatience<RedriveOutcome>(this.#clock, patienceMs, "underWay");
    const results: Promise<RedriveResult>[] = [];
    for (const id of ids) {
      // Before the first too: of many, an asker may send each in a call of its own.
      await sleep(this.#clock, 1000 / perSecond);
      const begun = patience.isOver() ? Promise.reject(noRoom()) : this.#begin(id, request);
      results.push(resultOf(id, patience.inTime(begun.then(({ ended }) => ended))));
      await Promise.race([begun.catch(() => undefined), patience.over]);
    }
    return Promise.all(results).finally(() => patience.end());
  }

  /** Fails as `redrive` does. */
  async preview(id: string, to: RedriveRequest["to"]): Promise<Preview> {
    const letter = letterIn(await this.#row(id));
    const target = targetOf(letter, this.#options.find);
    const { message, direct } = planOf(letter, target, to);
    return target.preview(message, direct);
  }

  /** Resolves when the message is on its way, like one of its source's; `ended` once it has ended and its letter is gone. */
  async #begin(id: string, request: RedriveRequest): Promise<Begun> {
    if (this.#underWay.has(id)) throw busy(id);
    this.#underWay.add(id);
    try {
      const row = await this.#row(id);
      const letter = letterIn(row);
      const target = targetOf(letter, this.#options.find);
      const plan = planOf(letter, target, request.to);
      const marked = await this.#mark(row, markedLetter(letter, request, new Date(this.#clock.now()).toISOString()));
      this.#log.debug({ letter: id, pipeline: letter.pipeline, ...request }, "A dead letter is redriven.");
      return await this.#send(marked, target, markedPlan(plan, marked.redrives));
    } catch (error) {
      this.#underWay.delete(id);
      throw error;
    }
  }

  async #row(id: string): Promise<Row<DeadLetter>> {
    const row = await this.#options.rows.get(id);
    if (row === undefined) throw new SignalboxError("DEAD_LETTER_UNKNOWN", `there is no dead letter ${id}`);
    return row;
  }

  async #mark({ key, version }: Row<DeadLetter>, marked: DeadLetter): Promise<DeadLetter> {
    if (!(await this.#options.rows.replace(key, version, { value: marked }))) throw busy(key);
    return marked;
  }

  async #send(letter: DeadLetter, target: RedriveTarget, { message, direct }: RedrivePlan): Promise<Begun> {
    let begin: Promise<void> = Promise.resolve();
    const settled = new Promise<Settlement>((resolve, nack) => {
      const none: Settlement = { delivered: 0, discarded: 0, deadLettered: 0, parked: 0 };
      begin = target.redrive({ message, ack: (settlement = none) => resolve(settlement), nack }, direct);
    });
    const ended = settled
      .then((settlement) => this.#end(letter, outcomeOf(settlement)))
      .finally(() => this.#underWay.delete(letter.id));
    // Nobody may listen any more to what fails after that: the letter stays, and says that it was redriven.
    ended.catch(() => undefined);
    await begin;
    return { ended };
  }

  async #end(letter: DeadLetter, outcome: RedriveOutcome): Promise<RedriveOutcome> {
    // What died again has put its own news in the letter's place.
    if (outcome !== "died") await this.#leave(letter);
    const { id, pipeline, redrives } = letter;
    this.#log.debug({ letter: id, pipeline, by: redrives.at(-1)?.by, outcome }, "A redriven message has ended.");
    return outcome;
  }

  async #leave(letter: DeadLetter): Promise<void> {
    const leaving = persist("the end of a redrive", () => this.#forget(letter), this.#options.persistence);
    this.#leaving.add(leaving);
    await leaving.finally(() => this.#leaving.delete(leaving));
  }

  // Unless somebody purged it, or a death of another message of that id has taken its place meanwhile.
  async #forget({ id, redrives }: DeadLetter): Promise<void> {
    const row = await this.#options.rows.get(id);
    const latest = row === undefined ? undefined : letterIn(row).redrives.at(-1);
    if (latest === undefined || latest.outcome !== undefined || latest.at !== redrives.at(-1)?.at) return;
    await this.#options.tally.change(async () => -(await this.#options.rows.remove([id])));
  }
}

async function resultOf(letter: string, outcome: Promise<RedriveOutcome>): Promise<RedriveResult> {
  try {
    return { letter, outcome: await outcome };
  } catch (error) {
    const { code, message, hint } = toSignalboxError(error, "STORE_UNREACHABLE");
    return { letter, outcome: "refused", problem: { code, message, ...(hint === undefined ? {} : { hint }) } };
  }
}

function noRoom(): SignalboxError {
  return new SignalboxError("DEAD_LETTER_BUSY", "those before it have not found room in their pipeline in time", {
    isRetryable: true,
    hint: "look at the pipeline's sinks, then redrive the rest",
  });
}

function outcomeOf({ deadLettered, parked, delivered }: Settlement): RedriveOutcome {
  if (deadLettered > 0) return "died";
  if (parked > 0) return "parked";
  return delivered > 0 ? "delivered" : "discarded";
}

function busy(id: string): SignalboxError {
  return new SignalboxError("DEAD_LETTER_BUSY", `dead letter ${id} is being redriven or changed`, {
    isRetryable: true,
    hint: "look again in a moment",
  });
}

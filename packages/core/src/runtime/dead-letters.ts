// Dead letters as the rest of the engine and the control API see them, put together from the parts in dead-letters/.
// Not here: what kills a message (flow.ts, sink-runner.ts), or its way after a redrive (pipeline-runner.ts).
import { SignalboxError } from "../errors/error.ts";
import type { Store } from "../ports/store.ts";
import { createBurial } from "./dead-letters/burial.ts";
import { DeathLog } from "./dead-letters/death-log.ts";
import { type DeadLetter, type DeadLetterFacts, endedAs, letterOf, type LetterPart } from "./dead-letters/letter.ts";
import type { RedriveRequest } from "./dead-letters/redrive-plan.ts";
import { type RedriveOutcome, Redriver, type RedriveResult } from "./dead-letters/redriver.ts";
import { type Keep, Retention } from "./dead-letters/retention.ts";
import { letterIn, letterRows, type LetterRows } from "./dead-letters/rows.ts";
import { type DeadLetterStatus, Tally } from "./dead-letters/tally.ts";
import type { Preview, RedriveTarget } from "./dead-letters/target.ts";
import type { Persistence } from "./persist.ts";

export type { DeadLetter, DeadLetterFacts, LetterEdit, LetterPart } from "./dead-letters/letter.ts";
export type { RedriveRequest } from "./dead-letters/redrive-plan.ts";
export type { RedriveOutcome, RedriveResult } from "./dead-letters/redriver.ts";
export type { DeadLetterStatus } from "./dead-letters/tally.ts";
export type { DirectWrite, Preview, PreviewResult, RedriveTarget } from "./dead-letters/target.ts";

export interface DeadLetterFilter {
  readonly pipeline?: string;
  readonly sink?: string;
  readonly code?: string;
  readonly device?: string;
  /** Died at this time or later; milliseconds since the epoch. */
  readonly since?: number;
  /** Died before this time. */
  readonly until?: number;
}

export interface DeadLetterPage extends DeadLetterFilter {
  readonly limit: number;
  /** Default: newest first. */
  readonly oldestFirst?: boolean;
  /** Continue behind this letter of an earlier answer. */
  readonly after?: Pick<DeadLetter, "id" | "diedAt">;
}

export interface NewEdit {
  readonly part: LetterPart;
  readonly body: unknown;
  /** Who edits, for the log and the letter. */
  readonly by: string;
}

/** The dead letters of an engine: kept in the store, worked with by an operator. */
export interface DeadLetters {
  /** Counts what the store holds and begins to prune it. Resolves at once when the store does not answer: it is asked again. */
  open(): Promise<void>;
  close(): Promise<void>;
  status(): DeadLetterStatus;
  /** Resolves to the letter's id when it is durable; tries for as long as it takes. */
  bury(facts: DeadLetterFacts): Promise<string>;
  list(page: DeadLetterPage): Promise<readonly DeadLetter[]>;
  get(id: string): Promise<DeadLetter | undefined>;
  /** Those that are there, in order. */
  getMany(ids: readonly string[]): Promise<readonly DeadLetter[]>;
  /** Gives a letter another body to redrive; what died stays beside it. Fails with DEAD_LETTER_UNKNOWN or _BUSY. */
  edit(id: string, edit: NewEdit): Promise<DeadLetter>;
  /** What a redrive would do. Fails as `redrive` does. */
  preview(id: string, to: RedriveRequest["to"]): Promise<Preview>;
  /**
   * Sends a letter's message again; the letter goes once that message is settled or parked, or has died anew. Fails with
   * DEAD_LETTER_UNKNOWN, _BUSY, _PIPELINE_GONE, _SINK_GONE, _EDIT_MISFIT, or when the pipeline takes no messages.
   */
  redrive(id: string, request: RedriveRequest): Promise<RedriveOutcome>;
  /** Several, started in the order given and `perSecond` of them in a second; what fails is told among the results. */
  redriveAll(ids: readonly string[], request: RedriveRequest, perSecond: number): Promise<readonly RedriveResult[]>;
  /** Throws letters away; those under way stay. Answers how many went. */
  purge(ids: readonly string[], by: string): Promise<number>;
}

export interface DeadLettersOptions {
  readonly store: Store;
  readonly persistence: Persistence;
  readonly keep: Keep;
  /** The running pipelines, by name. */
  readonly find: (pipeline: string) => RedriveTarget | undefined;
}

export function createDeadLetters({ store, persistence, keep, find }: DeadLettersOptions): DeadLetters {
  const { clock, log } = persistence;
  const rows = letterRows(store);
  const tally = new Tally(keep.alarm, clock, log);
  const deaths = new DeathLog(clock, log);
  const buryLetter = createBurial(rows, tally, persistence);
  const redriver = new Redriver({ rows, tally, find, persistence });
  const retention = new Retention({ rows, tally, keep, clock, log });
  // A redrive that an engine's end cut short is not under way, though the store knows no better.
  const seen = (letter: DeadLetter): DeadLetter =>
    redriver.isUnderWay(letter.id) ? letter : { ...letter, redrives: endedAs("cut", letter.redrives) };
  return {
    open: () => retention.open(),
    async close() {
      deaths.close();
      await redriver.close();
      await retention.close();
    },
    status: () => tally.status(),
    async bury(facts) {
      const letter = letterOf(facts, new Date(clock.now()).toISOString());
      await buryLetter(letter);
      deaths.note(letter);
      return letter.id;
    },
    list: async (page) => (await list(rows, page)).map(seen),
    async get(id) {
      const row = await rows.get(id);
      return row === undefined ? undefined : seen(letterIn(row));
    },
    async getMany(ids) {
      const found = await rows.getMany(ids);
      return found.flatMap((row) => (row === undefined ? [] : [seen(letterIn(row))]));
    },
    async edit(id, edit) {
      if (redriver.isUnderWay(id)) throw busy(id);
      const letter = await editRow(rows, id, { ...edit, editedAt: new Date(clock.now()).toISOString() });
      log.info({ letter: id, pipeline: letter.pipeline, by: edit.by }, "A dead letter was edited.");
      return letter;
    },
    preview: (id, to) => redriver.preview(id, to),
    async redrive(id, request) {
      log.info({ letters: [id], ...request }, "Dead letters are redriven.");
      return redriver.redrive(id, request);
    },
    async redriveAll(ids, request, perSecond) {
      log.info({ letters: ids, ...request }, "Dead letters are redriven.");
      const results = await redriver.redriveAll(ids, request, perSecond);
      log.info({ ...countOutcomes(results), by: request.by }, "What became of redriven dead letters.");
      return results;
    },
    async purge(ids, by) {
      const free = ids.filter((id) => !redriver.isUnderWay(id));
      const removed = -(await tally.change(async () => -(await rows.remove(free))));
      log.info({ letters: ids, removed, by }, "Dead letters were purged.");
      return removed;
    },
  };
}

function countOutcomes(results: readonly RedriveResult[]): Readonly<Partial<Record<RedriveResult["outcome"], number>>> {
  const counts: Partial<Record<RedriveResult["outcome"], number>> = {};
  for (const { outcome } of results) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

async function list(rows: LetterRows, page: DeadLetterPage): Promise<readonly DeadLetter[]> {
  const { since: from, until: to, after, oldestFirst, limit, ...where } = page;
  const found = await rows.query({
    where,
    limit,
    newestFirst: oldestFirst !== true,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(after === undefined ? {} : { after: { at: Date.parse(after.diedAt), key: after.id } }),
  });
  return found.map(letterIn);
}

async function editRow(rows: LetterRows, id: string, edit: NewEdit & { editedAt: string }): Promise<DeadLetter> {
  const row = await rows.get(id);
  if (row === undefined) throw new SignalboxError("DEAD_LETTER_UNKNOWN", `there is no dead letter ${id}`);
  const letter = letterIn(row);
  const value = { ...letter, edit: { ...edit, nth: (letter.edit?.nth ?? 0) + 1 } };
  if (!(await rows.replace(id, row.version, { value }))) throw busy(id);
  return value;
}

function busy(id: string): SignalboxError {
  return new SignalboxError("DEAD_LETTER_BUSY", `dead letter ${id} is being redriven or changed`, {
    isRetryable: true,
    hint: "look again in a moment",
  });
}

// The tick ledger: what became of each planned time, and up to when a schedule's planned times are accounted for.
// Not here: when ticks are due (planner.ts), whether one runs (tick.ts, runner.ts), or what is paused (pauses.ts).
import type { Clock } from "../clock.ts";
import { gather } from "../gather.ts";
import type { Collection, NewRow, Row, RowReplacement, Store } from "../ports/store.ts";
import type { Retention } from "../retention.ts";
import type { Tick, TickRecord } from "./contracts.ts";
import type { Missed } from "./missed.ts";
import { tickOf } from "./tick.ts";

const openLimit = 1_000;

/** A record as JSON has it. */
type TickRow = Omit<TickRecord, "startedAt" | "endedAt"> & Partial<Pick<TickRecord, "startedAt" | "endedAt">>;

/** A tick as the ledger has it; a change is refused once someone else has changed it. */
export interface KnownTick {
  readonly record: TickRecord;
  readonly version: number;
}

/** What is said of a tick beside its identity. */
export type TickFacts = Omit<TickRecord, keyof Tick>;

export interface TickLedger {
  find(id: string): Promise<KnownTick | undefined>;
  /** Records a new tick; undefined when it is known already. */
  add(tick: Tick, facts: TickFacts): Promise<KnownTick | undefined>;
  /** The same for many, in order. */
  addMany(ticks: readonly { tick: Tick; facts: TickFacts }[]): Promise<readonly (KnownTick | undefined)[]>;
  /** Records a change; undefined when someone else was faster. */
  change(known: KnownTick, facts: Partial<TickFacts>): Promise<KnownTick | undefined>;
  /**
   * Records what was missed; ticks that are known already stay as they are. `mayRun`: those that a job in hand may still
   * run after all, which nobody is told of.
   */
  miss(pipeline: string, missed: Missed, why: { readonly detail: string; readonly mayRun?: MayRun }): Promise<void>;
  /** Records ticks that are to be run afterwards; those that are known already stay as they are. */
  catchUp(pipeline: string, plannedAt: readonly number[]): Promise<void>;
  history(pipeline: string, limit: number): Promise<readonly TickRecord[]>;
  /** Ticks without an end, oldest first: waiting, running now, or left by a killed process. */
  open(pipeline: string): Promise<readonly KnownTick[]>;
  /** Gives the ticks of a pipeline to another one; what is open of them ends here. */
  move(from: string, to: string): Promise<void>;
  prune(keep: Retention): Promise<number>;
}

export interface TickLedgerOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** The name its entries carry. */
  readonly engine: string;
  /** Called with each tick that is recorded as missed. */
  readonly missedOne?: ((tick: TickRecord) => void) | undefined;
}

/** The ledger in the collection `ticks`. */
export function createTickLedger({ store, clock, engine, missedOne = ignore }: TickLedgerOptions): TickLedger {
  const ticks = store.collection<TickRow>({ name: "ticks", indexes: ["pipeline", "open"] });
  const known = ({ value, version }: { value: TickRow; version: number }): KnownTick => {
    return { record: recordOf(value), version };
  };
  // Ticks come in crowds, at the full minute say: what is asked and said of them goes in few calls.
  const get = gather((ids: readonly string[]) => ticks.getMany(ids));
  const replace = gather((changes: readonly RowReplacement<TickRow>[]) => ticks.replaceMany(changes), {
    keyOf: ({ key }) => key,
  });
  const openOf = gather((pipelines: readonly string[]) => readOpen(ticks, pipelines));
  const addMany: TickLedger["addMany"] = async (added) => {
    const records = added.map(({ tick, facts }): TickRecord => ({ ...facts, ...tick }));
    const isNew = await ticks.insert(records.map(rowOf));
    return records.map((record, index) => (isNew[index] === true ? { record, version: 1 } : undefined));
  };
  const add = gather(addMany);

  return {
    async find(id) {
      const row = await get(id);
      return row === undefined ? undefined : known(row);
    },
    add: (tick, facts) => add({ tick, facts }),
    addMany,
    async change({ record, version }, facts) {
      const changed = { ...record, ...facts };
      const isOurs = await replace({ version, ...rowOf(changed) });
      return isOurs ? { record: changed, version: version + 1 } : undefined;
    },
    async miss(pipeline, missed, { detail, mayRun = never }) {
      const records = missedRecords({ pipeline, missed, detail, engine });
      const isNew = records.length === 0 ? [] : await ticks.insert(records.map(rowOf));
      for (const [index, record] of records.entries()) {
        if (isNew[index] === true && !mayRun(record.plannedAt)) missedOne(record);
      }
    },
    async catchUp(pipeline, plannedAt) {
      const facts = { engine, ...unbegun, timing: "caught-up", outcome: "waiting" } as const;
      if (plannedAt.length > 0) await ticks.insert(plannedAt.map((at) => rowOf({ ...tickOf(pipeline, at), ...facts })));
    },
    async history(pipeline, limit) {
      const rows = await ticks.query({ where: { pipeline }, newestFirst: true, limit });
      return rows.map((row) => recordOf(row.value));
    },
    async open(pipeline) {
      return (await openOf(pipeline)).map(known);
    },
    async move(from, to) {
      for (;;) {
        const rows = await ticks.query({ where: { pipeline: from }, limit: openLimit });
        if (rows.length === 0) return;
        await ticks.put(rows.map(({ value }) => rowOf(moved(recordOf(value), to, clock.now()))));
      }
    },
    prune: ({ ageMs, rows }) => ticks.prune({ before: clock.now() - ageMs, keep: rows }),
  };
}

type MayRun = (plannedAt: number) => boolean;
const never: MayRun = () => false;

function ignore(): void {
  // Nobody wants to hear of them.
}

const unbegun = { startedAt: undefined, endedAt: undefined } as const;

export function isOpen({ outcome }: TickRecord): boolean {
  return outcome === "running" || outcome === "waiting";
}

/** Each for itself where few ask; at a start, when all pipelines ask at once, those of all are read together. */
async function readOpen(
  ticks: Collection<TickRow>,
  pipelines: readonly string[],
): Promise<readonly (readonly Row<TickRow>[])[]> {
  const read = (where: Readonly<Record<string, string>>): Promise<readonly Row<TickRow>[]> =>
    ticks.query({ where: { ...where, open: openMark }, limit: openLimit });
  if (pipelines.length > askedOneByOne) {
    const all = await read({});
    const those = new Map(pipelines.map((pipeline): [string, Row<TickRow>[]] => [pipeline, []]));
    for (const row of all) those.get(row.value.pipeline)?.push(row);
    if (all.length < openLimit) return pipelines.map((pipeline) => those.get(pipeline) ?? []);
  }
  return Promise.all(pipelines.map((pipeline) => read({ pipeline })));
}

const askedOneByOne = 8;
const openMark = "yes";

// `open` marks a tick without an end, so that what a killed process left is found without a search.
function rowOf(record: TickRecord): NewRow<TickRow> {
  const fields = { pipeline: record.pipeline, open: isOpen(record) ? openMark : "" };
  return { key: record.id, at: record.plannedAt, fields, value: record };
}

function recordOf(row: TickRow): TickRecord {
  return { ...row, startedAt: row.startedAt, endedAt: row.endedAt };
}

// Its messages wait under the former name, where nobody writes them any more.
function moved(record: TickRecord, to: string, now: number): TickRecord {
  if (!isOpen(record)) return { ...record, pipeline: to };
  const detail = `Its pipeline, ${record.pipeline}, was renamed to ${to} before it ended.`;
  const { parkedSince: _, ...rest } = record;
  const ended =
    record.outcome === "running" ? { endedAt: now, outcome: "failed" } : { timing: "skipped", outcome: "none" };
  return { ...rest, ...(ended as Partial<TickRecord>), pipeline: to, detail };
}

function missedRecords(what: { pipeline: string; missed: Missed; detail: string; engine: string }): TickRecord[] {
  const { pipeline, missed, detail, engine } = what;
  const facts = { engine, ...unbegun, timing: "missed", outcome: "none" } as const;
  const records = missed.listed.map((at): TickRecord => ({ ...tickOf(pipeline, at), ...facts, detail }));
  if (missed.rest !== undefined) {
    const { first, count, isMore } = missed.rest;
    const sum = `${detail} This entry stands for ${isMore ? "more than " : ""}${count} planned times from here on.`;
    records.push({ ...tickOf(pipeline, first), ...facts, detail: sum, times: count });
  }
  return records;
}

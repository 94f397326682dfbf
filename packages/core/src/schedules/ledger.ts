// The tick ledger: what became of each planned time, and up to when a schedule's planned times are accounted for.
// Not here: when ticks are due (planner.ts) or whether one runs (tick.ts).
import type { Clock } from "../clock.ts";
import type { Collection, NewRow, Store } from "../ports/store.ts";
import type { Retention } from "../retention.ts";
import type { Plan, Tick, TickRecord, TickTiming } from "./contracts.ts";
import type { Missed } from "./missed.ts";
import { tickOf } from "./tick.ts";

const runningLimit = 1_000;

type TickRow = Omit<TickRecord, "startedAt" | "endedAt"> & { readonly startedAt?: number; readonly endedAt?: number };
interface ScheduleRow {
  readonly plan: string;
  readonly accountedUntil: number;
}

/** A tick that this process has begun. */
export interface BegunTick {
  readonly record: TickRecord;
  readonly version: number;
}

export interface TickLedger {
  find(id: string): Promise<BegunTick | undefined>;
  /** Records the begin of a tick, new or over what `find` gave; undefined when someone else was faster. */
  begin(tick: Tick, timing: TickTiming, found?: BegunTick): Promise<BegunTick | undefined>;
  /** Records the end; undefined when another engine has taken the tick over meanwhile. */
  end(begun: BegunTick, outcome: "succeeded" | "failed", detail?: string): Promise<TickRecord | undefined>;
  /** Records what was missed; ticks that are known already stay as they are. */
  miss(pipeline: string, missed: Missed, detail: string): Promise<void>;
  history(pipeline: string, limit: number): Promise<readonly TickRecord[]>;
  /** Ticks without an end: running now, or left by a killed process. */
  running(pipeline: string): Promise<readonly Tick[]>;
  /** Until when the planned times of this plan are accounted for; undefined for a new or changed plan. */
  accountedUntil(pipeline: string, plan: Plan): Promise<number | undefined>;
  account(pipeline: string, plan: Plan, until: number): Promise<void>;
  prune(keep: Retention): Promise<number>;
}

/** The ledger in the collections `ticks` and `schedules`. `engine` is the name its entries carry. */
export function createTickLedger({ store, clock, engine }: { store: Store; clock: Clock; engine: string }): TickLedger {
  const ticks = store.collection<TickRow>({ name: "ticks", indexes: ["pipeline", "running"] });
  const schedules = store.collection<ScheduleRow>({ name: "schedules", indexes: [] });

  function rowOf(record: TickRecord): NewRow<TickRow> {
    const { startedAt, endedAt, ...rest } = record;
    const value = { ...rest, ...(startedAt !== undefined && { startedAt }), ...(endedAt !== undefined && { endedAt }) };
    return { key: record.id, at: record.plannedAt, fields: fieldsOf(record), value };
  }

  return {
    async find(id) {
      const row = await ticks.get(id);
      return row === undefined ? undefined : { record: recordOf(row.value), version: row.version };
    },
    async begin(tick, timing, found) {
      const facts = { engine, timing, startedAt: clock.now(), endedAt: undefined, outcome: "running" } as const;
      const record: TickRecord = { ...tick, ...facts, ...cutOff(found?.record) };
      if (found === undefined) {
        const [isNew] = await ticks.insert([rowOf(record)]);
        return isNew === true ? { record, version: 1 } : undefined;
      }
      const isOurs = await ticks.replace(tick.id, found.version, rowOf(record));
      return isOurs ? { record, version: found.version + 1 } : undefined;
    },
    async end({ record, version }, outcome, detail) {
      const ended = { ...record, endedAt: clock.now(), outcome, ...(detail !== undefined && { detail }) };
      return (await ticks.replace(record.id, version, rowOf(ended))) ? ended : undefined;
    },
    async miss(pipeline, missed, detail) {
      const rows = missedRecords({ pipeline, missed, detail, engine }).map(rowOf);
      if (rows.length > 0) await ticks.insert(rows);
    },
    async history(pipeline, limit) {
      const rows = await ticks.query({ where: { pipeline }, newestFirst: true, limit });
      return rows.map((row) => recordOf(row.value));
    },
    async running(pipeline) {
      const rows = await ticks.query({ where: { running: pipeline }, limit: runningLimit });
      return rows.map((row) => tickOf(pipeline, row.value.plannedAt));
    },
    async accountedUntil(pipeline, plan) {
      const row = await schedules.get(pipeline);
      return row?.value.plan === plan.description ? row.value.accountedUntil : undefined;
    },
    account: (pipeline, plan, until) =>
      putSchedule(schedules, pipeline, { plan: plan.description, accountedUntil: until }),
    prune: ({ ageMs, rows }) => ticks.prune({ before: clock.now() - ageMs, keep: rows }),
  };
}

// `running` holds the pipeline while a tick runs, so that what a killed process left is found without a search.
function fieldsOf(record: TickRecord): Readonly<Record<string, string>> {
  return { pipeline: record.pipeline, running: record.outcome === "running" ? record.pipeline : "" };
}

function cutOff(record: TickRecord | undefined): { detail?: string } {
  if (record?.outcome !== "running" || record.startedAt === undefined) return {};
  const began = new Date(record.startedAt).toISOString();
  return { detail: `Run again: its run of ${began} on ${record.engine ?? "another engine"} was cut off.` };
}

function recordOf(row: TickRow): TickRecord {
  return { ...row, startedAt: row.startedAt, endedAt: row.endedAt };
}

function putSchedule(schedules: Collection<ScheduleRow>, pipeline: string, value: ScheduleRow): Promise<void> {
  return schedules.put([{ key: pipeline, at: value.accountedUntil, fields: {}, value }]);
}

function missedRecords(what: { pipeline: string; missed: Missed; detail: string; engine: string }): TickRecord[] {
  const { pipeline, missed, detail, engine } = what;
  const facts = { engine, startedAt: undefined, endedAt: undefined, timing: "missed", outcome: "none" } as const;
  const records = missed.listed.map((at): TickRecord => ({ ...tickOf(pipeline, at), ...facts, detail }));
  if (missed.rest !== undefined) {
    const { first, count, isMore } = missed.rest;
    const sum = `${detail} This entry stands for ${isMore ? "more than " : ""}${count} planned times from here on.`;
    records.push({ ...tickOf(pipeline, first), ...facts, detail: sum });
  }
  return records;
}

// What a person does with schedules: looking at them, running a tick now, pausing, resuming.
// Not here: how ticks run (runner.ts), or who asks (control/schedule-routes.ts).
import type { Clock } from "../clock.ts";
import { SignalboxError } from "../errors/error.ts";
import type { Logger } from "../log.ts";
import type { Persistence } from "../runtime/persist.ts";
import type { Pause, ScheduleControl, ScheduleInfo, ScheduleSummary } from "./contracts.ts";
import type { TickLedger } from "./ledger.ts";
import type { Pauses } from "./pauses.ts";
import { type DueTick, nextTimes } from "./planner.ts";
import type { Registered } from "./registered.ts";
import { runTickNow } from "./run-now.ts";
import type { ScheduleRow, ScheduleRows } from "./schedule-rows.ts";

export interface ScheduleControlOptions {
  readonly ledger: TickLedger;
  readonly rows: ScheduleRows;
  readonly pauses: Pauses;
  readonly registered: ReadonlyMap<string, Registered>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly enqueue: (ticks: readonly DueTick[]) => Promise<void>;
  readonly persistence: Persistence;
  /** All but the `kept` are retired: sees that what they left open or undone gets its end. */
  readonly retired: (kept: ReadonlySet<string>) => Promise<void>;
  readonly clockJumps: ScheduleControl["clockJumps"];
}

const nextCount = 3;

export function createScheduleControl(options: ScheduleControlOptions): ScheduleControl {
  const { ledger, rows, pauses, registered, clock, log } = options;

  async function get(pipeline: string): Promise<ScheduleInfo> {
    const entry = registered.get(pipeline);
    const row = entry === undefined ? await rows.get(pipeline) : undefined;
    if (entry === undefined && row?.retiredAt === undefined) throw unknown(pipeline, registered);
    const [pause, open, recent] = await Promise.all([
      pauses.of(pipeline),
      ledger.open(pipeline),
      ledger.history(pipeline, 1),
    ]);
    const [last] = recent;
    const summary = entry === undefined ? retired(pipeline, row) : active(entry, pause, clock.now());
    return { ...summary, open: open.map(({ record }) => record), ...(last !== undefined && { last }) };
  }

  return {
    get,
    clockJumps: options.clockJumps,
    async list() {
      const gone = [...(await rows.retired())].filter(([name]) => !registered.has(name));
      const now = clock.now();
      const here = [...registered.values()].map(async (entry) => active(entry, await pauses.of(entry.pipeline), now));
      const all = [...(await Promise.all(here)), ...gone.map(([name, row]) => retired(name, row))];
      return all.sort((a, b) => (a.pipeline < b.pipeline ? -1 : 1));
    },
    async runNow(pipeline, by) {
      if (!registered.has(pipeline)) throw unknown(pipeline, registered);
      const record = await runTickNow(pipeline, by, options);
      log.info({ pipeline, tick: record.id, by }, "A person asked for a tick.");
      return record;
    },
    async pause(pipeline, by, why) {
      if (!registered.has(pipeline)) throw unknown(pipeline, registered);
      await pauses.pause(pipeline, { since: clock.now(), by, why });
      log.info({ pipeline, by, why }, "A schedule is paused.");
      return get(pipeline);
    },
    async resume(pipeline, by) {
      if (!registered.has(pipeline)) throw unknown(pipeline, registered);
      if ((await pauses.of(pipeline)) !== undefined) {
        await pauses.resume(pipeline, by, clock.now());
        log.info({ pipeline, by }, "A schedule is resumed.");
      }
      return get(pipeline);
    },
    async keepOnly(pipelines) {
      const kept = new Set(pipelines);
      const gone = await rows.keepOnly(kept);
      for (const pipeline of gone) log.info({ pipeline }, "A schedule is retired: no pipeline of its name has one.");
      await options.retired(kept);
    },
  };
}

function active(entry: Registered, pause: Pause | undefined, now: number): ScheduleSummary {
  const { pipeline, plan } = entry;
  const next = nextTimes(plan, now, nextCount);
  const base = { pipeline, plan: plan.description, next };
  return pause === undefined ? { ...base, state: "active" } : { ...base, state: "paused", pause };
}

function retired(pipeline: string, row: ScheduleRow | undefined): ScheduleSummary {
  const { plan = "", retiredAt } = row ?? {};
  return { pipeline, plan, state: "retired", next: [], ...(retiredAt !== undefined && { retiredAt }) };
}

function unknown(name: string, registered: ReadonlyMap<string, Registered>): SignalboxError {
  const names = [...registered.keys()].sort();
  return new SignalboxError("CONTROL_SCHEDULE_UNKNOWN", `no pipeline "${name}" with a schedule runs here`, {
    hint: names.length === 0 ? "none has a schedule" : `those with one: ${names.slice(0, 20).join(", ")}`,
  });
}

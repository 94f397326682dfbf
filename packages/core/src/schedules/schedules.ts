// Schedules over the store and queue ports: registers plans, hands out the ticks whose jobs come in, keeps the ledger.
// Not here: reading a cron text (the schedule source), what a tick does (its pipeline), or BullMQ (packages/jobs).
import type { Clock, Timer } from "../clock.ts";
import { messageOf } from "../errors/error.ts";
import { createListeners, type Listeners } from "../listeners.ts";
import type { Logger } from "../log.ts";
import type { Job, Queue, QueueWorker } from "../ports/queue.ts";
import type { Store } from "../ports/store.ts";
import { defaultRetention, type Retention } from "../retention.ts";
import { type ClockWatch, createClockWatch } from "./clock-watch.ts";
import type { ClockJumps, ScheduleControl, ScheduleRegistration, Schedules } from "./contracts.ts";
import type { Schedule, Tick, TickEnd, TickRecord } from "./contracts.ts";
import { createScheduleControl } from "./control.ts";
import { afterEnd } from "./after-end.ts";
import { createGate } from "./gate.ts";
import { createTickLedger, isOpen, type TickLedger } from "./ledger.ts";
import { isPlanned } from "./missed.ts";
import { createParkedTicks, type ParkedTicks } from "./parked-ticks.ts";
import { createPauses, type Pauses } from "./pauses.ts";
import { type DueTick, dueTick, nextTimes, Planner } from "./planner.ts";
import { type Registered, registered, type Timed, timed } from "./registered.ts";
import type { Again, TickRunnerOptions } from "./runner.ts";
import { createScheduleRows, revisionOf, type ScheduleRows } from "./schedule-rows.ts";
import { prune } from "./prune.ts";
import { settlePast } from "./settle-past.ts";
import { takeOver } from "./take-over.ts";
import { nextClaim } from "./tick.ts";
import { parseTick, tickJob } from "./tick-jobs.ts";
import { createTurns, type Turns } from "./turns.ts";

const topic = "ticks";
// A tick holds its place until its messages are settled or parked, so this is how many ticks one engine has in flight.
const concurrency = 500;
const upkeepMs = 3_600_000;
const noEngine = "No engine was there at the planned time.";
const stoodStill = "The engine stood still at the planned time, or its clock was set forward.";

export interface SchedulesOptions {
  readonly store: Store;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly log: Logger;
  /** This engine's name in the ledger. */
  readonly engine: string;
  /** Default 30 days and 100,000 ticks. */
  readonly retention?: Retention;
}

export interface SchedulesService extends Schedules {
  readonly control: ScheduleControl;
  /** Store and queue are open before. */
  open(): Promise<void>;
  /** Fires no more and waits for running ticks; store and queue are closed after. Idempotent. */
  close(): Promise<void>;
}

/** The tick ledger in collections of the store, woken by jobs of the topic `ticks`. */
export function createSchedules(options: SchedulesOptions): SchedulesService {
  return new TickEngine(options);
}

class TickEngine implements SchedulesService {
  readonly control: ScheduleControl;
  readonly #options: SchedulesOptions;
  readonly #retention: Retention;
  readonly #ledger: TickLedger;
  readonly #rows: ScheduleRows;
  readonly #pauses: Pauses;
  readonly #turns: Turns;
  readonly #parked: ParkedTicks;
  readonly #planner: Planner;
  readonly #watch: ClockWatch;
  readonly #listeners: Listeners<TickRecord>;
  readonly #registered = new Map<string, Registered>();
  readonly #retiring = new Set<Promise<void>>();
  #worker: Promise<QueueWorker> | undefined;
  #workingSince = 0;
  #upkeepTimer: Timer | undefined;
  #upkeep: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: SchedulesOptions) {
    const { store, clock, log } = options;
    this.#options = options;
    this.#retention = options.retention ?? defaultRetention;
    const [ledger, rows, pauses] = [createTickLedger(options), createScheduleRows(store, clock), createPauses(store)];
    this.#ledger = ledger;
    this.#rows = rows;
    this.#pauses = pauses;
    this.#turns = createTurns(store, (id, pipeline) => this.#hasEnded(id, pipeline));
    this.#parked = createParkedTicks(store);
    this.#listeners = createListeners(log);
    this.#watch = createClockWatch(clock, log);
    const enqueue = (ticks: readonly DueTick[]): Promise<void> => this.#enqueue(ticks);
    this.#planner = new Planner({
      clock,
      log,
      enqueue,
      miss: ({ pipeline }, span) => this.#standStill(pipeline, span),
      watch: () => this.#watch.look(),
    });
    const clockJumps = (): ClockJumps => this.#watch.jumps();
    const books = { ledger, pauses, rows, registered: this.#registered };
    this.control = createScheduleControl({ ...books, clock, log, enqueue, clockJumps });
  }

  async open(): Promise<void> {
    await this.#keepUp();
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  history(pipeline: string, limit: number): Promise<readonly TickRecord[]> {
    return this.#ledger.history(pipeline, limit);
  }

  onChange(listener: (tick: TickRecord) => void): () => void {
    return this.#listeners.add(listener);
  }

  async register(schedule: Schedule, fire: (tick: Tick) => Promise<TickEnd | void>): Promise<ScheduleRegistration> {
    const { clock } = this.#options;
    const { pipeline, plan, renamedFrom } = schedule;
    const registeredAt = clock.now();
    if (renamedFrom !== undefined) await this.#takeOver(renamedFrom, pipeline);
    const { begin, answersAfter } = await this.#beginOf(timed(schedule), registeredAt);
    const entry = this.#entryOf(timed(schedule), { registeredAt, answersAfter, fire });
    this.#registered.set(pipeline, entry);
    try {
      const first = plan.next(begin);
      const planned = first === undefined ? [] : [dueTick(entry, first)];
      // Ticks without an end have their jobs still; if the queue lost one, the ledger brings it back.
      const open = (await this.#ledger.open(pipeline)).map(({ record }) => ({ ...record, dueAt: record.plannedAt }));
      await this.#enqueue([...open, ...planned]);
      if (first !== undefined) this.#planner.add(entry, first);
      await this.#startWorking();
    } catch (error) {
      await this.#retire(entry);
      throw error;
    }
    return {
      next: (count) => nextTimes(plan, Math.max(begin, clock.now()), count),
      close: () => this.#retire(entry),
    };
  }

  #entryOf(schedule: Timed, facts: Pick<TickRunnerOptions, "registeredAt" | "answersAfter" | "fire">): Registered {
    const { clock, log, engine } = this.#options;
    const [ledger, pauses, turns, parked] = [this.#ledger, this.#pauses, this.#turns, this.#parked];
    const gate = createGate({ overlap: schedule.overlap ?? "allow", ledger, pauses, turns });
    const tell = (tick: TickRecord): void => this.#listeners.tell(tick);
    const ended = (tick: TickRecord): Promise<void> =>
      afterEnd(tick, { schedule, ledger, pauses, clock, log, enqueue: (ticks) => this.#enqueue(ticks) });
    return registered(schedule, { ...facts, ledger, gate, parked, clock, log, engine, tell, ended });
  }

  /** Accounts for the time since its plan was last looked after; answers after which time it goes on. */
  async #beginOf(schedule: Timed, now: number): Promise<{ begin: number; answersAfter: number }> {
    const { pipeline } = schedule;
    const revision = revisionOf(schedule);
    const [latest, accounted] = await Promise.all([
      this.#ledger.history(pipeline, 5),
      this.#rows.accountedUntil(pipeline, revision),
    ]);
    const last = latest.find(({ by }) => by === undefined)?.plannedAt ?? 0;
    if (accounted !== undefined) {
      const after = Math.max(accounted, last, now - this.#retention.ageMs);
      await this.#settlePast(schedule, { after, now, graceMs: 0, why: noEngine });
    }
    await this.#rows.account(pipeline, revision, now);
    return { begin: Math.max(now, last), answersAfter: accounted ?? now };
  }

  async #standStill(pipeline: string, span: { after: number; until: number }): Promise<void> {
    const schedule = this.#registered.get(pipeline);
    // What is not late yet, the planner queues.
    const grace = { graceMs: (schedule?.lateMs ?? 0) + 1, why: stoodStill };
    if (schedule !== undefined) await this.#settlePast(schedule, { after: span.after, now: span.until, ...grace });
  }

  async #settlePast(
    schedule: Timed,
    absence: { after: number; now: number; graceMs: number; why: string },
  ): Promise<void> {
    const isPaused = schedule.catchUp !== undefined && (await this.#pauses.of(schedule.pipeline)) !== undefined;
    const { log } = this.#options;
    const enqueue = (ticks: readonly DueTick[]): Promise<void> => this.#enqueue(ticks);
    await settlePast({ schedule, isPaused, ...absence }, { ledger: this.#ledger, log, enqueue });
  }

  #takeOver(from: string, to: string): Promise<void> {
    const [ledger, rows, pauses, turns] = [this.#ledger, this.#rows, this.#pauses, this.#turns];
    return takeOver(from, to, { ledger, rows, pauses, turns, log: this.#options.log });
  }

  async #enqueue(ticks: readonly DueTick[]): Promise<void> {
    if (ticks.length > 0) await this.#options.queue.add(topic, ticks.map(tickJob));
  }

  // At the first registration, so that an engine without schedules takes no ticks it could only put back.
  async #startWorking(): Promise<void> {
    if (this.#worker === undefined) {
      this.#workingSince = this.#options.clock.now();
      this.#worker = this.#options.queue.work(topic, { concurrency }, (job) => this.#handle(job));
    }
    try {
      await this.#worker;
    } catch (error) {
      this.#worker = undefined;
      throw error;
    }
  }

  async #handle({ id, data }: Job): Promise<Again> {
    const { log } = this.#options;
    const tick = parseTick(data);
    if (tick === undefined) return log.error({ job: id }, "A job among the ticks is none; it is dropped.");
    const owner = this.#registered.get(tick.pipeline);
    if (owner === undefined) return this.#awaitOwner(tick);
    this.#watch.look();
    this.#planner.look(owner);
    return isPlanned(owner.plan, tick.plannedAt) ? owner.runner.run(tick) : this.#handleUnplanned(tick, owner);
  }

  // One that a person asked for runs; so does one that has begun, even if an edit took its time out of the plan.
  async #handleUnplanned(tick: Tick, { runner }: Registered): Promise<Again> {
    const found = await this.#ledger.find(tick.id);
    if (found?.record.by !== undefined || found?.record.outcome === "running") return runner.run(tick);
    if (found?.record.outcome === "waiting")
      return void (await runner.leave(tick, { refused: "Its schedule was edited before it began.", found }));
    this.#options.log.debug({ ...tick }, "The plan has no such time any more; dropped.");
  }

  #awaitOwner(tick: Tick): Again {
    const { clock, log } = this.#options;
    const runAgainAt = nextClaim(tick.plannedAt, this.#workingSince, clock.now());
    if (runAgainAt !== undefined) return { runAgainAt };
    log.debug({ pipeline: tick.pipeline, tick: tick.id }, "No engine here has this schedule; the tick is dropped.");
  }

  async #hasEnded(id: string, pipeline: string): Promise<boolean> {
    const known = await this.#ledger.find(id);
    if (known === undefined || !isOpen(known.record)) return true;
    return (await this.#registered.get(pipeline)?.runner.settle(known)) ?? false;
  }

  #retire(entry: Registered): Promise<void> {
    // A newer revision of the pipeline may have taken the name over.
    if (this.#registered.get(entry.pipeline) === entry) this.#registered.delete(entry.pipeline);
    this.#planner.remove(entry);
    const done = entry.runner.close().finally(() => this.#retiring.delete(done));
    this.#retiring.add(done);
    return done;
  }

  async #keepUp(): Promise<void> {
    const { clock, log } = this.#options;
    const books = { ledger: this.#ledger, rows: this.#rows, pauses: this.#pauses, turns: this.#turns };
    try {
      await prune(books, { schedules: [...this.#registered.values()], retention: this.#retention, clock, log });
    } catch (error) {
      log.warn({ cause: messageOf(error) }, "The tick ledger could not be pruned; it is tried again in an hour.");
    }
    if (this.#closed !== undefined) return;
    this.#upkeepTimer = clock.setTimer(() => {
      this.#upkeep = this.#keepUp();
    }, upkeepMs);
  }

  async #end(): Promise<void> {
    this.#upkeepTimer?.cancel();
    await this.#upkeep;
    await this.#planner.close();
    for (const entry of this.#registered.values()) void this.#retire(entry);
    await Promise.all(this.#retiring);
    await (await this.#worker)?.close();
  }
}

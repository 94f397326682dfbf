// Schedules over the store and queue ports: registers plans, hands out the ticks whose jobs come in, keeps the ledger.
// Not here: reading a cron text (the schedule source), what a tick does (its pipeline), or BullMQ (packages/jobs).
import { setMaxListeners } from "node:events";
import type { Clock } from "../clock.ts";
import { createListeners, type Listeners } from "../listeners.ts";
import type { Logger } from "../log.ts";
import type { Queue } from "../ports/queue.ts";
import type { Store } from "../ports/store.ts";
import { defaultRetention, type Retention } from "../retention.ts";
import { type Accounts, createAccounts, type LeftUndone } from "./accounts.ts";
import { type ClockWatch, createClockWatch } from "./clock-watch.ts";
import type { ClockJumps, ScheduleControl, ScheduleRegistration, Schedules } from "./contracts.ts";
import type { Schedule, Tick, TickEnd, TickRecord } from "./contracts.ts";
import { createScheduleControl } from "./control.ts";
import { afterEnd } from "./after-end.ts";
import { createBegin } from "./beginnings.ts";
import { createGate } from "./gate.ts";
import { createOrphans, type Orphans } from "./orphans.ts";
import { createTickLedger, isOpen, type TickLedger } from "./ledger.ts";
import { isPlanned } from "./missed.ts";
import { createParkedTicks } from "./parked-ticks.ts";
import { createPauses, type Pauses } from "./pauses.ts";
import { type DueTick, dueTick, nextTimes, Planner } from "./planner.ts";
import { type Registered, registered, timed } from "./registered.ts";
import type { TickServices } from "./runner-options.ts";
import { createScheduleRows, type ScheduleRows } from "./schedule-rows.ts";
import { prune } from "./prune.ts";
import { takeOver } from "./take-over.ts";
import { nextClaim } from "./tick.ts";
import type { Again } from "./tick-batch.ts";
import { about } from "./tick-facts.ts";
import { TickQueue } from "./tick-queue.ts";
import { createTurns, type Turns } from "./turns.ts";
import { Upkeep } from "./upkeep.ts";

const upkeepMs = 3_600_000;
/** How long a stop waits for a store that is away, to record what has ended. */
const closeGraceMs = 5_000;

export interface SchedulesOptions {
  readonly store: Store;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly log: Logger;
  /** This engine's name in the ledger. */
  readonly engine: string;
  /** Default 30 days and 100,000 ticks. */
  readonly retention?: Retention;
  /** How often the ledger is looked after; default an hour. */
  readonly upkeepMs?: number;
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
  readonly #services: TickServices;
  readonly #queue: TickQueue;
  readonly #accounts: Accounts;
  readonly #planner: Planner;
  readonly #watch: ClockWatch;
  readonly #listeners: Listeners<TickRecord>;
  readonly #registered = new Map<string, Registered>();
  readonly #orphans: Orphans;
  // Closing: with ticks under way.
  readonly #leaving = new Set<Registered>();
  readonly #left = new Map<string, LeftUndone>();
  readonly #ending = new AbortController();
  readonly #retiring = new Set<Promise<void>>();
  readonly #upkeep: Upkeep;
  #closed: Promise<void> | undefined;

  constructor(options: SchedulesOptions) {
    const { store, clock, log } = options;
    this.#options = options;
    // Each tick whose end waits for the store listens.
    setMaxListeners(0, this.#ending.signal);
    this.#retention = options.retention ?? defaultRetention;
    this.#listeners = createListeners(log);
    const tell = (tick: TickRecord): void => this.#listeners.tell(tick);
    const ledger = createTickLedger({ ...options, missedOne: tell });
    const [rows, pauses] = [createScheduleRows(store, clock), createPauses(store)];
    this.#ledger = ledger;
    this.#rows = rows;
    this.#pauses = pauses;
    this.#turns = createTurns(store, (id, pipeline) => this.#hasEnded(id, pipeline));
    this.#watch = createClockWatch(clock, log);
    this.#upkeep = new Upkeep({ keepUp: () => this.#keepUp(), everyMs: options.upkeepMs ?? upkeepMs, clock, log });
    const look = (tick: Tick, job: string): Promise<Again> => this.#look(tick, job);
    this.#queue = new TickQueue({ queue: options.queue, ledger, clock, log, look });
    const enqueue = (ticks: readonly DueTick[]): Promise<void> => this.#queue.enqueue(ticks);
    const parked = createParkedTicks(store);
    this.#services = {
      ledger,
      parked,
      clock,
      log,
      tell,
      engine: options.engine,
      ending: this.#ending.signal,
      gate: createGate({ ledger, pauses, turns: this.#turns }),
      begin: createBegin({ ledger, pauses }),
      ended: (tick, schedule) => afterEnd(tick, { schedule, ledger, pauses, clock, log, enqueue }),
    };
    const persistence = { clock, log, signal: this.#ending.signal };
    this.#accounts = createAccounts({ ledger, rows, pauses, retention: this.#retention, log, enqueue });
    this.#planner = new Planner({
      clock,
      log,
      enqueue,
      miss: async ({ pipeline }, span) => {
        const schedule = this.#registered.get(pipeline);
        if (schedule !== undefined) await this.#accounts.standStill(schedule, span);
      },
      watch: () => this.#watch.look(),
    });
    const clockJumps = (): ClockJumps => this.#watch.jumps();
    const books = { ledger, pauses, rows, registered: this.#registered };
    this.#orphans = createOrphans({ ...books, parked, clock, log, engine: options.engine, tell });
    const retired = async (kept: ReadonlySet<string>): Promise<void> => {
      await this.#accountForGone(kept);
      await this.#bringOrphans();
    };
    this.control = createScheduleControl({ ...books, clock, log, enqueue, persistence, retired, clockJumps });
  }

  async open(): Promise<void> {
    await this.#upkeep.open();
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
    const { pipeline, renamedFrom } = schedule;
    const registeredAt = clock.now();
    if (renamedFrom !== undefined) {
      await this.#takeOver(renamedFrom, pipeline);
      // What it left undone is accounted for under its new name.
      this.#left.delete(renamedFrom);
    }
    const planned = timed(schedule);
    const { begin, answersAfter } = await this.#accounts.begin(planned, registeredAt, this.#left.get(pipeline));
    this.#left.delete(pipeline);
    const entry = registered(planned, { registeredAt, answersAfter, fire }, this.#services);
    const { plan } = entry;
    this.#registered.set(pipeline, entry);
    try {
      const first = plan.next(begin);
      await this.#queue.bringBack(await this.#ledger.open(pipeline));
      if (first !== undefined) {
        await this.#queue.enqueue([dueTick(entry, first)]);
        this.#planner.add(entry, first);
      }
      // At the first registration, so that an engine without schedules takes no ticks it could only put back.
      await this.#queue.startWorking();
    } catch (error) {
      await this.#retire(entry);
      throw error;
    }
    return {
      next: (count) => nextTimes(plan, Math.max(begin, clock.now()), count),
      close: () => this.#retire(entry),
    };
  }

  #takeOver(from: string, to: string): Promise<void> {
    const [ledger, rows, pauses, turns] = [this.#ledger, this.#rows, this.#pauses, this.#turns];
    return takeOver(from, to, { ledger, rows, pauses, turns, log: this.#options.log });
  }

  async #look(tick: Tick, job: string): Promise<Again> {
    const former = this.#formerOf(tick);
    if (former !== undefined) return former.runner.run(tick, job);
    const owner = this.#registered.get(tick.pipeline);
    if (owner === undefined) return this.#awaitOwner(tick, job);
    this.#watch.look();
    this.#planner.look(owner);
    return isPlanned(owner.plan, tick.plannedAt)
      ? owner.runner.run(tick, job)
      : this.#lookAtUnplanned(tick, job, owner);
  }

  /** The revision of its schedule that is closing and has it under way still. */
  #formerOf(tick: Tick): Registered | undefined {
    for (const each of this.#leaving) if (each.pipeline === tick.pipeline && each.runner.isAt(tick)) return each;
    return undefined;
  }

  // One that a person asked for runs; so does one that has begun, even if an edit took its time out of the plan.
  async #lookAtUnplanned(tick: Tick, job: string, { runner }: Registered): Promise<Again> {
    const found = await this.#ledger.find(tick.id);
    if (found?.record.by !== undefined || found?.record.outcome === "running") return runner.run(tick, job);
    if (found?.record.outcome === "waiting")
      return void (await runner.leave(tick, { refused: "Its schedule was edited before it began.", found }));
    this.#options.log.debug(about(tick), "The plan has no such time any more; dropped.");
  }

  async #awaitOwner(tick: Tick, job: string): Promise<Again> {
    const runAgainAt = nextClaim(tick.plannedAt, this.#queue.workingSince, this.#options.clock.now());
    return runAgainAt === undefined ? this.#orphans.look(tick, job) : { runAgainAt, isOwn: true };
  }

  async #bringOrphans(): Promise<void> {
    const open = await this.#orphans.open();
    if (open.length === 0) return;
    await this.#queue.bringBack(open);
    await this.#queue.startWorking();
  }

  async #hasEnded(id: string, pipeline: string): Promise<boolean> {
    const known = await this.#ledger.find(id);
    if (known === undefined || !isOpen(known.record)) return true;
    return (await this.#registered.get(pipeline)?.runner.settle(known)) ?? false;
  }

  #retire(entry: Registered): Promise<void> {
    // A newer revision of the pipeline may have taken the name over.
    if (this.#registered.get(entry.pipeline) === entry) this.#registered.delete(entry.pipeline);
    const queued = this.#planner.remove(entry);
    const until = this.#options.clock.now();
    if (queued !== undefined && (entry.plan.next(queued) ?? Infinity) <= until)
      this.#left.set(entry.pipeline, { schedule: entry, after: queued, until });
    this.#leaving.add(entry);
    const done = entry.runner.close().finally(() => {
      this.#retiring.delete(done);
      this.#leaving.delete(entry);
    });
    this.#retiring.add(done);
    return done;
  }

  /** Of schedules that nobody has any more, what they left undone. */
  async #accountForGone(pipelines: ReadonlySet<string>): Promise<void> {
    for (const [pipeline, left] of this.#left) {
      if (pipelines.has(pipeline)) continue;
      await this.#accounts.leave(left);
      this.#left.delete(pipeline);
    }
  }

  #keepUp(): Promise<void> {
    const { clock, log } = this.#options;
    const books = { ledger: this.#ledger, rows: this.#rows, pauses: this.#pauses, turns: this.#turns };
    return prune(books, { schedules: [...this.#registered.values()], retention: this.#retention, clock, log });
  }

  async #end(): Promise<void> {
    await this.#upkeep.close();
    await this.#planner.close();
    for (const entry of this.#registered.values()) void this.#retire(entry);
    const timer = this.#options.clock.setTimer(() => this.#ending.abort(), closeGraceMs);
    await Promise.allSettled(this.#retiring);
    timer.cancel();
    this.#ending.abort();
    await this.#queue.close();
  }
}

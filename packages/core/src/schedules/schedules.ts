// Schedules over the store and queue ports: registers plans, hands out the ticks whose jobs come in, keeps the ledger.
// Not here: reading a cron text (the schedule source), what a tick does (its pipeline), or BullMQ (packages/jobs).
import type { Clock, Timer } from "../clock.ts";
import { messageOf } from "../errors/error.ts";
import { createListeners, type Listeners } from "../listeners.ts";
import type { Logger } from "../log.ts";
import type { Queue } from "../ports/queue.ts";
import type { Store } from "../ports/store.ts";
import { defaultRetention, type Retention } from "../retention.ts";
import { type Accounts, createAccounts } from "./accounts.ts";
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
import type { TickRunnerOptions } from "./runner.ts";
import { createScheduleRows, type ScheduleRows } from "./schedule-rows.ts";
import { prune } from "./prune.ts";
import { takeOver } from "./take-over.ts";
import { nextClaim } from "./tick.ts";
import type { Again } from "./tick-batch.ts";
import { TickQueue } from "./tick-queue.ts";
import { createTurns, type Turns } from "./turns.ts";

const upkeepMs = 3_600_000;

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
  readonly #queue: TickQueue;
  readonly #accounts: Accounts;
  readonly #planner: Planner;
  readonly #watch: ClockWatch;
  readonly #listeners: Listeners<TickRecord>;
  readonly #registered = new Map<string, Registered>();
  readonly #retiring = new Set<Promise<void>>();
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
    const look = (tick: Tick, job: string): Promise<Again> => this.#look(tick, job);
    this.#queue = new TickQueue({ queue: options.queue, ledger, clock, log, look });
    const enqueue = (ticks: readonly DueTick[]): Promise<void> => this.#queue.enqueue(ticks);
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
    const { pipeline, renamedFrom } = schedule;
    const registeredAt = clock.now();
    if (renamedFrom !== undefined) await this.#takeOver(renamedFrom, pipeline);
    const planned = timed(schedule);
    const { plan } = planned;
    const { begin, answersAfter } = await this.#accounts.begin(planned, registeredAt);
    const entry = this.#entryOf(planned, { registeredAt, answersAfter, fire });
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

  #entryOf(schedule: Timed, facts: Pick<TickRunnerOptions, "registeredAt" | "answersAfter" | "fire">): Registered {
    const { clock, log, engine } = this.#options;
    const [ledger, pauses, turns, parked] = [this.#ledger, this.#pauses, this.#turns, this.#parked];
    const gate = createGate({ overlap: schedule.overlap ?? "allow", ledger, pauses, turns });
    const tell = (tick: TickRecord): void => this.#listeners.tell(tick);
    const ended = (tick: TickRecord): Promise<void> =>
      afterEnd(tick, { schedule, ledger, pauses, clock, log, enqueue: (ticks) => this.#queue.enqueue(ticks) });
    return registered(schedule, { ...facts, ledger, gate, parked, clock, log, engine, tell, ended });
  }

  #takeOver(from: string, to: string): Promise<void> {
    const [ledger, rows, pauses, turns] = [this.#ledger, this.#rows, this.#pauses, this.#turns];
    return takeOver(from, to, { ledger, rows, pauses, turns, log: this.#options.log });
  }

  async #look(tick: Tick, job: string): Promise<Again> {
    const owner = this.#registered.get(tick.pipeline);
    if (owner === undefined) return this.#awaitOwner(tick);
    this.#watch.look();
    this.#planner.look(owner);
    return isPlanned(owner.plan, tick.plannedAt)
      ? owner.runner.run(tick, job)
      : this.#lookAtUnplanned(tick, job, owner);
  }

  // One that a person asked for runs; so does one that has begun, even if an edit took its time out of the plan.
  async #lookAtUnplanned(tick: Tick, job: string, { runner }: Registered): Promise<Again> {
    const found = await this.#ledger.find(tick.id);
    if (found?.record.by !== undefined || found?.record.outcome === "running") return runner.run(tick, job);
    if (found?.record.outcome === "waiting")
      return void (await runner.leave(tick, { refused: "Its schedule was edited before it began.", found }));
    this.#options.log.debug({ ...tick }, "The plan has no such time any more; dropped.");
  }

  #awaitOwner(tick: Tick): Again {
    const { clock, log } = this.#options;
    const runAgainAt = nextClaim(tick.plannedAt, this.#queue.workingSince, clock.now());
    if (runAgainAt !== undefined) return { runAgainAt, isOwn: true };
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
    await this.#queue.close();
  }
}

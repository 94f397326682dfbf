// Schedules over the store and queue ports: registers plans, hands out the ticks whose jobs come in, keeps the ledger.
// Not here: reading a cron text (the schedule source), what a tick does (its pipeline), or BullMQ (packages/jobs).
import type { Clock, Timer } from "../clock.ts";
import { messageOf } from "../errors/error.ts";
import { createListeners, type Listeners } from "../listeners.ts";
import type { Logger } from "../log.ts";
import type { Job, Queue, QueueWorker } from "../ports/queue.ts";
import type { Store } from "../ports/store.ts";
import { defaultRetention, type Retention } from "../retention.ts";
import type { Plan, ScheduleRegistration, Schedules, Tick, TickRecord } from "./contracts.ts";
import { createTickLedger, type TickLedger } from "./ledger.ts";
import { findMissed, isPlanned } from "./missed.ts";
import { type PlannedSchedule, Planner } from "./planner.ts";
import { TickRunner } from "./runner.ts";
import { nextClaim, tickOf } from "./tick.ts";

const topic = "ticks";
// A tick holds its place until its messages are settled, so this is how many ticks one engine has in flight.
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
  /** Store and queue are open before. */
  open(): Promise<void>;
  /** Fires no more and waits for running ticks; store and queue are closed after. Idempotent. */
  close(): Promise<void>;
}

/** The tick ledger in the collections `ticks` and `schedules`, woken by jobs of the topic `ticks`. */
export function createSchedules(options: SchedulesOptions): SchedulesService {
  return new TickEngine(options);
}

interface Registered extends PlannedSchedule {
  readonly runner: TickRunner;
}

class TickEngine implements SchedulesService {
  readonly #options: SchedulesOptions;
  readonly #retention: Retention;
  readonly #ledger: TickLedger;
  readonly #planner: Planner;
  readonly #listeners: Listeners<TickRecord>;
  readonly #registered = new Map<string, Registered>();
  readonly #retiring = new Set<Promise<void>>();
  #worker: Promise<QueueWorker> | undefined;
  #workingSince = 0;
  #upkeepTimer: Timer | undefined;
  #upkeep: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: SchedulesOptions) {
    const { clock, log } = options;
    this.#options = options;
    this.#retention = options.retention ?? defaultRetention;
    this.#ledger = createTickLedger(options);
    this.#listeners = createListeners(log);
    this.#planner = new Planner({
      clock,
      log,
      enqueue: (ticks) => this.#enqueue(ticks),
      miss: async ({ pipeline }, missed) => {
        await this.#ledger.miss(pipeline, missed, stoodStill);
        log.warn({ pipeline, ticks: missed.listed.length }, "Planned ticks were missed: the engine stood still.");
      },
    });
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

  async register(
    { pipeline, plan, lateMs }: PlannedSchedule,
    fire: (tick: Tick) => Promise<void>,
  ): Promise<ScheduleRegistration> {
    const { clock, log } = this.#options;
    const registeredAt = clock.now();
    const begin = await this.#settlePast({ pipeline, plan, lateMs }, registeredAt);
    const tell = (tick: TickRecord): void => this.#listeners.tell(tick);
    const runner = new TickRunner({ ledger: this.#ledger, clock, log, lateMs, registeredAt, fire, tell });
    const entry: Registered = { pipeline, plan, lateMs, runner };
    this.#registered.set(pipeline, entry);
    try {
      const first = plan.next(begin);
      const planned = first === undefined ? [] : [tickOf(pipeline, first)];
      // Ticks left running have their jobs still; if the queue lost one, the ledger brings it back.
      await this.#enqueue([...(await this.#ledger.running(pipeline)), ...planned]);
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

  /** Records what was missed since the plan was last looked after; answers after which time it goes on. */
  async #settlePast({ pipeline, plan, lateMs }: PlannedSchedule, now: number): Promise<number> {
    const ledger = this.#ledger;
    const [[last], accounted] = await Promise.all([ledger.history(pipeline, 1), ledger.accountedUntil(pipeline, plan)]);
    if (accounted !== undefined) {
      const after = Math.max(accounted, last?.plannedAt ?? 0, now - this.#retention.ageMs);
      const missed = findMissed({ plan, after, until: now });
      await ledger.miss(pipeline, missed, noEngine);
      // One that is not late yet runs after all where its job is still in hand: it is no news.
      const count = missed.listed.filter((at) => at < now - lateMs).length + (missed.rest?.count ?? 0);
      if (count > 0)
        this.#options.log.warn({ pipeline, ticks: count }, "Planned ticks were missed: no engine was there.");
    }
    await ledger.account(pipeline, plan, now);
    return Math.max(now, last?.plannedAt ?? 0);
  }

  #enqueue(ticks: readonly Tick[]): Promise<void> {
    const jobs = ticks.map(({ id, pipeline, plannedAt }) => ({ id, data: { pipeline, plannedAt }, runAt: plannedAt }));
    return this.#options.queue.add(topic, jobs);
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

  async #handle({ id, data }: Job): Promise<void | { runAgainAt: number }> {
    const { log } = this.#options;
    const tick = parseTick(data);
    if (tick === undefined) return log.error({ job: id }, "A job among the ticks is none; it is dropped.");
    const owner = this.#registered.get(tick.pipeline);
    if (owner === undefined) return this.#awaitOwner(tick);
    this.#planner.look(owner);
    // A tick that has begun is run to its end even if an edit took its time out of the plan.
    if (!isPlanned(owner.plan, tick.plannedAt) && (await this.#ledger.find(tick.id))?.record.outcome !== "running") {
      return log.debug({ pipeline: tick.pipeline, tick: tick.id }, "The plan has no such time any more; dropped.");
    }
    return owner.runner.run(tick);
  }

  #awaitOwner(tick: Tick): void | { runAgainAt: number } {
    const { clock, log } = this.#options;
    const runAgainAt = nextClaim(tick.plannedAt, this.#workingSince, clock.now());
    if (runAgainAt !== undefined) return { runAgainAt };
    log.debug({ pipeline: tick.pipeline, tick: tick.id }, "No engine here has this schedule; the tick is dropped.");
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
    try {
      // Before pruning: the last tick of a rare schedule may go, and its absence must not read as a missed one.
      for (const { pipeline, plan } of this.#registered.values())
        await this.#ledger.account(pipeline, plan, clock.now());
      const pruned = await this.#ledger.prune(this.#retention);
      if (pruned > 0) log.debug({ pruned }, "Old entries left the tick ledger.");
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

function nextTimes(plan: Plan, after: number, count: number): number[] {
  const times: number[] = [];
  let at = plan.next(after);
  while (at !== undefined && times.length < count) {
    times.push(at);
    at = plan.next(at);
  }
  return times;
}

function parseTick(data: unknown): Tick | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const { pipeline, plannedAt } = data as Record<string, unknown>;
  if (typeof pipeline !== "string" || typeof plannedAt !== "number" || !Number.isSafeInteger(plannedAt))
    return undefined;
  return tickOf(pipeline, plannedAt);
}

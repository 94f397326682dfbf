import type { Clock, Timer } from "../clock.ts";
import { messageOf } from "../errors/error.ts";
import type { Logger } from "../log.ts";
import type { Plan, Tick } from "./contracts.ts";
import { advance, type Lateness } from "./missed.ts";
import { tickOf } from "./tick.ts";

/** A schedule as the planner holds it. */
export interface PlannedSchedule extends Lateness {
  readonly pipeline: string;
  readonly plan: Plan;
}

/** A tick and when it is due. */
export interface DueTick extends Tick {
  readonly dueAt: number;
}

export interface PlannerOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Puts ticks into the queue; a tick that is there already is not doubled. */
  readonly enqueue: (ticks: readonly DueTick[]) => Promise<void>;
  /** Takes note of planned times in (after, until] that passed unqueued, beyond the threshold. */
  readonly miss: (schedule: PlannedSchedule, span: { after: number; until: number }) => Promise<void>;
  /** Told at each turn, before anything is planned. */
  readonly watch?: () => void;
}

// A timer counts elapsed time, planned times are wall-clock times: this and `look` follow a clock that is set.
const longestNapMs = 600_000;
// Schedules due within this time of one another are planned together, in one call of the queue.
const shortestNapMs = 20;
const retryMs = 1_000;

/**
 * Keeps each schedule's next tick in the queue: as soon as a planned time has come, the one after it is queued. This
 * hangs on no job having started: a tick that waits or runs long does not keep the next one from its time.
 */
export class Planner {
  readonly #options: PlannerOptions;
  readonly #queued = new Map<PlannedSchedule, number>();
  #timer: Timer | undefined;
  /** When the timer runs, on the monotonic clock. */
  #wakesAt = 0;
  #turn: Promise<void> | undefined;
  #isClosed = false;
  #isFailing = false;

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  /** Plans on from `queued`, a planned time that is in the queue already. */
  add(schedule: PlannedSchedule, queued: number): void {
    this.#queued.set(schedule, queued);
    this.#wakeIn(queued - this.#options.clock.now());
  }

  /** Answers the last planned time that is in the queue; undefined where the plan had ended. */
  remove(schedule: PlannedSchedule): number | undefined {
    const queued = this.#queued.get(schedule);
    this.#queued.delete(schedule);
    return queued;
  }

  /** Plans a schedule at once if its time has come: the queue saw it come before the timer did. */
  look(schedule: PlannedSchedule): void {
    const waitMs = (this.#queued.get(schedule) ?? Number.POSITIVE_INFINITY) - this.#options.clock.now();
    if (waitMs <= 0) this.#wakeIn(waitMs);
  }

  /** Plans nothing more; resolves when no change is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#turn;
  }

  #wakeIn(delayMs: number): void {
    // The end of a turn looks at all schedules anyway.
    if (this.#isClosed || this.#turn !== undefined) return;
    const { clock } = this.#options;
    const napMs = Math.max(shortestNapMs, Math.min(longestNapMs, delayMs));
    if (this.#timer !== undefined && this.#wakesAt <= clock.monotonic() + napMs) return;
    this.#timer?.cancel();
    this.#wakesAt = clock.monotonic() + napMs;
    this.#timer = clock.setTimer(() => {
      this.#timer = undefined;
      this.#turn = this.#takeTurn();
    }, napMs);
  }

  async #takeTurn(): Promise<void> {
    const { clock, log } = this.#options;
    let failed = false;
    try {
      await this.#plan();
      if (this.#isFailing) log.warn({}, "Schedules are planned again.");
    } catch (error) {
      failed = true;
      if (!this.#isFailing) log.error({ cause: messageOf(error) }, "Schedules cannot be planned; tried every second.");
    }
    this.#isFailing = failed;
    this.#turn = undefined;
    if (this.#queued.size === 0) return;
    let earliest = Number.POSITIVE_INFINITY;
    for (const queued of this.#queued.values()) earliest = Math.min(earliest, queued);
    this.#wakeIn(Math.max(failed ? retryMs : 0, earliest - clock.now()));
  }

  async #plan(): Promise<void> {
    const { clock, enqueue, miss, watch } = this.#options;
    watch?.();
    const now = clock.now();
    const due = [...this.#queued].filter(([, queued]) => queued <= now);
    const steps = due.map(([schedule, queued]) => {
      return { schedule, queued, ...advance(schedule.plan, { ...schedule, queued, now }) };
    });
    const ticks = steps.flatMap(({ schedule, queue }) => queue.map((at) => dueTick(schedule, at)));
    if (ticks.length > 0) await enqueue(ticks);
    for (const { schedule, queued, missed } of steps) {
      if (missed.listed.length > 0) await miss(schedule, { after: queued, until: now });
    }
    // Only now, so that a turn that failed is taken again; a schedule removed meanwhile stays removed.
    for (const { schedule, next } of steps) {
      if (next === undefined) this.#queued.delete(schedule);
      else if (this.#queued.has(schedule)) this.#queued.set(schedule, next);
    }
  }
}

/** The tick of a planned time, and when it is due. */
export function dueTick({ pipeline, delayOf }: PlannedSchedule, plannedAt: number): DueTick {
  return { ...tickOf(pipeline, plannedAt), dueAt: plannedAt + (delayOf?.(plannedAt) ?? 0) };
}

/** The planned times after `after`, soonest first. */
export function nextTimes(plan: Plan, after: number, count: number): readonly number[] {
  const times: number[] = [];
  for (let at = plan.next(after); at !== undefined && times.length < count; at = plan.next(at)) times.push(at);
  return times;
}

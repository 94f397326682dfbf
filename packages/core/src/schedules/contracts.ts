/** When a schedule is due, as pure functions of time. Times are milliseconds since the epoch. */
export interface Plan {
  /** The first planned time after `after`, undefined when there is none any more. */
  next(after: number): number | undefined;
  /** The schedule in words a person reads: `0 22 * * 1-5 (Europe/Zurich)`, `every 30s`. */
  readonly description: string;
}

/** One planned time of a schedule. */
export interface Tick {
  /** `<pipeline>@<planned time in ISO 8601>`, the message id of what it leads to. */
  readonly id: string;
  readonly pipeline: string;
  readonly plannedAt: number;
}

/** on-time, late beyond the threshold, or missed while no engine ran (recorded, not run). */
export type TickTiming = "on-time" | "late" | "missed";
export type TickOutcome = "running" | "succeeded" | "failed" | "none";

export interface TickRecord extends Tick {
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly timing: TickTiming;
  readonly outcome: TickOutcome;
  readonly detail?: string;
}

/** The engine's tick ledger and the queue that wakes it. */
export interface Schedules {
  /**
   * Runs `fire` at each planned time from now on, on one engine, once: the tick is recorded before it runs, and its end
   * after `fire` settles. A tick that a killed process left running is run again under the same id. Never fires because
   * it was registered: the first planned time lies after this call, or after the last recorded tick.
   */
  register(
    schedule: { pipeline: string; plan: Plan; lateMs: number },
    fire: (tick: Tick) => Promise<void>,
  ): Promise<ScheduleRegistration>;
  /** Newest first. */
  history(pipeline: string, limit: number): Promise<readonly TickRecord[]>;
}

export interface ScheduleRegistration {
  /** The next planned times, soonest first. */
  next(count: number): readonly number[];
  /** Fires no more; waits for running ticks. */
  close(): Promise<void>;
}

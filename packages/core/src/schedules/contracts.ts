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

/** on-time, late beyond the threshold, or missed because no engine was there in time (recorded, not run). */
export type TickTiming = "on-time" | "late" | "missed";
export type TickOutcome = "running" | "succeeded" | "failed" | "none";

export interface TickRecord extends Tick {
  /** The engine that ran it, or that found it missed. */
  readonly engine?: string;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly timing: TickTiming;
  readonly outcome: TickOutcome;
  /** Why it failed, was missed or was run again, in a sentence. */
  readonly detail?: string;
}

/** The engine's tick ledger and the queue that wakes it. */
export interface Schedules {
  /**
   * Runs `fire` at each planned time from now on, on one engine, once: the tick is recorded before it runs, and its end
   * after `fire` settles (rejecting means failed; it is not tried again). A tick that a killed process left running is
   * run again under the same id. Never fires because it was registered: the first time it plans lies after this call and
   * after the last recorded tick. Times the same plan passed while no engine ran are recorded as missed; only a tick
   * that was queued before, and whose job is there within `lateMs` of its time, still runs.
   * A plan with another description is another plan: it answers for no time before its first registration.
   */
  register(
    schedule: { pipeline: string; plan: Plan; lateMs: number },
    fire: (tick: Tick) => Promise<void>,
  ): Promise<ScheduleRegistration>;
  /** Newest first. */
  history(pipeline: string, limit: number): Promise<readonly TickRecord[]>;
  /** Called when a tick starts and when it ends, for views and logs; answers how to stop. */
  onChange(listener: (tick: TickRecord) => void): () => void;
}

export interface ScheduleRegistration {
  /** The next planned times, soonest first. */
  next(count: number): readonly number[];
  /** Fires no more; waits for running ticks. */
  close(): Promise<void>;
}

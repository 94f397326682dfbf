/** When a schedule is due, as pure functions of time. Times are milliseconds since the epoch. */
export interface Plan {
  /** The first planned time after `after`, undefined when there is none any more. */
  next(after: number): number | undefined;
  /** The schedule in words a person reads: `0 22 * * 1-5 (Europe/Zurich)`, `every 30s`. */
  readonly description: string;
}

/** One planned time of a schedule, or one run that a person asked for. */
export interface Tick {
  /**
   * `<pipeline>@<planned time in ISO 8601>`, the message id of what it leads to; `<pipeline>!<time>` for one that was asked
   * for, which is never the id of a planned one.
   */
  readonly id: string;
  readonly pipeline: string;
  /** The time it was asked at, for one that a person asked for. */
  readonly plannedAt: number;
}

/**
 * on-time; late: begun beyond the threshold; caught-up: run afterwards, no engine was there in time; skipped: left out on
 * purpose (its detail says why); missed: no engine was there in time, and it was not caught up.
 */
export type TickTiming = "on-time" | "late" | "caught-up" | "skipped" | "missed";
/** waiting: recorded, to be run, not begun. running: until its last message is settled, parked ones included. none: not run. */
export type TickOutcome = "waiting" | "running" | "succeeded" | "failed" | "none";

export interface TickRecord extends Tick {
  /** The engine that ran it, or that found it missed. */
  readonly engine?: string;
  /** The job that runs it: no other may run it again, should its engine be gone. */
  readonly job?: string;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly timing: TickTiming;
  readonly outcome: TickOutcome;
  /** Why it failed, was left out or was run again, in a sentence. */
  readonly detail?: string;
  /** Who asked for it; absent on a planned tick. */
  readonly by?: string;
  /** Which request that was: ticks of one millisecond bear one id, whichever of the requests came through. */
  readonly request?: string;
  /** How much after its planned time it was due, by `jitter` or `spread`. */
  readonly delayMs?: number;
  /** While it runs: since when nothing of it is left but parked messages. */
  readonly parkedSince?: number | undefined;
  /** Ids of the messages it led to. */
  readonly messages?: Led;
  /** Keys of the commands its messages led to. */
  readonly commands?: Led;
  /** How many planned times a missed one stands for; one where it is absent. */
  readonly times?: number;
}

/** What a tick led to: how many, and the first of them. */
export interface Led {
  readonly count: number;
  readonly ids: readonly string[];
}

/** What happens to a tick that is due while an earlier one still runs. */
export type Overlap = "skip" | "queue" | "allow";

/** Which missed ticks are run afterwards: the latest `last` of those planned within `withinMs` before now. */
export interface CatchUp {
  readonly last: number;
  readonly withinMs: number;
}

/** How much later than planned ticks are due: by chance up to `upToMs` each, or always the same below it. */
export interface Delay {
  readonly kind: "jitter" | "spread";
  readonly upToMs: number;
}

/** A schedule, as its pipeline wants it. */
export interface Schedule {
  readonly pipeline: string;
  readonly plan: Plan;
  /** A tick that starts later than this after it was due is late. */
  readonly lateMs: number;
  /** Default allow. */
  readonly overlap?: Overlap | undefined;
  /** Default: none is run afterwards. */
  readonly catchUp?: CatchUp | undefined;
  /** So many failed ticks in a row pause it; default never. */
  readonly pauseAfter?: number | undefined;
  /** Default: due when planned. */
  readonly delay?: Delay | undefined;
  /** The pipeline's former name, whose history, pause and open end it takes over. */
  readonly renamedFrom?: string | undefined;
}

/** What became of a tick's messages when `fire` resolves; those that are `parked` end later. */
export interface TickEnd {
  readonly parked: number;
  readonly deadLettered: number;
  /** Ids of the messages it led to, where they are not the tick's own. */
  readonly messages?: Led;
}

/** The engine's tick ledger and the queue that wakes it. */
export interface Schedules {
  /**
   * Runs `fire` at each planned time from now on, on one engine, once: the tick is recorded before it runs, and its end
   * after `fire` settles and its last parked message has ended (rejecting, or a dead letter, means failed; it is not tried
   * again). A tick that a killed process left running is run again under the same id, unless only parked messages were
   * left of it. Registrations that are made at the same time share their calls of the store. Never fires because it was registered: the first time it plans lies after this call and after the last
   * recorded tick. Times the same plan passed while no engine ran are recorded as missed, or caught up; only a tick
   * that was queued before, and whose job is there within `lateMs` of its time, still runs.
   * A plan with another description is another plan: it answers for no time before its first registration.
   */
  register(schedule: Schedule, fire: (tick: Tick) => Promise<TickEnd | void>): Promise<ScheduleRegistration>;
  /** Newest first. */
  history(pipeline: string, limit: number): Promise<readonly TickRecord[]>;
  /** Called when a tick starts, when it ends, and when this engine finds it missed, for views and logs; answers how to stop. */
  onChange(listener: (tick: TickRecord) => void): () => void;
}

export interface ScheduleRegistration {
  /** The next planned times, soonest first. */
  next(count: number): readonly number[];
  /** Fires no more; waits for running ticks. */
  close(): Promise<void>;
}

/** Why a schedule runs no ticks for now. */
export interface Pause {
  readonly since: number;
  /** Who paused it: a person, or `pauseAfter`. */
  readonly by: string;
  readonly why: string;
}

/** A schedule that this engine has, or that it has no longer. */
export interface ScheduleSummary {
  readonly pipeline: string;
  /** In words. */
  readonly plan: string;
  readonly state: "active" | "paused" | "retired";
  readonly pause?: Pause;
  /** Since when no pipeline of this name has a schedule. */
  readonly retiredAt?: number;
  /** The next planned times, soonest first; what is due later by `jitter` or `spread` is planned then all the same. */
  readonly next: readonly number[];
}

export interface ScheduleInfo extends ScheduleSummary {
  /** Its ticks without an end: waiting or running, oldest first. */
  readonly open: readonly TickRecord[];
  /** The latest of its ticks in the ledger. */
  readonly last?: TickRecord;
}

/** Jumps of the wall clock against the time that passed, since the engine started. */
export interface ClockJumps {
  readonly forward: number;
  readonly back: number;
  readonly last?: { readonly at: number; readonly byMs: number };
}

/** What a person does with schedules. Names nobody knows are refused with CONTROL_SCHEDULE_UNKNOWN. */
export interface ScheduleControl {
  /** Those of this engine and the retired ones, by name. */
  list(): Promise<readonly ScheduleSummary[]>;
  get(pipeline: string): Promise<ScheduleInfo>;
  /**
   * Runs a tick now, whether the schedule is paused or at work. Resolves when it is recorded; its end is in the history.
   * A schedule that does not run here is refused with CONTROL_SCHEDULE_UNKNOWN.
   */
  runNow(pipeline: string, by: string): Promise<TickRecord>;
  /** From its answer on no planned tick begins, on any engine: what is due is recorded as skipped. A pause that is there stays as it is. */
  pause(pipeline: string, by: string, why: string): Promise<ScheduleInfo>;
  /** Ticks run again from now on; what was skipped stays skipped. */
  resume(pipeline: string, by: string): Promise<ScheduleInfo>;
  /**
   * Retires the schedules of pipelines that are not among `pipelines`. Registering a name again begins anew. Their open
   * ticks get an end, once no engine has taken them up for a minute: one that waits is skipped, one whose run was cut off
   * has failed, and one that runs to its end ends as ever. Of one with parked messages these decide: it stays open as long
   * as one is in the store. A tick that another engine still has under way is left to it.
   */
  keepOnly(pipelines: readonly string[]): Promise<void>;
  clockJumps(): ClockJumps;
}

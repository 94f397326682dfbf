/**
 * The queue port: wake-ups and work that must survive this process. BullMQ stands behind it.
 * A job may run more than once (its process died, the store answered late): handlers must tolerate it.
 */
export interface Queue {
  open(signal?: AbortSignal): Promise<void>;
  /** Stops taking jobs, waits for running handlers, closes connections. Idempotent. */
  close(): Promise<void>;
  /**
   * Adds jobs to `topic`. A job whose `id` already waits is not added again: it keeps the earlier of the two run times.
   * If it is running just now, it is run once more afterwards: whoever adds a job can rely on a start after this call.
   */
  add(topic: string, jobs: readonly NewJob[]): Promise<void>;
  /** Whether the job exists: waits or runs. */
  has(topic: string, id: string): Promise<boolean>;
  /** Takes a waiting job back; false when it is not waiting (gone, or running). */
  remove(topic: string, id: string): Promise<boolean>;
  /**
   * Runs `handle` for the jobs of `topic`, at most `concurrency` at once, in this process. Jobs left by a killed process
   * are taken up by whoever works on the topic next.
   */
  work(topic: string, options: { concurrency: number }, handle: JobHandler): Promise<QueueWorker>;
  /** Jobs waiting (due or delayed) and running. */
  counts(topic: string): Promise<{ waiting: number; running: number }>;
}

export interface NewJob {
  /** Any text; identifies the job in its topic while it exists. */
  readonly id: string;
  /** JSON, at most some 60 kB. */
  readonly data: unknown;
  /** Milliseconds since the epoch; default now. */
  readonly runAt?: number;
}

export interface Job {
  readonly id: string;
  readonly data: unknown;
  /** 1 for the first start; grows with every start, also after a crash. */
  readonly start: number;
}

/**
 * Resolving ends the job; resolving with `runAgainAt` keeps it for that time. Throwing logs the error and runs the job
 * again after a growing delay: a job is never given up. `signal` aborts when the queue closes or the job's lock is lost.
 */
export type JobHandler = (job: Job, signal: AbortSignal) => Promise<void | { readonly runAgainAt: number }>;

export interface QueueWorker {
  /** Takes no more jobs and waits for the running ones. */
  close(): Promise<void>;
}

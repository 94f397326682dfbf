import type { Job, JobHandler, Queue, QueueWorker } from "../ports/queue.ts";

/** A start of a job's handler, and what the test may do with it. */
export interface Start extends Job {
  readonly signal: AbortSignal;
  /** When it started, on the machine's clock. */
  readonly startedAt: number;
  /** Ends the handler. */
  done(result?: { readonly runAgainAt: number }): void;
  fail(error: unknown): void;
}

/** A handler whose starts a test awaits and ends by itself. */
export interface JobProbe {
  readonly starts: readonly Start[];
  readonly running: number;
  /** The next start nobody has taken from here yet. */
  next(): Promise<Start>;
  /** The next start, ended at once. */
  finishNext(): Promise<Start>;
  readonly handle: JobHandler;
}

export function createJobProbe(): JobProbe {
  const starts: Start[] = [];
  const fresh: Start[] = [];
  const waiting: ((start: Start) => void)[] = [];
  let running = 0;

  async function next(): Promise<Start> {
    return fresh.shift() ?? new Promise<Start>((resolve) => waiting.push(resolve));
  }

  async function handle(job: Job, signal: AbortSignal): Promise<void | { readonly runAgainAt: number }> {
    running += 1;
    try {
      return await new Promise((resolve, reject) => {
        const done = (result?: { readonly runAgainAt: number }): void => resolve(result);
        const start: Start = { ...job, signal, startedAt: Date.now(), done, fail: reject };
        starts.push(start);
        const taker = waiting.shift();
        if (taker === undefined) fresh.push(start);
        else taker(start);
      });
    } finally {
      running -= 1;
    }
  }

  return {
    starts,
    get running() {
      return running;
    },
    next,
    async finishNext() {
      const start = await next();
      start.done();
      return start;
    },
    handle,
  };
}

/** Works on `topic` with a probe, until `close`. */
export async function probeTopic(
  queue: Queue,
  topic: string,
  concurrency = 1,
): Promise<JobProbe & { readonly worker: QueueWorker }> {
  const probe = createJobProbe();
  const worker = await queue.work(topic, { concurrency }, probe.handle);
  return Object.assign(probe, { worker });
}

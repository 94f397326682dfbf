import { randomUUID } from "node:crypto";
import { type Clock, type JobHandler, type Logger, type NewJob, type Queue, SignalboxError } from "@signalbox/core";
import type { AgainRequest, BullQueue, QueueAdapter } from "./adapter.ts";
import { type BulkJob, dedupId, parseRoundName, toBulkJob } from "./envelope.ts";
import { createRunner, type Runner } from "./runner.ts";

// The queue port on BullMQ, on whatever store the adapter brings. Not here: running jobs (runner.ts), the shape in which
// they are stored (envelope.ts), and the atomic changes BullMQ lacks (the adapters).

/** Jobs that go to the store in one request. */
const portion = 500;
/** BullMQ tells of every move of a job in an event stream; nobody listens to it here, so it is kept short. */
const keptEvents = 100;

export interface BullQueueOptions {
  readonly adapter: QueueAdapter;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A queue on BullMQ. Topics are BullMQ's queue names. */
export function createBullQueue(options: BullQueueOptions): Queue {
  const topics = new BullTopics(options);
  const { adapter } = options;

  async function onStore<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw adapter.toStoreError(error);
    }
  }

  return {
    open: (signal) => topics.open(signal),
    close: () => topics.close(),
    async add(topic, jobs) {
      for (let i = 0; i < jobs.length; i += portion) {
        await onStore(() => topics.add(topic, jobs.slice(i, i + portion)));
      }
    },
    has: (topic, id) => onStore(() => topics.has(topic, id)),
    remove: (topic, id) => onStore(() => topics.remove(topic, id)),
    work: (topic, { concurrency }: { concurrency: number }, handle) =>
      onStore(() => topics.work(topic, concurrency, handle)),
    counts: (topic) => onStore(() => topics.counts(topic)),
  };
}

class BullTopics {
  readonly #options: BullQueueOptions;
  readonly #queues = new Map<string, BullQueue>();
  readonly #runners = new Set<Runner>();
  #isOpen = false;

  constructor(options: BullQueueOptions) {
    this.#options = options;
  }

  async open(signal?: AbortSignal): Promise<void> {
    if (this.#isOpen) return;
    await this.#options.adapter.open(signal);
    this.#isOpen = true;
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const runner of this.#runners) runner.abort();
    await Promise.all([...this.#runners].map((runner) => runner.close()));
    await Promise.all([...this.#queues.values()].map((queue) => queue.close().catch(() => undefined)));
    this.#runners.clear();
    this.#queues.clear();
    await this.#options.adapter.close();
  }

  /** Adds what is new and asks for a start of what exists. A job can end between the two, so it goes round again. */
  async add(topic: string, jobs: readonly NewJob[]): Promise<void> {
    const { adapter, clock } = this.#options;
    const queue = this.#queue(topic);
    for (let left = jobs; left.length > 0;) {
      const now = clock.now();
      const bulk = left.map((job) => toBulkJob(job, now));
      const added = await queue.addBulk(bulk);
      const existing = left.flatMap((job, i) => {
        const own = bulk[i];
        return own === undefined || added[i]?.id === own.opts.jobId ? [] : [{ job, request: toRequest(own, now) }];
      });
      if (existing.length === 0) return;
      const requests = existing.map(({ request }) => request);
      const found = await adapter.ask(topic, now, requests);
      left = existing.filter((_, i) => found[i] !== true).map(({ job }) => job);
    }
  }

  async has(topic: string, id: string): Promise<boolean> {
    return (await this.#queue(topic).getDeduplicationJobId(dedupId(id))) !== null;
  }

  async remove(topic: string, id: string): Promise<boolean> {
    const queue = this.#queue(topic);
    for (let last: string | null = null; ;) {
      const current = await queue.getDeduplicationJobId(dedupId(id));
      if (current === null || current === last) return false;
      if ((await queue.remove(current)) === 1) return true;
      // Running, or it ended just now and the job waits in its next round: that one has another id.
      last = current;
    }
  }

  async work(topic: string, concurrency: number, handle: JobHandler): Promise<{ close(): Promise<void> }> {
    this.#queue(topic);
    const runner = await createRunner({ ...this.#options, topic, concurrency, handle });
    this.#runners.add(runner);
    const close = async (): Promise<void> => {
      await runner.close();
      this.#runners.delete(runner);
    };
    return { close };
  }

  async counts(topic: string): Promise<{ waiting: number; running: number }> {
    const counts = await this.#queue(topic).getJobCounts("wait", "delayed", "active", "prioritized");
    const waiting = (counts["wait"] ?? 0) + (counts["delayed"] ?? 0) + (counts["prioritized"] ?? 0);
    return { waiting, running: counts["active"] ?? 0 };
  }

  #queue(topic: string): BullQueue {
    if (!this.#isOpen) throw new SignalboxError("STORE_NOT_OPEN", "the queue is not open");
    const known = this.#queues.get(topic);
    if (known !== undefined) return known;
    const { adapter } = this.#options;
    const queue = adapter.queue(topic, { streams: { events: { maxLen: keptEvents } } });
    queue.on("error", (error) => void adapter.noteError(error));
    this.#queues.set(topic, queue);
    return queue;
  }
}

function toRequest({ name, data, opts }: BulkJob, now: number): AgainRequest {
  const round = parseRoundName(name);
  const id = opts.deduplication?.id ?? "";
  return { dedupId: id, round: { ...round, runAt: round.runAt === 0 ? now : round.runAt }, data, nextId: randomUUID() };
}

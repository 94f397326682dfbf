// The topic `ticks` of the queue: puts ticks into it, in few jobs, and hands out those whose time has come.
// Not here: what a job holds (tick-jobs.ts), or what becomes of a tick (runner.ts).
import type { Clock } from "../clock.ts";
import { gather } from "../gather.ts";
import type { Logger } from "../log.ts";
import type { Job, Queue, QueueWorker } from "../ports/queue.ts";
import { createBringBack } from "./bring-back.ts";
import type { Tick } from "./contracts.ts";
import type { KnownTick, TickLedger } from "./ledger.ts";
import type { DueTick } from "./planner.ts";
import { type Again, runTicks } from "./tick-batch.ts";
import { tickJobs } from "./tick-jobs.ts";

const topic = "ticks";
// A job holds its place until the messages of its ticks are settled or parked.
const concurrency = 500;
const mostGathered = 5_000;

export interface TickQueueOptions {
  readonly queue: Queue;
  readonly ledger: TickLedger;
  readonly clock: Clock;
  readonly log: Logger;
  /** Looks at a tick that `job` brought. */
  readonly look: (tick: Tick, job: string) => Promise<Again>;
}

export class TickQueue {
  readonly #options: TickQueueOptions;
  readonly #add: (ticks: readonly DueTick[]) => Promise<void>;
  readonly #bringBack: (open: readonly KnownTick[]) => Promise<void>;
  #worker: Promise<QueueWorker> | undefined;
  #workingSince = 0;

  constructor(options: TickQueueOptions) {
    this.#options = options;
    this.#bringBack = createBringBack({ queue: options.queue, topic, ledger: options.ledger });
    // What is due at one time goes in one job also where each schedule brings its own, as it does at a start.
    this.#add = gather(
      async (calls: readonly (readonly DueTick[])[]) => {
        await options.queue.add(topic, tickJobs(calls.flat()));
        return calls.map(() => undefined);
      },
      { most: mostGathered },
    );
  }

  /** Since when this engine takes ticks, in milliseconds since the epoch. */
  get workingSince(): number {
    return this.#workingSince;
  }

  async enqueue(ticks: readonly DueTick[]): Promise<void> {
    if (ticks.length > 0) await this.#add(ticks);
  }

  /** Ticks without an end have their jobs still; those whose job the queue has lost are brought back from the ledger. */
  async bringBack(open: readonly KnownTick[]): Promise<void> {
    if (open.length > 0) await this.#bringBack(open);
  }

  /** Idempotent. */
  async startWorking(): Promise<void> {
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

  /** Takes no more ticks and waits for running ones. */
  async close(): Promise<void> {
    await (await this.#worker)?.close();
  }

  async #handle(job: Job): Promise<void | { runAgainAt: number }> {
    const { look: run, log } = this.#options;
    const looked = runTicks(job, { run, enqueue: (ticks) => this.enqueue(ticks) });
    if (looked === undefined) log.error({ job: job.id }, "A job among the ticks holds none; it is dropped.");
    return looked;
  }
}

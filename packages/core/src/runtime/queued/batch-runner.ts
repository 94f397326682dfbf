import type { Message } from "../../message.ts";
import type { LaneEntry, Lanes } from "../../ports/store.ts";
import { type Persistence, persist } from "../persist.ts";
import { queuedRow } from "./queued-lanes.ts";

/** Batches read at once; their messages are under way together. */
const batchesAtOnce = 10;

export interface BatchRunnerOptions {
  readonly lanes: Lanes;
  readonly persistence: Persistence;
  /** False while no further batch is to be begun. */
  readonly isTaking: () => boolean;
  /** Takes a message into the flow; resolves once it is routed, with a promise of its end: settled or parked. */
  readonly take: (message: Message) => Promise<{ readonly ended: Promise<void> }>;
}

/**
 * The working side of `delivery: queued`: takes the batches of a lane in order. A batch leaves the store once each of its
 * messages is settled or parked; a process that dies before leaves it to the next one, which takes it again from its start.
 */
export class BatchRunner {
  readonly #options: BatchRunnerOptions;
  readonly #runs = new Set<Promise<unknown>>();

  constructor(options: BatchRunnerOptions) {
    this.#options = options;
  }

  /** Takes what waits in `lane`; answers when to look again, undefined when the lane is empty. */
  async run(lane: string, signal: AbortSignal): Promise<number | undefined> {
    const run = this.#run(lane, signal);
    this.#runs.add(run);
    try {
      return await run;
    } finally {
      this.#runs.delete(run);
    }
  }

  /** Resolves when no batch is under way; the messages of a batch that was begun are all taken. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#runs);
  }

  async #run(lane: string, signal: AbortSignal): Promise<number | undefined> {
    const { lanes, persistence, isTaking } = this.#options;
    while (!signal.aborted && isTaking()) {
      const now = persistence.clock.now();
      const [row] = await lanes.due(lane, now, { rows: 1, entriesPerRow: batchesAtOnce });
      if (row === undefined) break;
      const taken = await this.#take(row.entries, signal);
      const state = { dueAt: persistence.clock.now(), attempts: 0 };
      await persist("the end of queued messages", () => lanes.remove(lane, queuedRow, taken, state), persistence);
    }
    return lanes.nextDue(lane);
  }

  /** Answers the seqs of the batches that were taken; all their messages have ended. */
  async #take(entries: readonly LaneEntry[], signal: AbortSignal): Promise<readonly number[]> {
    const { take, isTaking } = this.#options;
    const ends: Promise<void>[] = [];
    const taken: number[] = [];
    for (const { seq, value } of entries) {
      if (signal.aborted || !isTaking()) break;
      for (const message of JSON.parse(value) as readonly Message[]) ends.push((await take(message)).ended);
      taken.push(seq);
    }
    await Promise.all(ends);
    return taken;
  }
}

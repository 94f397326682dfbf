import { gather } from "../../gather.ts";
import type { Message } from "../../message.ts";
import type { LaneEntry, Lanes } from "../../ports/store.ts";
import { type Persistence, persist } from "../persist.ts";
import { Turns } from "../turns.ts";
import { queuedRow } from "./queued-lanes.ts";

/** Batches read at once; their messages are under way together. */
const batchesAtOnce = 10;
/** How long the lanes of a pipeline may hold the event loop together before others get their turn. */
const turnMs = 4;

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
  readonly #turns: Turns;

  constructor(options: BatchRunnerOptions) {
    this.#options = options;
    this.#turns = new Turns(options.persistence.clock, turnMs);
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
    const remove = gather(async (seqs: readonly number[]) => {
      const state = { dueAt: persistence.clock.now(), attempts: 0 };
      await persist("the end of queued messages", () => lanes.remove(lane, queuedRow, seqs, state), persistence);
      return seqs;
    });
    while (!signal.aborted && isTaking()) {
      const now = persistence.clock.now();
      const [row] = await lanes.due(lane, now, { rows: 1, entriesPerRow: batchesAtOnce });
      if (row === undefined) break;
      await this.#take(row.entries, { remove, signal });
    }
    return lanes.nextDue(lane);
  }

  /**
   * Resolves once all messages of the batches that were begun have ended. Each batch leaves the store as soon as it and those
   * before it have: a process that dies leaves little to be sent again, and never an old message behind a newer one.
   */
  async #take(
    entries: readonly LaneEntry[],
    { remove, signal }: { remove: (seq: number) => Promise<unknown>; signal: AbortSignal },
  ): Promise<void> {
    const { take, isTaking } = this.#options;
    const removals: Promise<unknown>[] = [];
    let ended: Promise<unknown> = Promise.resolve();
    for (const { seq, value } of entries) {
      if (signal.aborted || !isTaking()) break;
      const members: Promise<void>[] = [];
      for (const message of JSON.parse(value) as readonly Message[]) {
        members.push((await take(message)).ended);
        const over = this.#turns.over();
        if (over !== undefined) await over;
      }
      ended = Promise.all([ended, ...members]);
      const removal = ended.then(() => remove(seq));
      // It is looked at below, when all are taken.
      removal.catch(() => undefined);
      removals.push(removal);
    }
    await Promise.all(removals);
  }
}

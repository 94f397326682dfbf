// The batches that a sink writes straight from memory, and what becomes of those still under way when it stands still.
// Not here: which batches there are and when they may begin (sink-runner.ts).
import type { Clock } from "../clock.ts";
import { Bag } from "./bag.ts";
import type { WriteResult } from "../component/contracts.ts";
import type { SinkItem } from "../config/model.ts";
import { cutByBytes } from "./cut-by-bytes.ts";
import type { DetachedTries } from "./detached-tries.ts";
import type { FirstOfRow } from "./lane-groups.ts";
import type { ParkedWrites } from "./parked-writes.ts";
import type { Settler } from "./settler.ts";
import type { SinkCaller } from "./sink-caller.ts";
import type { SinkGate } from "./sink-gate.ts";
import type { Write } from "./write.ts";

/** How much later than its timeout a try is looked at that was parked while it was under way. */
const lateMs = 1000;

export interface DirectRunsOptions {
  readonly item: SinkItem;
  readonly caller: SinkCaller;
  readonly gate: SinkGate;
  readonly settler: Settler;
  readonly parked: ParkedWrites;
  readonly detached: DetachedTries;
  readonly clock: Clock;
  /** Called when a try has ended. */
  readonly onEnd: () => void;
  /** Called when each write of a batch has ended or is being parked. */
  readonly onOver: (batch: readonly Write[]) => void;
}

/** A batch in the hands of the sink. */
interface DirectRun {
  /** What is tried just now. */
  part: readonly Write[];
  /** What follows it. */
  readonly rest: (readonly Write[])[];
  /** Per write of `part`, once it was parked while under way. */
  detached: readonly Detached[] | undefined;
}

interface Detached {
  readonly token: string;
  readonly parked: Promise<void>;
}

export class DirectRuns {
  readonly #options: DirectRunsOptions;
  readonly #runs = new Bag<DirectRun>();

  constructor(options: DirectRunsOptions) {
    this.#options = options;
  }

  /** Writes a batch, in parts where it is too large for one; never rejects. */
  async run(batch: readonly Write[]): Promise<void> {
    const { item, caller, onEnd, onOver } = this.#options;
    const rest = item.batch === undefined ? [batch] : [...cutByBytes(batch, item.batch.bytes)];
    const run: DirectRun = { part: [], rest, detached: undefined };
    this.#runs.add(run);
    for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
      run.part = part;
      const results = await caller.attempt(part.map((write) => write.message));
      if (results === undefined) this.#refused(part);
      else {
        onEnd();
        this.#ended(run, results);
      }
    }
    this.#runs.remove(run);
    onOver(batch);
  }

  /**
   * Everything under way moves to the store, each batch in front of what follows it. The tries go on: the lane runner sees
   * to their ends.
   */
  detach(): void {
    const { settler, clock, item } = this.#options;
    const untilEnd = { dueAt: clock.now() + item.timeoutMs + lateMs, attempts: 0 };
    for (const run of this.#runs) {
      const first = { ...untilEnd, batch: this.#nextBatch() };
      run.detached ??= run.part.map((write) => this.#detach(write, first));
      for (const write of run.rest.splice(0).flat()) void settler.parkUntried(write);
    }
  }

  #refused(part: readonly Write[]): void {
    const { settler, gate } = this.#options;
    for (const write of part) void settler.parkUntried(write, gate.dueWhenRefused());
  }

  #ended({ part, detached }: DirectRun, results: readonly WriteResult[]): void {
    let batch: string | undefined;
    const endedAt = this.#options.clock.monotonic();
    part.forEach((write, index) => {
      const result = results[index];
      const parked = detached?.[index];
      if (result === undefined) return;
      if (result.status === "retryable") batch ??= this.#nextBatch();
      if (parked === undefined) this.#options.settler.settle({ write, result, batch, endedAt });
      else void this.#endDetached(write, parked, result);
    });
  }

  #detach(write: Write, first: FirstOfRow): Detached {
    const { settler, detached } = this.#options;
    const token = detached.add();
    return { token, parked: settler.park(write, { ...first, token }) };
  }

  // The row need not wait for the time it was parked until.
  async #endDetached(write: Write, { token, parked: isParked }: Detached, result: WriteResult): Promise<void> {
    const { detached, settler, parked } = this.#options;
    detached.end(token, result);
    await isParked;
    if (detached.has(token) && !settler.isStopping) await parked.hasten(write).catch(ignoreStop);
  }

  /** The id under which what is left of a try waits together; undefined where each message is for itself. */
  #nextBatch(): string | undefined {
    return this.#options.item.batch === undefined ? undefined : this.#options.parked.nextBatch();
  }
}

function ignoreStop(): void {
  // The stop ran out of time: what is parked is looked at by the next start.
}

import type { WriteResult } from "../component/contracts.ts";
import type { DueRow, LaneEntry, Lanes, RowState } from "../ports/store.ts";
import type { MessageCounter } from "./counts.ts";
import { type Persistence, persist } from "./persist.ts";
import { cutRow, type Parked } from "./lane-entries.ts";
import type { SinkRunner } from "./sink-runner.ts";
import type { Write } from "./write.ts";

export interface LaneRunnerOptions {
  readonly lanes: Lanes;
  readonly runner: SinkRunner;
  readonly counter: MessageCounter;
  readonly persistence: Persistence;
}

const mostRows = 64;
const leastRows = 2;
const leastPerRow = 50;
/** What one reading holds at most, about: lanes are read side by side, after an outage all of them are full. */
const entriesAtOnce = 1_000;
/** How long a lane is read before others get their turn. */
const turnMs = 1000;
/** When a lane is looked at again that found as many others at work as its sink can serve. */
const fullMs = 250;

/** Reads one sink's lanes and writes what is due, each row in order and on its own. */
export interface LaneRunner {
  /** Writes what is due in `lane`; answers when to look again, undefined when the lane is empty. */
  run(lane: string, signal: AbortSignal): Promise<number | undefined>;
}

export function createLaneRunner(options: LaneRunnerOptions): LaneRunner {
  const { lanes, runner, persistence } = options;
  const entriesPerRow = Math.max(leastPerRow, runner.batchCount);
  const limit = { rows: clamp(Math.floor(entriesAtOnce / entriesPerRow), leastRows, mostRows), entriesPerRow };
  // A sink serves so many at once; one more is read meanwhile. Others would wait with all they have read in memory.
  const most = runner.item.definition.defaults.concurrency + 1;
  // A wake-up may come twice, and two readers of one lane would write its heads twice.
  const busy = new Map<string, Promise<number | undefined>>();

  async function runOnce(lane: string, signal: AbortSignal): Promise<number | undefined> {
    const endsAt = persistence.clock.monotonic() + turnMs;
    while (!signal.aborted) {
      // A sink that stops refuses every try: what is due stays due, for the next start, and is not asked for meanwhile.
      if (runner.isStopping) return persistence.clock.now() + fullMs;
      const shutUntil = runner.shutUntil();
      if (shutUntil !== undefined) return shutUntil;
      if (persistence.clock.monotonic() > endsAt) return persistence.clock.now();
      const { seen } = runner.parked;
      const rows = await lanes.due(lane, persistence.clock.now(), limit);
      if (rows.length === 0) break;
      await Promise.all(rows.map((row) => runRow({ ...options, entriesPerRow, seen }, lane, row, signal)));
    }
    return lanes.nextDue(lane);
  }

  return {
    async run(lane, signal) {
      await busy.get(lane)?.catch(() => undefined);
      if (busy.size >= most) return persistence.clock.now() + fullMs;
      const work = runOnce(lane, signal);
      busy.set(lane, work);
      try {
        return await work;
      } finally {
        if (busy.get(lane) === work) busy.delete(lane);
      }
    },
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}

interface RowOptions extends LaneRunnerOptions {
  readonly entriesPerRow: number;
  /** What the reading is sure to have seen of the appends. */
  readonly seen: number;
}

// A batch at a time from the head: those behind a failing entry wait, those of other rows do not.
async function runRow(options: RowOptions, lane: string, row: DueRow, signal: AbortSignal): Promise<void> {
  const { runner, entriesPerRow, seen } = options;
  let { attempts } = row;
  for (const entries of cutRow(row.entries, { runner, isCutOff: row.entries.length === entriesPerRow })) {
    const batch = entries[0]?.batch;
    if (batch !== undefined && (await runner.parked.closeBatch(batch, seen))) return;
    if (signal.aborted || !(await runBatch(options, { lane, row: row.row, entries, attempts }))) return;
    attempts = 0;
  }
}

interface Batch {
  readonly lane: string;
  readonly row: string;
  readonly entries: readonly Parked[];
  /** Earlier tries of the first entry, or of all of a batch that keeps its members. */
  readonly attempts: number;
}

/** Tries a batch; answers whether all of it is gone, so that the next one may follow. */
async function runBatch(options: LaneRunnerOptions, batch: Batch): Promise<boolean> {
  const { runner, lanes, persistence } = options;
  const { lane, row, entries } = batch;
  const results = await attempt(runner, entries, batch.attempts + 1);
  // Nothing was tried: the row stays as it is, and due.
  if (results === undefined) return false;
  const now = persistence.clock.now();
  const ended: Ended[] = [];
  // When the row is looked at again; the first failure decides.
  let retry: RowState | undefined;
  for (const [index, { entry, write }] of entries.entries()) {
    const isTriedBefore = index === 0 || entries[0]?.batch !== undefined;
    const tried = { write, result: results[index], attempts: isTriedBefore ? batch.attempts + 1 : 1 };
    const verdict = judge(runner, tried, now);
    if ("end" in verdict) ended.push({ entry, ...tried, result: verdict.end });
    else retry ??= verdict.retry;
  }
  const state = retry ?? { dueAt: now, attempts: 0 };
  if (ended.length > 0) await end(options, { lane, row, state }, ended);
  else await persist("a retry", () => lanes.defer(lane, row, state), persistence);
  return retry === undefined;
}

// The end of a try that was under way when its writes were parked, or another try.
async function attempt(
  runner: SinkRunner,
  entries: readonly Parked[],
  nth: number,
): Promise<readonly WriteResult[] | undefined> {
  const ends = entries.map(({ token }) => (token === undefined ? undefined : runner.detached.take(token)));
  const known = ends.filter((end) => end !== undefined);
  if (known.length > 0 && known.length === entries.length) return Promise.all(known);
  const messages = entries.map(({ write }) => write.message);
  return runner.attemptParked(messages, nth);
}

interface Tried {
  readonly write: Write;
  readonly result: WriteResult | undefined;
  /** Tries of this write so far, this one included. */
  readonly attempts: number;
}

function judge(
  runner: SinkRunner,
  { write, result, attempts }: Tried,
  now: number,
): { end: WriteResult } | { retry: RowState } {
  // A try that the engine cut short says nothing about the sink and costs none of the attempts.
  if (result === undefined || isCutShort(result)) return { retry: { dueAt: now, attempts: attempts - 1 } };
  if (result.status !== "retryable") return { end: result };
  runner.counter.retried += 1;
  const delayMs = runner.settler.retryDelayMs(attempts, result.cause);
  if (delayMs === undefined) return { end: { status: "rejected", cause: result.cause } };
  const retry = { dueAt: now + delayMs, attempts };
  runner.ends.failedForNow(write, result.cause, retry);
  return { retry };
}

function isCutShort(result: WriteResult): boolean {
  return result.status === "retryable" && result.cause.code === "ENGINE_STOPPING";
}

interface Ended {
  readonly entry: LaneEntry;
  readonly write: Write;
  readonly result: WriteResult;
  readonly attempts: number;
}

interface RowChange {
  readonly lane: string;
  readonly row: string;
  readonly state: RowState;
}

// Dead letters are durable before their entries go: a crash in between buries them twice rather than never.
async function end(
  options: LaneRunnerOptions,
  { lane, row, state }: RowChange,
  ended: readonly Ended[],
): Promise<void> {
  const { lanes, runner, persistence } = options;
  for (const { write, result, attempts } of ended) {
    if (result.status === "rejected") await runner.settler.bury(write, result.cause, attempts);
  }
  const seqs = ended.map(({ entry }) => entry.seq);
  const remove = (): Promise<number> => lanes.remove(lane, row, seqs, state);
  const left = await persist("the end of parked messages", remove, persistence);
  runner.parked.removed(
    row,
    left,
    ended.map(({ entry }) => entry.value),
  );
  for (const each of ended) {
    countEnd(options, each);
    runner.ends.endedLater(each.write, each.result);
  }
}

function countEnd({ runner, counter, persistence }: LaneRunnerOptions, { result, write }: Ended): void {
  runner.counter.parked -= 1;
  counter.parked -= 1;
  counter.settled += 1;
  if (result.status === "delivered") {
    runner.counter.delivered += 1;
    const { clock } = persistence;
    runner.counter.delivery.add(clock.monotonic() - write.owner.takenInAt(clock));
  } else if (result.status === "discarded") runner.counter.discarded.add(result.reason);
  else runner.counter.deadLettered += 1;
}

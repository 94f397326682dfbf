import { type Clock, sleep } from "@signalbox/core";
import type { RestClient } from "../rest/client.ts";
import { querySamples } from "../rest/samples.ts";
import type { Activity } from "./activity.ts";
import type { Gaps } from "./gaps.ts";
import type { Reader } from "./reader.ts";
import type { ServerTime } from "./server-time.ts";
import { type Snapshot, takeSnapshot } from "./snapshot.ts";

export interface RoundOptions {
  readonly device: string;
  /** One per pipeline; at least one. */
  readonly readers: readonly Reader[];
  readonly rest: RestClient;
  readonly clock: Clock;
  readonly time: ServerTime;
  readonly gaps: Gaps;
  readonly activity: Activity;
  readonly pageSize: number;
}

/** akenza's machines may disagree on the time by so much. */
const clockMarginMs = 1_000;
/** A sample that came over the socket may take a moment to show in the history. */
const looks = { most: 5, everyMs: 1_000 };

/**
 * Reads what a device's pipelines missed and hands it on, oldest first, then what came live meanwhile. Answers the readers
 * that have come to the end; a pipeline without room leaves before. Throws as RestClient.read does.
 */
export async function readRound(options: RoundOptions, signal: AbortSignal): Promise<readonly Reader[]> {
  const { device, rest, gaps } = options;
  await Promise.all(options.readers.map((reader) => noteTooOld(reader, { device, rest, gaps }, signal)));
  const snapshot = await look(options, signal);
  const { asOf } = snapshot;
  options.activity.prove(device, snapshot.newest);
  const datesStored = await snapshot.datesStored(options.readers.flatMap((reader) => reader.lasts));
  let { readers } = options;
  for await (const samples of snapshot.pages()) {
    const page = { samples, asOf, datesStored };
    const stay = await Promise.all(readers.map((reader) => reader.take(page, signal)));
    readers = readers.filter((_reader, index) => stay[index]);
    if (readers.length === 0) break;
  }
  for (const reader of readers) reader.conclude(asOf);
  await Promise.all(readers.map((reader) => reader.drain(signal)));
  return readers;
}

async function look(options: RoundOptions, signal: AbortSignal): Promise<Snapshot> {
  const { device, readers, rest, clock, time, pageSize } = options;
  const fromMs = Math.min(...readers.map((reader) => reader.fromMs));
  for (let count = 1; ; count += 1) {
    const snapshot = await takeSnapshot({ rest, device, fromMs, pageSize, pastMs: time.now() - clockMarginMs }, signal);
    const shows = readers.every(({ expected }) => expected === undefined || snapshot.shows(expected));
    if (shows || count >= looks.most) return snapshot;
    await sleep(clock, looks.everyMs, signal);
    signal.throwIfAborted();
  }
}

/** What is too old is not read; whether there is anything is one sample's question. */
async function noteTooOld(
  reader: Reader,
  { device, rest, gaps }: Pick<RoundOptions, "device" | "rest" | "gaps">,
  signal: AbortSignal,
): Promise<void> {
  const { tooOldFromMs, fromMs, follower, track } = reader;
  if (tooOldFromMs === undefined) return;
  const span = { device, fromMs: tooOldFromMs, beforeMs: fromMs, limit: 1 };
  const [newest] = await querySamples(rest, span, signal);
  if (newest === undefined || reader.knows(follower.streamOf(device, newest.topic), newest, new Map())) return;
  gaps.add({
    pipeline: follower.consumer.pipeline,
    device: track.device,
    from: new Date(tooOldFromMs).toISOString(),
    until: new Date(fromMs).toISOString(),
    reason: "too old",
  });
}

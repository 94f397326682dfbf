import type { NewJob } from "../ports/queue.ts";
import type { Message } from "../message.ts";

/** The queue topic whose jobs wake lanes; a job's id and data name its lane. */
export const laneTopic = "lanes";

const partitions = 16;

/** `parked/<pipeline>/<sink>/`, the names of a sink's lanes up to their partition; without a sink, those of all of them. */
export function lanePrefix(pipeline: string, sink?: string): string {
  return sink === undefined ? `parked/${pipeline}/` : `parked/${pipeline}/${sink}/`;
}

/** The partition of a key, or of whatever else orders: one of 16. */
export function partitionOf(text: string): string {
  return String(hash(text) % partitions);
}

/** The pipeline and sink of a lane's name; undefined for lanes of other kinds. */
export function sinkOfLane(lane: string): { pipeline: string; sink: string } | undefined {
  const [kind, pipeline, sink, partition] = lane.split("/");
  return kind === "parked" && pipeline !== undefined && sink !== undefined && partition !== undefined
    ? { pipeline, sink }
    : undefined;
}

/** The job that wakes a lane at `runAt`. */
export function wakeUp(lane: string, runAt: number): NewJob {
  return { id: lane, data: { lane }, runAt };
}

// Keys and message ids share a lane's rows: the prefix keeps a device named like a message id apart from it.
export function keyRow(key: string): string {
  return `key:${key}`;
}

export function messageRow({ id }: Pick<Message, "id">): string {
  return `message:${id}`;
}

/** The row of what waits in batches: one for a sink, for the members of a batch are of many keys. */
export const batchRow = "batches";

/** FNV-1a, 32 bits: spreads rows over partitions; nothing else depends on it. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}

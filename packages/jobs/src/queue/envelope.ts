import { createHash, randomUUID } from "node:crypto";
import type { NewJob } from "@signalbox/core";
import type { BulkJobOptions } from "bullmq";
import { toJson } from "../json.ts";

// How a job of ours travels as one of BullMQ's.
//
// - BullMQ's job id is drawn by us for each round of a job (a round ends when its handler does); ours is its deduplication
//   id, which frees it of BullMQ's rules for ids and makes "is there one already" part of BullMQ's own atomic insert.
// - BullMQ's job name carries what a round takes over from the one before it.
// - The data is JSON inside a JSON string: PostgreSQL's jsonb would change the order of keys and refuse "\u0000".

/** What a round knows of those before it. */
export interface Round {
  /** Starts of the job in earlier rounds. */
  readonly starts: number;
  /** Failures in a row so far. */
  readonly failures: number;
  /** Not before this time, in milliseconds since the epoch. */
  readonly runAt: number;
}

export function roundName({ starts, failures, runAt }: Round): string {
  return `${starts}:${failures}:${runAt}`;
}

export function parseRoundName(name: string): Round {
  const [starts = 0, failures = 0, runAt = 0] = name.split(":").map(Number);
  return { starts, failures, runAt };
}

/** A job's id as BullMQ's deduplication id: itself where it is short and plain, else a hash that no plain one equals. */
export function dedupId(id: string): string {
  if (/^[\w./-]{1,80}$/.test(id)) return id;
  return `#${createHash("sha256").update(id, "utf16le").digest("base64url")}`;
}

export function packData(id: string, data: unknown): string {
  return `{"id":${JSON.stringify(id)},"data":${toJson(data)}}`;
}

export function unpackData(text: string): { id: string; data: unknown } {
  return JSON.parse(text) as { id: string; data: unknown };
}

/** Options of every job. A job is never given up: BullMQ's attempts only count when its own bookkeeping fails. */
export const roundOptions = {
  attempts: 2 ** 31 - 1,
  backoff: { type: "fixed", delay: 1_000 },
  removeOnComplete: true,
  removeOnFail: true,
  stackTraceLimit: 1,
} as const;

export interface BulkJob {
  readonly name: string;
  readonly data: string;
  readonly opts: BulkJobOptions & { readonly jobId: string };
}

/** The first round of `job`, for `addBulk`. */
export function toBulkJob({ id, data, runAt = 0 }: NewJob, now: number): BulkJob {
  const delay = Math.max(0, Math.ceil(runAt - now));
  return {
    name: roundName({ starts: 0, failures: 0, runAt }),
    data: packData(id, data),
    opts: { ...roundOptions, jobId: randomUUID(), deduplication: { id: dedupId(id) }, ...(delay > 0 ? { delay } : {}) },
  };
}

import type { SignalboxError } from "@signalbox/core";
import type { JobType, Processor, QueueOptions, WorkerListener, WorkerOptions } from "bullmq";
import type { BulkJob, Round } from "./envelope.ts";

/** What is used here of BullMQ's Queue, whatever it stands on. */
export interface BullQueue {
  addBulk(jobs: BulkJob[]): Promise<readonly { readonly id?: string | undefined }[]>;
  getDeduplicationJobId(id: string): Promise<string | null>;
  remove(id: string): Promise<number>;
  getJobCounts(...types: JobType[]): Promise<Record<string, number>>;
  on(event: "error", listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

type WorkerEvent = "error" | "stalled" | "locksRenewed" | "lockRenewalFailed";

/** What is used here of BullMQ's Worker. */
export interface BullWorker {
  on<E extends WorkerEvent>(event: E, listener: WorkerListener<string>[E]): unknown;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
}

/** Asks for one more start of a job that exists already. */
export interface AgainRequest {
  readonly dedupId: string;
  readonly round: Round;
  /** As `packData` makes it. */
  readonly data: string;
  /** BullMQ's id for the next round, should one be needed. */
  readonly nextId: string;
}

export type WorkerSettings = Omit<WorkerOptions, "connection" | "prefix">;

/** How often an idle worker asks its store. */
export interface Pace {
  /** Milliseconds between searches for jobs whose process died: they are found in the second search after their lock ran out. */
  readonly stalledInterval: number;
  /** Seconds for which one request waits for a job. Only what is missed (a notification, say) waits as long. */
  readonly drainDelay: number;
}

/** What BullMQ needs to run on one kind of store, and the two things it does not do by itself. */
export interface QueueAdapter {
  readonly pace: Pace;
  open(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
  queue(topic: string, options: Omit<QueueOptions, "connection" | "prefix">): BullQueue;
  worker(topic: string, processor: Processor<string>, settings: WorkerSettings): BullWorker;
  /**
   * For each request, atomically: a job that waits runs at the earlier of its time and the request's; one that runs is run
   * again when it ends (BullMQ's own "next job" of a deduplication id, taken up in the transaction that ends the job).
   * Answers per request whether the job was there; if not, it can be added.
   */
  ask(topic: string, now: number, requests: readonly AgainRequest[]): Promise<readonly boolean[]>;
  /**
   * The same from the handler's side, before it ends: the next round is this one's work, at the request's time or, if someone
   * asked for an earlier start meanwhile, at that. Nothing happens when `ownerId` (BullMQ's id) is not the job's round any more.
   */
  keep(topic: string, now: number, ownerId: string, request: AgainRequest): Promise<void>;
  /** Told about errors that BullMQ only emits; true when it was about the connection (and is logged as an outage). */
  readonly noteError: (error: Error) => boolean;
  readonly toStoreError: (error: unknown) => SignalboxError;
}

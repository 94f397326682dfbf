// When history is read: after every confirmed subscription, for every device that is behind, a few at once, those with live
// samples waiting first. One reading of a device serves all pipelines of the connection that are behind on it.
import { backoffDelayMs, type Clock, type Logger, type SignalboxError, sleep, toSignalboxError } from "@signalbox/core";
import type { RestClient } from "../rest/client.ts";
import { querySamples } from "../rest/samples.ts";
import type { RouteIndex } from "../routing/route-index.ts";
import { Activity } from "./activity.ts";
import type { Reading } from "./follower-options.ts";
import type { Follower } from "./follower.ts";
import type { GapReason, Gaps } from "./gaps.ts";
import { Reader } from "./reader.ts";
import { readRound } from "./round.ts";
import type { ServerTime } from "./server-time.ts";

export interface CatchUpOptions {
  readonly rest: RestClient;
  readonly index: RouteIndex;
  readonly clock: Clock;
  readonly log: Logger;
  readonly time: ServerTime;
  readonly gaps: Gaps;
  /** Samples asked for at once. */
  readonly pageSize: number;
  /** Resolves when no change of subscriptions waits for akenza's answer; false when there is no connection. */
  confirmed(): Promise<boolean>;
  /** Subscriptions are confirmed, and reading is about to begin. */
  onConfirmed(): void;
  /** History turned out to be readable on this connection. */
  onReadable(): void;
  /** Any device that is followed. */
  anyDevice(): string | undefined;
}

/** Devices read at once. */
const maxAtOnce = 4;
/** Devices that refuse to be read before the others are not asked any more. */
const refusalsNeeded = 3;
const backoff = { backoffMs: 1_000, maxBackoffMs: 60_000 };

export class CatchUp implements Reading {
  readonly #options: CatchUpOptions;
  readonly #activity: Activity;
  readonly #wanted = new Map<string, Set<Follower>>();
  readonly #urgent = new Set<string>();
  readonly #running = new Set<string>();
  #end = new AbortController();
  #confirming: Promise<void> | undefined;
  #isStarted = false;
  #refusals = 0;
  #hasRead = false;
  #failures = 0;

  constructor(options: CatchUpOptions) {
    this.#options = options;
    this.#activity = new Activity(options);
  }

  get isPossible(): boolean {
    return this.#hasRead;
  }

  /** Devices that are read or wait for it. */
  get size(): number {
    return this.#running.size + this.#wanted.size;
  }

  want(device: string, follower: Follower): void {
    const followers = this.#wanted.get(device);
    if (followers === undefined) this.#wanted.set(device, new Set([follower]));
    else followers.add(follower);
    this.#next();
  }

  urge(device: string): void {
    if (this.#wanted.has(device)) this.#urgent.add(device);
  }

  confirmFirst(): void {
    this.#isStarted = false;
    this.#confirming ??= this.#confirm().finally(() => (this.#confirming = undefined));
  }

  /** Resolves when no change of subscriptions waits for its confirmation. */
  async settled(): Promise<void> {
    await this.#confirming;
  }

  /** The socket is live again. */
  connected(): void {
    this.#refusals = 0;
    this.#hasRead = false;
    this.confirmFirst();
  }

  /** The socket is down: what is under way goes on, nothing more begins. */
  disconnected(): void {
    this.#isStarted = false;
  }

  /** Ends what is under way. A later start begins afresh. */
  close(): void {
    this.#isStarted = false;
    this.#wanted.clear();
    this.#urgent.clear();
    this.#end.abort();
    this.#end = new AbortController();
  }

  async #confirm(): Promise<void> {
    // Those who add devices subscribe in the same turn.
    await Promise.resolve();
    if (!(await this.#options.confirmed())) return;
    this.#options.onConfirmed();
    await this.#activity.read(this.#wanted.size, this.#end.signal);
    this.#isStarted = true;
    if (this.#wanted.size === 0 && !this.#hasRead) void this.#probe();
    this.#next();
  }

  /** Nothing is missed yet; whether it could be read is better known now than when it matters. Never rejects. */
  async #probe(): Promise<void> {
    const device = this.#options.anyDevice();
    if (device === undefined) return;
    try {
      await querySamples(this.#options.rest, { device, limit: 1 }, this.#end.signal);
      this.#isReadable();
    } catch (error) {
      const problem = toSignalboxError(error, "AKENZA_UNREACHABLE", { isRetryable: true });
      if (problem.code === "AKENZA_AUTH_REFUSED") this.#refused(problem);
    }
  }

  #isReadable(): void {
    this.#failures = 0;
    if (this.#hasRead) return;
    this.#hasRead = true;
    this.#options.onReadable();
  }

  #next(): void {
    while (this.#isStarted && this.#running.size < maxAtOnce) {
      const device = this.#pick();
      if (device === undefined) return;
      const followers = this.#wanted.get(device) ?? new Set<Follower>();
      this.#wanted.delete(device);
      this.#urgent.delete(device);
      this.#running.add(device);
      void this.#read(device, followers).finally(() => {
        this.#running.delete(device);
        this.#next();
      });
    }
  }

  #pick(): string | undefined {
    for (const devices of [this.#urgent.keys(), this.#wanted.keys()])
      for (const device of devices) if (!this.#running.has(device)) return device;
    return undefined;
  }

  /** Never rejects. */
  async #read(device: string, followers: ReadonlySet<Follower>): Promise<void> {
    const { signal } = this.#end;
    const all = [...followers].flatMap((follower) => this.#readerOf(device, follower));
    const readers = all.filter((reader) => !this.#isQuiet(reader));
    for (const reader of all) if (!readers.includes(reader)) reader.goOn();
    if (readers.length === 0) return;
    if (!this.#hasRead && this.#refusals >= refusalsNeeded) return this.#giveUp(readers, "no permission");
    try {
      const done = await readRound({ ...this.#options, activity: this.#activity, device, readers }, signal);
      this.#isReadable();
      for (const reader of readers) this.#again(reader, done.includes(reader));
    } catch (error) {
      if (!signal.aborted) await this.#failed(device, readers, error, signal);
    }
  }

  #readerOf(device: string, follower: Follower): readonly Reader[] {
    const track = follower.trackBehind(device);
    if (track?.behind === undefined || follower.isDetached) return [];
    const { index, time } = this.#options;
    const wants = (topic: string): boolean => index.consumersOf(device, topic)?.includes(follower.consumer) === true;
    return [new Reader({ follower, track, behind: track.behind, nowMs: time.now(), wants })];
  }

  #isQuiet({ track, levelUntil }: Reader): boolean {
    return this.#activity.isQuiet(track.device, levelUntil < track.newest ? levelUntil : track.newest);
  }

  /** Plans the next reading of a device that is still behind: at once, or when its pipeline has room. */
  #again({ follower, track }: Reader, isDone: boolean): void {
    if (track.behind === undefined) return;
    if (isDone && follower.room.isFree) this.want(track.device, follower);
    else follower.room.whenFree(() => follower.wantAll());
  }

  async #failed(device: string, readers: readonly Reader[], error: unknown, signal: AbortSignal): Promise<void> {
    const problem = toSignalboxError(error, "AKENZA_UNREACHABLE", { isRetryable: true });
    if (problem.code === "AKENZA_AUTH_REFUSED") {
      if (!this.#hasRead) this.#refused(problem);
      return this.#giveUp(readers, "no permission");
    }
    if (!problem.isRetryable) return this.#giveUp(readers, "refused");
    this.#failures += 1;
    const delayMs = backoffDelayMs(this.#failures, backoff, Math.random(), problem.retryAfterMs);
    const { log, clock } = this.#options;
    log.debug({ device, cause: problem.message, delayMs }, "A device's history cannot be read now; trying again.");
    await sleep(clock, delayMs, signal);
    if (!signal.aborted) for (const { follower, track } of readers) this.want(track.device, follower);
  }
  /** Perhaps it is this device alone; the first time is said, for it may be the key. */
  #refused(problem: SignalboxError): void {
    this.#refusals += 1;
    if (this.#refusals > 1) return;
    this.#options.log.error(
      { code: "AKENZA_HISTORY_REFUSED", problem: problem.message, hint: problem.hint },
      "akenza does not show its history to this key: what is missed while the socket is down stays missed.",
    );
  }

  #giveUp(readers: readonly Reader[], reason: GapReason): void {
    const until = new Date(this.#options.time.now()).toISOString();
    for (const reader of readers) {
      const { follower, track, fromMs } = reader;
      const { pipeline } = follower.consumer;
      this.#options.gaps.add({ pipeline, device: track.device, from: new Date(fromMs).toISOString(), until, reason });
      reader.goOn();
    }
  }
}

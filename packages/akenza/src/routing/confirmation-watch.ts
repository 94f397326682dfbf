// Brings the uplinks of devices whose commands wait for a confirmation to the ledger, whether a pipeline subscribes to
// them or not. What confirms, and until when, is the ledger's business.
import { type Clock, type Confirmations, messageOf, SignalboxError, type Timer } from "@signalbox/core";
import type { ServerTime } from "../backfill/server-time.ts";
import type { Complaints } from "../counters.ts";
import type { RestClient } from "../rest/client.ts";
import { querySamples } from "../rest/samples.ts";
import type { Sample, Target } from "../socket/frames.ts";
import type { Subscriptions } from "../socket/subscriptions.ts";
import { msOf } from "../timestamp.ts";

export interface ConfirmationWatchOptions {
  readonly connection: string;
  readonly clock: Clock;
  readonly complaints: Complaints;
  readonly rest: RestClient;
  readonly subscriptions: Subscriptions;
  readonly time: ServerTime;
  /** Keeps the socket open until the answer is called. */
  hold(): () => Promise<void>;
  /** Resolves when the present try to connect has ended, well or not. */
  tried(): Promise<void>;
}

/** How long after a failed reading of history it is tried again. */
const readAgainMs = 30_000;

export class ConfirmationWatch {
  readonly #options: ConfirmationWatchOptions;
  /** Since when uplinks count, by device; in milliseconds of our clock. */
  #watched = new Map<string, number>();
  /** Devices that may have said something before their subscription held. */
  readonly #missed = new Set<string>();
  readonly #end = new AbortController();
  #confirmations: Confirmations | undefined;
  #stop: (() => void) | undefined;
  #release: (() => Promise<void>) | undefined;
  #isReading = false;
  #timer: Timer | undefined;

  constructor(options: ConfirmationWatchOptions) {
    this.#options = options;
  }

  open(confirmations: Confirmations): void {
    if (this.#stop !== undefined) return;
    this.#confirmations = confirmations;
    this.#stop = confirmations.onWatched(this.#options.connection, () => this.#look());
    this.#look();
  }

  async close(): Promise<void> {
    this.#end.abort();
    this.#stop?.();
    this.#timer?.cancel();
    for (const device of this.#watched.keys()) this.#options.subscriptions.unwant(targetOf(device));
    this.#watched = new Map();
    await this.#letGo();
  }

  isWatched(device: string): boolean {
    return this.#watched.has(device);
  }

  observe(sample: Sample): void {
    if (this.#watched.has(sample.device)) this.#tell(sample);
  }

  /** The socket is live: whatever came before may not have come to us. */
  connected(): void {
    for (const device of this.#watched.keys()) this.#missed.add(device);
    this.#readMissed();
  }

  #look(): void {
    const { subscriptions, connection } = this.#options;
    const before = this.#watched;
    const list = this.#confirmations?.watched(connection) ?? [];
    this.#watched = new Map(list.map(({ device, since }) => [device, since]));
    for (const device of this.#watched.keys()) {
      if (before.has(device)) continue;
      subscriptions.want(targetOf(device));
      this.#missed.add(device);
    }
    for (const device of before.keys()) {
      if (this.#watched.has(device)) continue;
      subscriptions.unwant(targetOf(device));
      this.#missed.delete(device);
    }
    if (this.#watched.size === 0) return void this.#letGo();
    this.#release ??= this.#options.hold();
    this.#readMissed();
  }

  async #letGo(): Promise<void> {
    const release = this.#release;
    this.#release = undefined;
    await release?.();
  }

  #readMissed(): void {
    if (this.#isReading || this.#timer !== undefined || this.#missed.size === 0 || this.#end.signal.aborted) return;
    this.#isReading = true;
    void this.#readAll().finally(() => {
      this.#isReading = false;
      this.#readMissed();
    });
  }

  /** One device after the other: commands and back-fill have the same rate limit. */
  async #readAll(): Promise<void> {
    const { subscriptions, complaints, clock } = this.#options;
    // akenza's time is known then, and what comes later comes over the socket; without one, history is all there is.
    await this.#options.tried();
    await subscriptions.settled();
    for (const device of this.#missed) {
      const since = this.#watched.get(device);
      if (since === undefined) {
        this.#missed.delete(device);
        continue;
      }
      try {
        await this.#read(device, since);
        this.#missed.delete(device);
      } catch (error) {
        if (this.#end.signal.aborted) return;
        const isForNow = error instanceof SignalboxError && error.isRetryable;
        const fields = { device, cause: messageOf(error), isTriedAgain: isForNow };
        const sentence = "A device's history cannot be read for the confirmation of its command; live uplinks count.";
        complaints.warn("confirmation", fields, sentence);
        if (!isForNow) this.#missed.delete(device);
        else return this.#readLater(clock);
      }
    }
  }

  async #read(device: string, since: number): Promise<void> {
    const { rest, time } = this.#options;
    const samples = await querySamples(rest, { device, fromMs: time.theirs(since) }, this.#end.signal);
    for (const { topic, timestamp, body } of samples.toReversed()) this.#tell({ device, topic, timestamp, body });
  }

  #readLater(clock: Clock): void {
    this.#timer = clock.setTimer(() => {
      this.#timer = undefined;
      this.#readMissed();
    }, readAgainMs);
  }

  #tell({ device, topic, timestamp, body }: Sample): void {
    const { connection, time } = this.#options;
    this.#confirmations?.observe(connection, { device, topic, body, at: time.ours(msOf(timestamp)) });
  }
}

function targetOf(id: string): Target {
  return { kind: "asset", id, topic: "*" };
}

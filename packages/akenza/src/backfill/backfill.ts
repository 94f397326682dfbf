import type { BackfillOptions, Clock, Logger, Store } from "@signalbox/core";
import type { Counters } from "../counters.ts";
import type { RestClient } from "../rest/client.ts";
import type { Consumer } from "../routing/consumer.ts";
import type { RouteIndex } from "../routing/route-index.ts";
import { canonicalOf } from "../timestamp.ts";
import { CatchUp } from "./catch-up.ts";
import { Follower } from "./follower.ts";
import type { FollowerOptions } from "./follower-options.ts";
import { Gaps } from "./gaps.ts";
import { ServerTime } from "./server-time.ts";
import { WatermarkWriter } from "./watermark-writer.ts";
import { Watermarks } from "./watermarks.ts";

export interface BackfillParts {
  readonly rest: RestClient;
  readonly index: RouteIndex;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly log: Logger;
  /** Samples asked for at once; default 2,000, some 1 MB. */
  readonly pageSize?: number;
  /** See CatchUpOptions. */
  confirmed(): Promise<boolean>;
  onReadable(): void;
  /** See FollowerOptions. */
  readonly onRepeated: FollowerOptions["onRepeated"];
}

/** A dead socket is noticed within this. */
const longestSilenceMs = 120_000;

/** Reads what the pipelines of one connection missed from akenza's history (delivery.md, rule 5). */
export class Backfill {
  readonly gaps: Gaps;
  readonly time: ServerTime;
  readonly #parts: BackfillParts;
  readonly #catchUp: CatchUp;
  readonly #followers = new Set<Follower>();
  #writer: WatermarkWriter | undefined;
  #levelUntil = "";

  constructor(parts: BackfillParts) {
    const { clock, log } = parts;
    this.#parts = parts;
    this.gaps = new Gaps(clock, log);
    this.time = new ServerTime(clock);
    this.#catchUp = new CatchUp({
      pageSize: 2_000,
      ...parts,
      time: this.time,
      gaps: this.gaps,
      anyDevice: () => this.#anyDevice(),
      onConfirmed: () => this.#followers.forEach((follower) => follower.confirmed()),
    });
  }

  /**
   * Makes the consumer one that misses nothing; the store is the engine's, the same each time. Reads where its pipeline
   * stood; throws STORE_UNREACHABLE.
   */
  async follow(consumer: Consumer, backfill: BackfillOptions, store: Store): Promise<Follower> {
    const { clock, log, counters, onRepeated } = this.#parts;
    this.#writer ??= new WatermarkWriter({ store, clock, log });
    const watermarks = new Watermarks({ pipeline: consumer.pipeline, store, writer: this.#writer });
    const follower = new Follower({
      consumer,
      backfill,
      watermarks,
      clock,
      time: this.time,
      counters,
      reading: this.#catchUp,
      onRepeated,
    });
    await follower.load();
    consumer.gate = follower;
    this.#followers.add(follower);
    return follower;
  }

  /** Resolves when the follower's new devices are stored as followed from now on, or cannot be for the moment. */
  async settled(follower: Follower): Promise<void> {
    await this.#catchUp.settled();
    await follower.flush();
  }

  /** The pipeline takes no more. What is in flight still settles: `Follower.close` may be called again. */
  unfollow(follower: Follower): void {
    this.#followers.delete(follower);
  }

  /** The socket is live: whatever came before may not have come to us. */
  connected(): void {
    for (const follower of this.#followers) follower.missedAll(this.#levelUntil);
    this.#catchUp.connected();
  }

  disconnected(): void {
    this.#levelUntil = canonicalOf(this.time.now() - longestSilenceMs);
    this.#catchUp.disconnected();
  }

  close(): void {
    this.#catchUp.close();
    this.#writer?.close();
  }

  /** What is being made up and what could not be, for status views; empty when all is level. */
  describe(): readonly string[] {
    const { size } = this.#catchUp;
    const reading = size === 0 ? [] : [`catching up on ${size} device${size === 1 ? "" : "s"}`];
    const gaps = this.gaps.describe();
    return gaps === "" ? reading : [...reading, gaps];
  }

  #anyDevice(): string | undefined {
    for (const { anyDevice } of this.#followers) if (anyDevice !== undefined) return anyDevice;
    return undefined;
  }
}

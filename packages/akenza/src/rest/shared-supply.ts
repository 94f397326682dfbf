// Tokens of a bucket that all engines with one API key share, leased through a row of the store.
import { randomUUID } from "node:crypto";
import { type Clock, type Collection, type Logger, messageOf, type Row, type Timer } from "@signalbox/core";
import { OwnSupply } from "./own-supply.ts";
import { type Demand, noDemand, totalOf } from "./priority.ts";
import { engineCount, isServed, lease, newSharedBucket, type SharedBucket } from "./shared-bucket.ts";
import { type RateLimit, untilTokens } from "./token-bucket.ts";
import type { Grant, TokenSupply } from "./token-supply.ts";

export interface SharedSupplyOptions {
  readonly rows: Collection<SharedBucket>;
  /** Of the bucket's row: says which key it is and does not hold it. */
  readonly key: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limit: RateLimit;
}

/** An engine that waits asks no oftener and no more seldom than this. */
const shortestPollMs = 20;
const longestPollMs = 250;
const presenceMs = 60_000;
/** The longest that a request waits for the store; and how long it is then left alone. */
const storeWaitMs = 1_000;
const storeRestMs = 5_000;
const tries = 4;

interface Left {
  readonly remaining: number;
  readonly atMs: number;
}

/**
 * A lease is one compare-and-set, with a reading before it where other engines lease too. While the store is away, the
 * engine uses its part of the limit, by the number of engines last heard of.
 */
export class SharedSupply implements TokenSupply {
  readonly #options: SharedSupplyOptions;
  readonly #engine = randomUUID();
  /** As this engine wrote it; undefined where somebody else may have since. */
  #row: Pick<Row<SharedBucket>, "value" | "version"> | undefined;
  #engines = 1;
  #left: Left | undefined;
  #closedUntil: number | undefined;
  #own: OwnSupply | undefined;
  #storeRestsUntil = Number.NEGATIVE_INFINITY;
  #presence: Timer | undefined;
  #isClosed = false;

  constructor(options: SharedSupplyOptions) {
    this.#options = options;
  }

  async take(wants: Demand): Promise<Grant> {
    const { clock, log } = this.#options;
    if (this.#own !== undefined && clock.monotonic() < this.#storeRestsUntil) return this.#own.take(wants);
    try {
      const grant = await this.#within(this.#lease(wants));
      if (this.#own !== undefined) log.info({}, "Engines share their rate limit again.");
      this.#own = undefined;
      return grant;
    } catch (error) {
      this.#row = undefined;
      this.#storeRestsUntil = clock.monotonic() + storeRestMs;
      if (this.#own === undefined) {
        const fields = { engines: this.#engines, cause: messageOf(error) };
        log.warn(fields, "The store does not answer: this engine uses its own part of the rate limit meanwhile.");
      }
      this.#own ??= this.#ownPart();
      return this.#own.take(wants);
    }
  }

  hasLeft(remaining: number): void {
    this.#own?.hasLeft(remaining);
    if (this.#left !== undefined && this.#leftNow() <= remaining) return;
    this.#left = { remaining, atMs: this.#options.clock.monotonic() };
  }

  closeFor(delayMs: number): void {
    this.#own?.closeFor(delayMs);
    this.#closedUntil = Math.max(this.#closedUntil ?? 0, this.#options.clock.now() + delayMs);
    // Told at once: the other engines would run into the same wall.
    void this.take(noDemand);
  }

  close(): void {
    this.#isClosed = true;
    this.#presence?.cancel();
  }

  async #lease(wants: Demand): Promise<Grant> {
    const { rows, key, clock, limit } = this.#options;
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      const row = this.#row ?? (await rows.get(key));
      const now = clock.now();
      const closing = this.#closedUntil;
      const said = this.#left;
      const { shared, granted } = lease(row?.value ?? newSharedBucket(limit, now), {
        engine: this.#engine,
        wants,
        now,
        limit,
        left: Math.min(this.#leftNow(), this.#leftOfOwn()),
        ...(closing === undefined ? {} : { closedUntil: closing }),
      });
      if (await this.#write(row?.version, shared)) {
        if (this.#closedUntil === closing) this.#closedUntil = undefined;
        if (this.#left === said) this.#left = undefined;
        return this.#grantOf(granted, wants, shared);
      }
    }
    // Others were quicker each time; they will not be for ever.
    return { tokens: 0, againInMs: shortestPollMs };
  }

  async #write(version: number | undefined, shared: SharedBucket): Promise<boolean> {
    const { rows, key } = this.#options;
    const isOurs =
      version === undefined
        ? (await rows.insert([{ key, at: shared.at, fields: {}, value: shared }]))[0] === true
        : await rows.replace(key, version, { value: shared });
    this.#engines = engineCount(shared);
    // Alone, the row is as we left it; with others it has to be read each time.
    this.#row = isOurs && this.#engines === 1 ? { value: shared, version: (version ?? 0) + 1 } : undefined;
    return isOurs;
  }

  #grantOf(granted: number, wants: Demand, shared: SharedBucket): Grant {
    this.#showPresence();
    if (isServed(granted, wants)) return { tokens: granted, againInMs: 0 };
    const { limit } = this.#options;
    const wanted = totalOf(wants) - granted;
    const longestMs = Math.min(longestPollMs, (limit.burst * 500) / limit.perSecond);
    const neededMs = Math.min(untilTokens(shared, limit, wanted), longestMs);
    const closedMs = shared.closedUntil - shared.at;
    return { tokens: granted, againInMs: Math.max(shortestPollMs, neededMs, closedMs) };
  }

  /** What akenza said is left, and what has been added since. */
  #leftNow(): number {
    if (this.#left === undefined) return Number.POSITIVE_INFINITY;
    const { clock, limit } = this.#options;
    const { remaining, atMs } = this.#left;
    return remaining + ((clock.monotonic() - atMs) * limit.perSecond) / 1000;
  }

  /** What the engines have left together when each used its own part. */
  #leftOfOwn(): number {
    return this.#own === undefined ? Number.POSITIVE_INFINITY : this.#own.tokens * this.#engines;
  }

  /** Begins empty: what was leased before may still be on its way. */
  #ownPart(): OwnSupply {
    const { clock, limit } = this.#options;
    const part = {
      perSecond: limit.perSecond / this.#engines,
      burst: Math.max(1, Math.floor(limit.burst / this.#engines)),
    };
    const now = clock.monotonic();
    return new OwnSupply(clock, part, { tokens: 0, at: now, closedUntil: now });
  }

  #showPresence(): void {
    this.#presence?.cancel();
    if (this.#isClosed) return;
    this.#presence = this.#options.clock.setTimer(() => void this.take(noDemand), presenceMs);
  }

  #within(leasing: Promise<Grant>): Promise<Grant> {
    return new Promise((resolve, reject) => {
      const late = (): void => reject(new Error(`the store gave no answer within ${storeWaitMs} ms`));
      const timer = this.#options.clock.setTimer(late, storeWaitMs);
      leasing.then(resolve, reject).finally(() => timer.cancel());
    });
  }
}

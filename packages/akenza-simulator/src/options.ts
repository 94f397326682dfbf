import { DEMO_API_KEY } from "./access.ts";
import type { ApiKey } from "./access.ts";
import type { DeviceSpec } from "./building.ts";
import { positive } from "./checks.ts";
import { systemClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { DEFAULT_FLEET, DEVICE_MODELS } from "./devices/catalogue.ts";
import type { FleetSpec } from "./devices/catalogue.ts";
import { SimulatorError } from "./errors.ts";
import type { PlayOptions } from "./playback.ts";
import type { RateLimit } from "./rate-limit.ts";

/** A recording that plays by itself. */
export interface PlaybackOptions extends Omit<PlayOptions, "signal"> {
  /** Path of an NDJSON file. */
  readonly file: string;
}

export interface SimulatorOptions {
  /** 0 takes a free one. Default 0. */
  readonly port?: number;
  /** Default "127.0.0.1". */
  readonly host?: string;
  /** Default: `DEMO_API_KEY` alone. */
  readonly apiKeys?: readonly (string | ApiKey)[];
  /** Bearer tokens. Default: none. */
  readonly accessTokens?: readonly string[];
  /** Everything that looks random follows from it. Default 1. */
  readonly seed?: number;
  /** Devices of each model; those not named are left out. Default: `DEFAULT_FLEET`, twenty devices. */
  readonly fleet?: FleetSpec;
  /** Devices of your own, which send only what they are told to. Default: none. */
  readonly devices?: readonly DeviceSpec[];
  /** Rate of `start()`; "max" is as fast as the sockets take them. Default 60. */
  readonly samplesPerMinute?: number | "max";
  /** Time of the fleet's first uplink (ISO 8601). Each uplink moves time on by `stepMs`. Default: the clock's time. */
  readonly startAt?: string;
  /** Default 30000. Only with `startAt`. */
  readonly stepMs?: number;
  /** How much faster than the clock the building's day runs, without `startAt`; 144 is a day in ten minutes. Default 1. */
  readonly daySpeed?: number;
  /** What `start()` plays in place of the fleet. Default: nothing, the fleet sends. */
  readonly playback?: PlaybackOptions;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Per API key, over all REST calls. Default 10 a second, bursts of 25. */
  readonly rateLimit?: Partial<RateLimit> | "off";
  /** Whether an accepted downlink is answered 204 without or 200 with a body: both have been seen. Default 204. */
  readonly downlinkStatus?: 200 | 204;
  /** Whether a device that matches an asset and a tag subscription of one connection comes once or twice. Default "once". */
  readonly overlap?: "once" | "twice";
  /** How REST answers spell times: `Z` or `+00:00`. Default "offset", as in akenza's own client fixtures. */
  readonly restTimes?: "Z" | "offset";
  /** Entries kept of each log. Default 10000. */
  readonly logSize?: number;
  /** Samples kept in the history, over all devices. Default 50000. */
  readonly historySize?: number;
  /** A connection that leaves more than this unread is dropped. Default 64 MiB. */
  readonly maxBufferedBytes?: number;
  /** Told, in one line each, of data streams and downlinks. Default: nobody. */
  readonly log?: (line: string) => void;
}

export type ResolvedOptions = Required<Omit<SimulatorOptions, "startAt" | "rateLimit" | "playback">> & {
  readonly playback?: PlaybackOptions;
  readonly startAtMs?: number;
  readonly rateLimit: RateLimit;
};

export function resolveOptions(options: SimulatorOptions): ResolvedOptions {
  const { startAt, rateLimit, ...given } = options;
  const fleet = given.fleet ?? DEFAULT_FLEET;
  const resolved: ResolvedOptions = {
    port: 0,
    host: "127.0.0.1",
    apiKeys: [DEMO_API_KEY],
    accessTokens: [],
    seed: 1,
    devices: [],
    samplesPerMinute: 60,
    stepMs: 30_000,
    daySpeed: 1,
    clock: systemClock,
    downlinkStatus: 204,
    overlap: "once",
    restTimes: "offset",
    logSize: 10_000,
    historySize: 50_000,
    maxBufferedBytes: 64 * 1024 * 1024,
    log: () => undefined,
    ...given,
    fleet,
    rateLimit: readRateLimit(rateLimit),
    ...(startAt === undefined ? {} : { startAtMs: readStart(startAt) }),
  };
  checkCounts(fleet);
  for (const name of ["stepMs", "daySpeed", "logSize", "historySize", "maxBufferedBytes"] as const) {
    positive(name, resolved[name]);
  }
  checkRate(resolved.samplesPerMinute);
  return resolved;
}

/** Throws SIMULATOR_OPTION_INVALID unless it is a rate the fleet can send at. */
export function checkRate(rate: number | "max"): void {
  if (rate !== "max") positive("samplesPerMinute", rate);
}

function readRateLimit(limit: Partial<RateLimit> | "off" | undefined): RateLimit {
  if (limit === "off") return { perSecond: 1_000_000_000, burst: 1_000_000_000 };
  const { perSecond = 10, burst = 25, retryAfter = false } = limit ?? {};
  positive("rateLimit.perSecond", perSecond);
  positive("rateLimit.burst", burst);
  return { perSecond, burst, retryAfter };
}

function readStart(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) invalid(`startAt must be an ISO 8601 time, not ${JSON.stringify(text)}`);
  return ms;
}

function checkCounts(fleet: FleetSpec): void {
  const known = DEVICE_MODELS.map(({ name }) => name);
  for (const [name, count] of Object.entries(fleet)) {
    if (!known.includes(name)) invalid(`no device model is called ${name}; there are ${known.join(", ")}`);
    if (!Number.isInteger(count) || Number(count) < 0) invalid(`fleet.${name} must be a count`);
  }
}

function invalid(message: string): never {
  throw new SimulatorError("SIMULATOR_OPTION_INVALID", message);
}

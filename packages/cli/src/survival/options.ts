import { parseArgs } from "node:util";
import { numberOf, oneOf, seedOf, wholeOf } from "../proving/option-values.ts";
import { type StoreName, storeNames } from "../proving/store.ts";

export interface SurvivalOptions {
  readonly seed: number;
  readonly store: StoreName;
  /** Engine processes on the store. */
  readonly engines: number;
  /** Time between two kills. */
  readonly killEveryMs: number;
  /** Time with kills. */
  readonly durationMs: number;
  /** Each is due every second, and commands a device of its own. */
  readonly schedules: number;
  /** Requests a second that akenza allows. */
  readonly limit: number;
  /** Keeps the folder of a good run too. */
  readonly isKeeping: boolean;
}

export const usage = `usage: pnpm test:survival [options]
  --store NAME    ${storeNames.join(", ")}; default redis
  --engines N     engines on it; default 3, on embedded 1
  --kill-every S  kill -9 one of them every S seconds; default 10
  --minutes M     time with kills, at most 10; default 1
  --schedules N   schedules that are due every second; default 50
  --limit N       requests a second that akenza allows; default 200 (akenza's own: 10, with --schedules 5)
  --seed N        which engine is killed, and when in a second; default: drawn and printed
  --keep          keep the folder of a good run too`;

/** An engine tells of a thousand ticks of a schedule, those at the start and at the end of a run included. */
const mostMinutes = 10;

/** Reads the command line; throws with a sentence for what cannot be read. */
export function readOptions(args: readonly string[]): SurvivalOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      store: { type: "string", default: "redis" },
      engines: { type: "string" },
      "kill-every": { type: "string", default: "10" },
      minutes: { type: "string", default: "1" },
      schedules: { type: "string", default: "50" },
      limit: { type: "string", default: "200" },
      seed: { type: "string" },
      keep: { type: "boolean", default: false },
    },
  });
  const store = oneOf("--store", values.store, storeNames);
  const isLocal = store === "embedded";
  const engines = values.engines === undefined ? (isLocal ? 1 : 3) : wholeOf("--engines", values.engines, 1);
  if (isLocal && engines > 1) throw new Error("--engines: an embedded store belongs to one engine");
  const durationMs = numberOf("--minutes", values.minutes) * 60_000;
  if (durationMs > mostMinutes * 60_000) throw new Error(`--minutes: ${mostMinutes} are the most`);
  return {
    seed: seedOf(values.seed),
    store,
    engines,
    killEveryMs: wholeOf("--kill-every", values["kill-every"], 3) * 1000,
    durationMs,
    schedules: wholeOf("--schedules", values.schedules, 1),
    limit: wholeOf("--limit", values.limit, 1),
    isKeeping: values.keep,
  };
}

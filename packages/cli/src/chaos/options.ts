import { parseArgs } from "node:util";
import { numberOf, oneOf, seedOf, wholeOf } from "../proving/option-values.ts";
import { type StoreName, storeNames } from "../proving/store.ts";
import { type FaultClass, faultClasses } from "./faults.ts";

export interface ChaosOptions {
  readonly seed: number;
  /** How many seeds are run, from `seed` on. */
  readonly seeds: number;
  readonly durationMs: number;
  /** Undefined: by the seed. */
  readonly store: StoreName | undefined;
  readonly classes: ReadonlySet<FaultClass>;
  readonly samplesPerSecond: number;
  /** Time between two kills, in milliseconds; undefined: by the seed. */
  readonly killEveryMs: number | undefined;
  /** A fault that is put into a copy of the engine and must be found. */
  readonly mutant: string | undefined;
  /** Keeps the folders of good runs too. */
  readonly isKeeping: boolean;
}

export const usage = `usage: pnpm test:chaos [options]
  --seed N        what everything follows from; default: drawn and printed
  --seeds N       run N seeds, from --seed on; default 1
  --minutes M     time with faults; default 1
  --store NAME    ${storeNames.join(", ")}; default: by the seed
  --faults LIST   of ${faultClasses.join(",")}; default: all
  --kill-every S  kill -9 every S seconds, no other fault; judges what is sent again
  --rate N        samples a second, bursts not counted; default 60
  --mutant NAME   put a named fault into a copy of the engine; it must be found
  --keep          keep the folder of a good run too`;

/** Reads the command line; throws with a sentence for what cannot be read. */
export function readOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string" },
      seeds: { type: "string", default: "1" },
      minutes: { type: "string", default: "1" },
      store: { type: "string" },
      faults: { type: "string" },
      "kill-every": { type: "string" },
      rate: { type: "string", default: "60" },
      mutant: { type: "string" },
      keep: { type: "boolean", default: false },
    },
  });
  return {
    seed: seedOf(values.seed),
    seeds: wholeOf("--seeds", values.seeds, 1),
    durationMs: numberOf("--minutes", values.minutes) * 60_000,
    store: values.store === undefined ? undefined : oneOf("--store", values.store, storeNames),
    ...faultsOf(values.faults, values["kill-every"]),
    samplesPerSecond: numberOf("--rate", values.rate),
    mutant: values.mutant,
    isKeeping: values.keep,
  };
}

function faultsOf(
  faults: string | undefined,
  killEvery: string | undefined,
): Pick<ChaosOptions, "classes" | "killEveryMs"> {
  if (killEvery === undefined) {
    const classes = faults?.split(",").map((name) => oneOf("--faults", name, faultClasses));
    return { classes: new Set(classes ?? faultClasses), killEveryMs: undefined };
  }
  if (faults !== undefined) throw new Error("--kill-every has its own faults: leave --faults out");
  return { classes: new Set(["kill"]), killEveryMs: numberOf("--kill-every", killEvery) * 1000 };
}

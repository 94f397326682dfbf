import { parseArgs } from "node:util";
import { seedOf, wholeOf } from "../proving/option-values.ts";

export interface SimulationRunOptions {
  readonly seed: number;
  /** How many seeds are run, from `seed` on. */
  readonly seeds: number;
  /** Simulated days of each. */
  readonly days: number;
  /** A mistake that is put into a copy of the engine and must be found. */
  readonly mutant: string | undefined;
}

export const usage = `usage: pnpm test:simulation [options]
  --seed N       what everything follows from; default: drawn and printed
  --seeds N      run N seeds, from --seed on; default 1
  --days N       simulated days of each; default 365
  --mutant NAME  put a named mistake into a copy of the engine; it must be found`;

/** Reads the command line; throws with a sentence for what cannot be read. */
export function readOptions(args: readonly string[]): SimulationRunOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string" },
      seeds: { type: "string", default: "1" },
      days: { type: "string", default: "365" },
      mutant: { type: "string" },
    },
  });
  return {
    seed: seedOf(values.seed),
    seeds: wholeOf("--seeds", values.seeds, 1),
    // Its last days are quiet: shorter ones would have nothing in them.
    days: wholeOf("--days", values.days, 10),
    mutant: values.mutant,
  };
}

import { parseArgs } from "node:util";

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
    // pnpm hands its own "--" on.
    args: args.filter((arg) => arg !== "--"),
    options: {
      seed: { type: "string" },
      seeds: { type: "string", default: "1" },
      days: { type: "string", default: "365" },
      mutant: { type: "string" },
    },
  });
  return {
    seed: values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : whole("--seed", values.seed, 0),
    seeds: whole("--seeds", values.seeds, 1),
    // Its last days are quiet: shorter ones would have nothing in them.
    days: whole("--days", values.days, 10),
    mutant: values.mutant,
  };
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (text !== "" && Number.isSafeInteger(value) && value >= least) return value;
  throw new Error(`${name} must be a whole number from ${least} on, not ${JSON.stringify(text)}`);
}

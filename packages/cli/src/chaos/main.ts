import { rm } from "node:fs/promises";
import { catchMutant } from "./mutants.ts";
import { type ChaosOptions, ownProgram, readOptions, usage } from "./options.ts";
import { createRandom } from "@signalbox/core/testing";
import { describeFailure, describeSuccess, isGood } from "./report.ts";
import { run } from "./run.ts";
import { missingStore, type StoreName, storeNames } from "./store.ts";

// The clock's timers do not keep a process alive, and between two engines there may be nothing else.
const alive = setInterval(() => undefined, 60_000);
process.exitCode = await main().finally(() => clearInterval(alive));

async function main(): Promise<number> {
  let options: ChaosOptions;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    return 2;
  }
  if (options.mutant !== undefined) return (await catchMutant(options.mutant, options, say)) ? 0 : 1;
  let failed = 0;
  for (let seed = options.seed; seed < options.seed + options.seeds; seed += 1) {
    if (!(await runSeed(seed, options))) failed += 1;
  }
  if (options.seeds > 1) say(`${options.seeds} seeds, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** Runs one seed and says how it went; answers whether it was good. */
async function runSeed(seed: number, options: ChaosOptions): Promise<boolean> {
  const store = options.store ?? storeOf(seed);
  const missing = missingStore(store);
  if (missing !== undefined) throw new Error(missing);
  const result = await run({ ...options, seed, store, program: ownProgram });
  if (!isGood(result)) {
    say(await describeFailure(result));
    return false;
  }
  say(describeSuccess(result));
  if (!options.isKeeping) await rm(result.dir, { recursive: true, force: true });
  return true;
}

function storeOf(seed: number): StoreName {
  const usable = storeNames.filter((name) => missingStore(name) === undefined);
  return createRandom(seed).fork("store").pick(usable);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

import { rm } from "node:fs/promises";
import { createRandom } from "@signalbox/core/testing";
import { ownProgram } from "../proving/engine-child.ts";
import { proveSeeds, runProgram, say } from "../proving/program.ts";
import { missingStore, type StoreName, storeNames } from "../proving/store.ts";
import { catchMutant } from "./mutants.ts";
import { type ChaosOptions, readOptions, usage } from "./options.ts";
import { describeFailure, describeSuccess, isGood } from "./report.ts";
import { run } from "./run.ts";

await runProgram({
  read: readOptions,
  usage,
  prove: (options) =>
    options.mutant === undefined
      ? proveSeeds(options, (seed) => runSeed(seed, options))
      : catchMutant(options.mutant, options, say),
});

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

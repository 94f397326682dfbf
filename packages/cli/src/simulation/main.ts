import { proveSeeds, runProgram, say } from "../proving/program.ts";
import { catchMutant } from "./mutants.ts";
import { readOptions, usage } from "./options.ts";
import { describeResult, runSeed } from "./run.ts";

await runProgram({
  read: readOptions,
  usage,
  prove: (options) =>
    options.mutant === undefined
      ? proveSeeds(options, (seed) => runDays(seed, options.days))
      : catchMutant(options.mutant, options, say),
});

/** Runs one seed and says how it went; answers whether it was good. */
async function runDays(seed: number, days: number): Promise<boolean> {
  const startedAt = performance.now();
  const result = await runSeed(seed, days);
  say(describeResult(result, performance.now() - startedAt));
  return result.violations.length === 0;
}

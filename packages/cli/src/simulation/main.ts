import { catchMutant } from "./mutants.ts";
import { readOptions, type SimulationRunOptions, usage } from "./options.ts";
import { describeResult, runSeed } from "./run.ts";

process.exitCode = await main();

async function main(): Promise<number> {
  let options: SimulationRunOptions;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    return 2;
  }
  if (options.mutant !== undefined) return (await catchMutant(options.mutant, options, say)) ? 0 : 1;
  let failed = 0;
  for (let seed = options.seed; seed < options.seed + options.seeds; seed += 1) {
    const startedAt = performance.now();
    const result = await runSeed(seed, options.days);
    if (result.violations.length > 0) failed += 1;
    say(describeResult(result, performance.now() - startedAt));
  }
  if (options.seeds > 1) say(`${options.seeds} seeds, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

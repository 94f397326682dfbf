import { rm } from "node:fs/promises";
import { ownProgram } from "../proving/engine-child.ts";
import { runProgram, say } from "../proving/program.ts";
import { missingStore } from "../proving/store.ts";
import { readOptions, type SurvivalOptions, usage } from "./options.ts";
import { describeFailure, describeSuccess, isGood } from "./report.ts";
import { run } from "./run.ts";

await runProgram({ read: readOptions, usage, prove });

async function prove(options: SurvivalOptions): Promise<boolean> {
  const missing = missingStore(options.store);
  if (missing !== undefined) throw new Error(missing);
  const result = await run({ ...options, program: ownProgram });
  if (!isGood(result)) {
    say(await describeFailure(result));
    return false;
  }
  say(describeSuccess(result));
  if (!options.isKeeping) await rm(result.dir, { recursive: true, force: true });
  return true;
}

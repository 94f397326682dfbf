// The mistakes the simulation must find.
import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { copyOfEngine, type Mutation } from "../testing/mutated-engine.ts";
import type { SimulationRunOptions } from "./options.ts";

interface Mutant extends Mutation {
  /** How it shows, in the words of the oracle. */
  readonly shows: string;
}

export const mutants: readonly Mutant[] = [
  {
    name: "tick-lost-at-restart",
    file: "core/dist/schedules/settle-past.js",
    before: "await ledger.miss(pipeline, missed, { detail: why, mayRun });",
    after: "await Promise.resolve();",
    shows: "lost: it is in no state at all",
  },
  {
    name: "resend-after-accepted",
    file: "core/dist/commands/transitions.js",
    before: 'case "accepted":',
    after: 'case "accepted": return putOff(change(command, "queued", { now, detail }), moment);',
    shows: "sent again after it was",
  },
  {
    name: "catch-up-at-first-deployment",
    file: "core/dist/schedules/accounts.js",
    before: "? row.accountedUntil : undefined;",
    after: "? row.accountedUntil : now - 86_400_000;",
    shows: "at a time nobody had planned",
  },
];

/** A mistake shows when something meets it: not every seed makes it. */
const mostSeeds = 5;

/** Runs the simulation on an engine with this mistake until it is found; answers whether it was. */
export async function catchMutant(
  name: string,
  { seed, days }: SimulationRunOptions,
  say: (text: string) => void,
): Promise<boolean> {
  const mutant = mutants.find((each) => each.name === name);
  if (mutant === undefined) throw new Error(`--mutant knows ${mutants.map((each) => each.name).join(", ")}`);
  const copy = await copyOfEngine(mutant);
  try {
    for (let at = seed; at < seed + mostSeeds; at += 1) {
      const output = await runCopy(copy, ["--seed", String(at), "--days", String(days)]);
      const shown = output.split("\n").find((line) => line.includes(mutant.shows));
      if (shown === undefined) continue;
      say(`mutant ${name}: caught by seed ${at}; ${shown.trim()}`);
      return true;
    }
    say(`mutant ${name}: NOT caught by ${mostSeeds} seeds from ${seed} on`);
    return false;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

function runCopy(copy: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const program = join(copy, "packages/cli/dist/simulation/main.js");
    const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.once("error", reject);
    child.once("exit", () => resolve(output));
  });
}

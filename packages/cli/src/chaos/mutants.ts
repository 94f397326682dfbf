// The mistakes this suite must find.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { copyOfEngine, type Mutation } from "../testing/mutated-engine.ts";
import type { FaultClass } from "./faults.ts";
import type { ChaosOptions } from "./options.ts";
import type { Violation } from "./oracle.ts";
import { run } from "./run.ts";

interface Mutant extends Mutation {
  /** The faults under which the mistake shows, and how. */
  readonly classes: readonly FaultClass[];
  readonly shows: Violation["what"];
}

export const mutants: readonly Mutant[] = [
  {
    name: "watermark-too-early",
    file: "akenza/dist/backfill/device-track.js",
    before: "#push(slot) {",
    after: "#push(slot) { slot.isSettled = true;",
    classes: ["sinks", "kill"],
    shows: "missing",
  },
  {
    name: "lane-order-broken",
    file: "core/dist/runtime/lane-runner.js",
    before: "return retry === undefined;",
    after: "return true;",
    classes: ["sinks"],
    shows: "out of order",
  },
  {
    name: "ack-before-settle",
    file: "core/dist/runtime/flight.js",
    before: "record.note(this);",
    after: "record.note(this); delivery.ack(this);",
    classes: ["sinks", "kill"],
    shows: "missing",
  },
  {
    name: "retry-dropped-at-stop",
    file: "core/dist/runtime/settler.js",
    before: "await parked.park(write, first);",
    after: "if (!this.isStopping) await parked.park(write, first);",
    classes: ["sinks", "stop"],
    shows: "missing",
  },
];

/** A mistake shows when faults meet: not every seed makes them meet. */
const mostSeeds = 5;
/** And it shows where messages wait in the engine: more of them than a run is usually given. */
const samplesPerSecond = 300;

/** Runs the suite on an engine with this mistake until it is found; answers whether it was. */
export async function catchMutant(name: string, options: ChaosOptions, say: (text: string) => void): Promise<boolean> {
  const mutant = mutants.find((each) => each.name === name);
  if (mutant === undefined) throw new Error(`--mutant knows ${mutants.map((each) => each.name).join(", ")}`);
  const copy = await copyOfEngine(mutant);
  try {
    for (let seed = options.seed; seed < options.seed + mostSeeds; seed += 1) {
      const result = await run({
        ...options,
        killEveryMs: undefined,
        samplesPerSecond,
        seed,
        store: options.store ?? "embedded",
        classes: new Set(mutant.classes),
        program: join(copy, "packages/cli/dist/main.js"),
      });
      await rm(result.dir, { recursive: true, force: true });
      const shown = result.violations.filter(({ what }) => what === mutant.shows);
      const [first] = shown;
      if (first === undefined) continue;
      say(
        `mutant ${name}: caught by seed ${seed}, ${shown.length} ${mutant.shows}; at ${first.receiver}: ${first.text}`,
      );
      return true;
    }
    say(`mutant ${name}: NOT caught by ${mostSeeds} seeds from ${options.seed} on`);
    return false;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

// Known mistakes, put into a copy of the compiled engine: a suite that does not find them proves nothing.
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FaultClass } from "./faults.ts";
import type { ChaosOptions } from "./options.ts";
import type { Violation } from "./oracle.ts";
import { run } from "./run.ts";

interface Mutant {
  readonly name: string;
  /** The compiled file, from `packages` on. */
  readonly file: string;
  /** Must stand in it exactly once. */
  readonly before: string;
  readonly after: string;
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
    before: "counter[origin] += 1;",
    after: "counter[origin] += 1; delivery.ack(this);",
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

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const packages = ["akenza", "akenza-simulator", "cli", "connector-postgres", "core", "jobs", "jsonata"];
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

/** The compiled file with the mistake in it; throws where it cannot be put in. */
export async function mutate({ file, before, after }: Mutant): Promise<string> {
  const parts = (await readFile(join(repository, "packages", file), "utf8")).split(before);
  const count = parts.length - 1;
  if (count !== 1) throw new Error(`${JSON.stringify(before)} stands ${count} times in ${file}, not once`);
  return parts.join(after);
}

async function copyOfEngine(mutant: Mutant): Promise<string> {
  const text = await mutate(mutant);
  const copy = await mkdtemp(join(tmpdir(), "signalbox-mutant-"));
  await symlink(join(repository, "node_modules"), join(copy, "node_modules"));
  for (const name of packages) {
    for (const part of ["dist", "node_modules", "package.json"]) {
      const path = join("packages", name, part);
      await cp(join(repository, path), join(copy, path), { recursive: true, verbatimSymlinks: true });
    }
  }
  await writeFile(join(copy, "packages", mutant.file), text);
  return copy;
}

// One run: engines that are killed while schedules fire, then quiet, then judgement.
import { systemClock } from "@signalbox/core";
import { createRandom } from "@signalbox/core/testing";
import { judgeCommands } from "./command-oracle.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { killInTurn } from "./kills.ts";
import { caughtUp, type Ledgers, readLedgers, settled, stopSchedules } from "./ledgers.ts";
import { observe, type Observed } from "./observed.ts";
import type { SurvivalOptions } from "./options.ts";
import { judgeTicks } from "./tick-oracle.ts";
import type { Violation } from "./violation.ts";
import { createWorld, type World } from "./world.ts";

export interface RunOptions extends Omit<SurvivalOptions, "isKeeping"> {
  /** `main.js` of the engine under test. */
  readonly program: string;
}

export interface RunResult {
  readonly options: RunOptions;
  /** Where the logs are. */
  readonly dir: string;
  readonly violations: readonly Violation[];
  /** What else is wrong, in sentences. */
  readonly complaints: readonly string[];
  /** Undefined when the run did not come to its end. */
  readonly observed: Observed | undefined;
  readonly figures: Figures | undefined;
  readonly tookMs: number;
}

export async function run(options: RunOptions): Promise<RunResult> {
  const startedAt = systemClock.monotonic();
  const complaints: string[] = [];
  const complain = (text: string): void => void complaints.push(text);
  const world = await createWorld({ ...options, onFailure: complain });
  let observed: Observed | undefined;
  try {
    observed = await observeRun(world, options, complain);
  } catch (error) {
    complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    await world.close();
  }
  return {
    options,
    dir: world.dir,
    violations: observed === undefined ? [] : [...judgeTicks(observed), ...judgeCommands(observed)],
    complaints,
    observed,
    figures: observed === undefined ? undefined : figuresOf(observed),
    tookMs: systemClock.monotonic() - startedAt,
  };
}

async function observeRun(world: World, options: RunOptions, complain: (text: string) => void): Promise<Observed> {
  const { engines, schedules, simulator } = world;
  const [first, ...others] = engines;
  if (first === undefined) throw new Error("a run needs an engine");
  // One makes the store's tables, and the others find them.
  await first.keeper.start();
  const runsFrom = systemClock.now();
  for (const { keeper } of others) await keeper.start();
  const kills = await killInTurn({
    engines,
    random: createRandom(options.seed).fork("kills"),
    everyMs: options.killEveryMs,
    durationMs: options.durationMs,
  });
  for (const text of await caughtUp(first.control, schedules)) complain(text);
  const stop = await stopSchedules(first.control, schedules);
  for (const text of await settled(first.control, schedules)) complain(text);
  const ledgers = await readLedgers(first.control, schedules);
  writeLedgers(ledgers, world);
  for (const { name, keeper } of engines) {
    const { code } = await keeper.stop();
    if (code !== 0) complain(`${name}, which was idle, ended with exit code ${code}`);
  }
  const { lostHolds } = world;
  return observe(simulator, ledgers, { schedules, runsFrom, stop, kills, lostHolds, hasOthers: engines.length > 1 });
}

function writeLedgers({ ticks, commands }: Ledgers, { journal }: World): void {
  const [tickJournal, commandJournal] = [journal("ticks"), journal("commands")];
  for (const tick of [...ticks.values()].flat()) tickJournal.write(tick);
  for (const command of commands) commandJournal.write(command);
}

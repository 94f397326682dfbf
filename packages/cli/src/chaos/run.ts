// One run: a world, faults from a seed, quiet, judgement; round after round until its time is over.
import { sleep, systemClock } from "@signalbox/core";
import { type ActionsOptions, carryOut, subscribed, type Tally } from "./actions.ts";
import type { FaultClass } from "./faults.ts";
import { type PlannedFault, planRound } from "./plan.ts";
import { requestMoods } from "./moods.ts";
import { drawForm, httpReceivers, liveReceiver, type ProjectForm } from "./project.ts";
import { settleAndJudge, type Verdict } from "./quiet.ts";
import { createRandom } from "@signalbox/core/testing";
import { describeExcess, type Resent, resentByKill } from "./resends.ts";
import type { StoreName } from "../proving/store.ts";
import { createWorld, type World } from "./world.ts";

export interface RunOptions {
  readonly seed: number;
  readonly store: StoreName;
  /** Time with faults, all rounds together. */
  readonly durationMs: number;
  readonly classes: ReadonlySet<FaultClass>;
  readonly samplesPerSecond: number;
  /** `main.js` of the engine under test. */
  readonly program: string;
  /** Time between two kills, when nothing else is to go wrong; undefined: by the seed. */
  readonly killEveryMs: number | undefined;
}

export interface RunResult extends Verdict {
  readonly seed: number;
  readonly store: StoreName;
  /** Where the logs are. */
  readonly dir: string;
  /** Of the round that was run last. */
  readonly planned: readonly PlannedFault[];
  readonly samples: number;
  readonly calls: number;
  readonly due: number;
  readonly buried: number;
  readonly duplicates: number;
  /** What each kill cost; undefined where other faults have things sent again too. */
  readonly resent: readonly Resent[] | undefined;
  readonly form: ProjectForm;
  readonly tally: Readonly<Tally>;
  readonly tookMs: number;
}

/** A round is short enough that what went wrong in it can still be told from its plan. */
const roundMs = 60_000;

export async function run(options: RunOptions): Promise<RunResult> {
  const startedAt = systemClock.monotonic();
  const random = createRandom(options.seed);
  const complaints: string[] = [];
  const form = drawForm(random.fork("form"));
  const world = await createWorld({ ...options, random, form, onFailure: (text) => void complaints.push(text) });
  const tally: Tally = { killedAt: [], stops: 0, storeRestarts: 0, reloads: 0 };
  const state: RoundState = { world, form, tally, complaints, options, planned: [], verdict: undefined };
  try {
    await runRounds(state);
  } catch (error) {
    complaints.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    await world.close();
  }
  const books = world.books();
  const resent = options.killEveryMs === undefined ? undefined : resentByKill(books, tally.killedAt);
  return {
    seed: options.seed,
    store: options.store,
    dir: world.dir,
    planned: state.planned,
    violations: state.verdict?.violations ?? [],
    complaints: [...complaints, ...(state.verdict?.complaints ?? []), ...describeExcess(resent ?? [])],
    samples: world.traffic.stored,
    calls: world.callers.taken,
    due: books.reduce((sum, { due }) => sum + due, 0),
    buried: books.reduce((sum, { buried }) => sum + buried, 0),
    duplicates: books.reduce((sum, { duplicates }) => sum + duplicates, 0),
    resent,
    form,
    tally,
    tookMs: systemClock.monotonic() - startedAt,
  };
}

interface RoundState {
  readonly world: World;
  readonly form: ProjectForm;
  readonly tally: Tally;
  readonly complaints: string[];
  readonly options: RunOptions;
  planned: readonly PlannedFault[];
  verdict: Verdict | undefined;
}

async function runRounds(state: RoundState): Promise<void> {
  const { world, form, options, complaints } = state;
  const random = createRandom(options.seed);
  await world.engine.start();
  await subscribed(world);
  let leftMs = options.durationMs;
  for (let round = 0; leftMs > 0 && complaints.length === 0; round += 1) {
    state.planned = planRound({
      random: random.fork(`round ${round}`),
      durationMs: Math.min(leftMs, roundMs),
      classes: options.classes,
      killEveryMs: options.killEveryMs,
      requestMoods: form.hasRejections ? [...requestMoods, "rejecting"] : requestMoods,
      receivers: { http: httpReceivers.map(({ name }) => name), link: [liveReceiver] },
    });
    await runRound(state, Math.min(leftMs, roundMs));
    leftMs -= roundMs;
    state.verdict = await settleAndJudge(world);
    if (state.verdict.violations.length + state.verdict.complaints.length > 0) return;
  }
  const { code } = await world.engine.stop();
  if (code !== 0) complaints.push(`an idle engine ended with exit code ${code}`);
}

async function runRound({ world, tally, complaints, planned }: RoundState, durationMs: number): Promise<void> {
  const startedAt = systemClock.monotonic();
  const at = (ms: number): Promise<void> => sleep(systemClock, startedAt + ms - systemClock.monotonic());
  const actions: ActionsOptions = {
    world,
    tally,
    onFailure: (text) => void complaints.push(text),
  };
  world.traffic.resume();
  world.callers.resume();
  const under: Promise<void>[] = [];
  for (const { atMs, fault } of planned) {
    await at(atMs);
    under.push(carryOut(fault, actions));
  }
  await at(durationMs);
  await Promise.all(under);
}

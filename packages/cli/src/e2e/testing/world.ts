import { createSimulator, type Simulator, type SimulatorOptions } from "@signalbox/akenza-simulator";
import type { EngineStatus } from "@signalbox/core";
import { projectFolder } from "../../testing/project.ts";
import { type EngineProcess, startEngine, statusOf } from "./engine-process.ts";
import type { E2eStore } from "./stores.ts";

/** A project on a store, and an akenza beside it: what is left when an engine dies. */
export interface World {
  readonly simulator: Simulator;
  /** The project folder. */
  readonly dir: string;
  /** What engines of this world are started with. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts an engine; resolves when its pipelines run. `args` follow `run --log json`. */
  start(args?: readonly string[]): Promise<RunningEngine>;
  /** What `signalbox status --json` prints. */
  status(): Promise<EngineStatus>;
}

export interface RunningEngine extends EngineProcess {
  /** Where webhooks answer. */
  readonly httpUrl: string;
}

export interface WorldOptions {
  /** Of the test's context: a test that runs out of time leaves no process behind. */
  readonly signal: AbortSignal;
  readonly store: E2eStore;
  readonly simulator?: SimulatorOptions;
  /** The project, made once the simulator runs. */
  readonly project: (simulator: Simulator) => ProjectParts | Promise<ProjectParts>;
}

export interface ProjectParts {
  /** Texts by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a test in a world of its own, and takes all of it away at the end: engines, simulator, project, store. */
export async function inWorld(options: WorldOptions, run: (world: World) => Promise<void>): Promise<void> {
  const closing: (() => Promise<unknown>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closing.splice(0).toReversed()) await close();
  };
  options.signal.addEventListener("abort", () => void closeAll(), { once: true });
  try {
    await run(await createWorld(options, closing));
  } finally {
    await closeAll();
  }
}

async function createWorld(options: WorldOptions, closing: (() => Promise<unknown>)[]): Promise<World> {
  const store = await options.store.start();
  closing.push(store.stop);
  const simulator = await createSimulator(options.simulator);
  closing.push(() => simulator.close());
  const { files, env: given } = await options.project(simulator);
  const { dir, remove } = await projectFolder(files);
  closing.push(remove);
  const env = {
    AKENZA_API_KEY: simulator.apiKey,
    AKENZA_BASE_URL: simulator.url,
    SIGNALBOX_CONSOLE_PORT: "0",
    SIGNALBOX_HTTP_PORT: "0",
    ...store.env,
    ...given,
  };
  const place = { cwd: dir, env };
  return {
    simulator,
    dir,
    env,
    status: () => statusOf(place),
    async start(args) {
      const engine = startEngine(args === undefined ? place : { ...place, args });
      closing.push(() => engine.kill());
      const { http } = await engine.said(({ msg }) => msg === "Signalbox runs.");
      return { ...engine, httpUrl: String(http) };
    },
  };
}

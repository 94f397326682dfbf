// The world of one run: akenza, the store and the engines on it, put together and taken away.
import { join } from "node:path";
import { createSimulator, type Simulator } from "@signalbox/akenza-simulator";
import { type ControlClient, createControlClient } from "@signalbox/core";
import { assembled, type Closing, closeAll } from "../proving/closing.ts";
import { EngineKeeper } from "../proving/engine-keeper.ts";
import type { Journal } from "../proving/journal.ts";
import { makeRunFolder, writeProject } from "../proving/run-folder.ts";
import { type StoreName, startStore } from "../proving/store.ts";
import { burstOf, projectFiles, schedulesOf, type SurvivalSchedule } from "./project.ts";

export interface WorldOptions {
  readonly store: StoreName;
  readonly engines: number;
  readonly schedules: number;
  readonly limit: number;
  readonly durationMs: number;
  /** `main.js` of the engine under test. */
  readonly program: string;
  /** Told of what must not happen, in a sentence. */
  readonly onFailure: (text: string) => void;
}

/** One of the engines, and how to talk to it. */
export interface SurvivalEngine {
  /** Of its log under `observed`, too. */
  readonly name: string;
  readonly keeper: EngineKeeper;
  readonly control: ControlClient;
}

export interface World {
  /** The project folder, with the engines' logs under `observed`. */
  readonly dir: string;
  readonly schedules: readonly SurvivalSchedule[];
  readonly simulator: Simulator;
  readonly engines: readonly SurvivalEngine[];
  /** When an engine said that it had lost a job to the others. */
  readonly lostHolds: readonly number[];
  /** Opens a journal under `observed`. */
  readonly journal: (name: string) => Journal;
  /** Ends everything; the folder stays. */
  close(): Promise<void>;
}

/** How long akenza takes for an answer: a kill in between leaves a command of which nobody knows what became. */
const answerAfterMs = 80;

/** The engine's words for a job that it held for longer than the queue allows. */
const lostHold = "The queue could not settle a job; it may run twice.";

/** Makes a world; no engine is started yet. */
export function createWorld(options: WorldOptions): Promise<World> {
  return assembled((closing) => assemble(options, closing));
}

async function assemble(options: WorldOptions, closing: Closing): Promise<World> {
  const { limit, program, onFailure } = options;
  const schedules = schedulesOf(options.schedules);
  const { dir, journal } = await makeRunFolder("survival", closing);
  const store = await startStore(options.store);
  closing.push(() => store.stop());
  const simulator = await startSimulator(schedules, options);
  closing.push(() => simulator.close());
  await writeProject(dir, projectFiles({ schedules, url: simulator.url, limit }));
  const lostHolds: number[] = [];
  const engines = Array.from({ length: options.engines }, (_, index): SurvivalEngine => {
    const name = `engine-${index + 1}`;
    const socket = join(dir, `${name}.sock`);
    const env = {
      AKENZA_API_KEY: simulator.apiKey,
      SIGNALBOX_HTTP_PORT: "0",
      SIGNALBOX_CONTROL_SOCKET: socket,
      ...store.env,
    };
    const keeper = new EngineKeeper({ program, dir, env, log: noting(lostHolds, journal(name)) }, (text) =>
      onFailure(`${name}: ${text}`),
    );
    closing.push(() => keeper.kill());
    return { name, keeper, control: createControlClient({ path: socket, timeoutMs: 30_000 }) };
  });
  return { dir, schedules, simulator, engines, lostHolds, journal, close: () => closeAll(closing) };
}

async function startSimulator(
  schedules: readonly SurvivalSchedule[],
  { limit, durationMs }: WorldOptions,
): Promise<Simulator> {
  const simulator = await createSimulator({
    fleet: {},
    devices: schedules.map(({ device, pipeline }) => ({ id: device, name: pipeline, connectivity: "MQTT" })),
    rateLimit: { perSecond: limit, burst: burstOf(limit) },
    // Everything is judged at the end: nothing may be let go before.
    logSize: 10_000 + (4 * schedules.length * durationMs) / 1000,
  });
  simulator.faults.failRequests({ path: "*/downlink", delayMs: answerAfterMs, times: 0 });
  return simulator;
}

/** A journal of an engine's log that notes when a job was lost. */
function noting(lostHolds: number[], journal: Journal): Journal {
  return {
    ...journal,
    write(entry) {
      journal.write(entry);
      const { msg, time } = entry as { readonly msg?: unknown; readonly time?: unknown };
      if (msg === lostHold) lostHolds.push(Date.parse(String(time)));
    },
  };
}

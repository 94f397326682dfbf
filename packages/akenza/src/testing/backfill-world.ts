// An akenza that can be missed and processes that come and go in front of it, for tests of back-fill.
import { createSimulator, type Simulator, type SimulatorOptions, systemClock } from "@signalbox/akenza-simulator";
import type { Message, Stray } from "@signalbox/core";
import {
  createManualClock,
  createRecordingLogger,
  type ManualClock,
  type RecordingLogger,
} from "@signalbox/core/testing";
import type { AkenzaConnection } from "../connection.ts";
import { eventually } from "./eventually.ts";
import { connectTo, read, type Reading, type ReadOptions } from "./harness.ts";
import { createRows, type TestRows } from "./rows.ts";

export const air = "02d2327fedce2128";
export const door = "02aaaaaaaaaaaaaa";

export type PipelineOptions = ReadOptions & { readonly config?: unknown };

/** akenza, the store, and every process that was started. */
export interface World {
  readonly simulator: Simulator;
  readonly rows: TestRows;
  /** akenza's time; each sample is stored at a millisecond of its own. */
  nowMs: number;
  /** Stores a sample and answers its number, which is `data.n`. */
  emit(topic?: string, device?: string, timestamp?: string): number;
  start(pipelines?: readonly PipelineOptions[], options?: StartOptions): Promise<Engine>;
  close(): Promise<void>;
}

export interface StartOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
}

export async function createWorld(options: SimulatorOptions = {}): Promise<World> {
  const world = { nowMs: Date.UTC(2026, 5, 1) };
  const clock = { ...systemClock, now: () => world.nowMs };
  const simulator = await createSimulator({ fleet: {}, rateLimit: "off", clock, ...options });
  simulator.addDevice({ id: air, name: "air" });
  simulator.addDevice({ id: door, name: "door" });
  const rows = createRows();
  const running: Engine[] = [];
  let count = 0;
  return Object.assign(world, {
    simulator,
    rows,
    emit(topic = "default", deviceId = air, timestamp?: string) {
      count += 1;
      world.nowMs += 1;
      simulator.emit({ deviceId, topic, data: { n: count }, ...(timestamp === undefined ? {} : { timestamp }) });
      return count;
    },
    async start(pipelines: readonly PipelineOptions[] = [{}], start: StartOptions = {}) {
      const engine = await Engine.start({ simulator, rows, nowMs: world.nowMs }, start);
      running.push(engine);
      for (const pipeline of pipelines) await engine.add(pipeline);
      return engine;
    },
    async close() {
      for (const engine of running) await engine.stop();
      await simulator.close();
    },
  });
}

/** One life of a process: a connection, its pipelines, and its view of the store. */
export class Engine {
  readonly clock: ManualClock;
  readonly log: RecordingLogger;
  readonly store: ReturnType<TestRows["process"]>;
  readonly connection: AkenzaConnection;
  /** What did not become a message, oldest first. */
  readonly strays: readonly Stray[];
  readonly readings: Reading[] = [];
  readonly #simulator: Simulator;
  readonly #rows: TestRows;

  private constructor(parts: Pick<Engine, "clock" | "log" | "store" | "connection" | "strays">, world: EngineWorld) {
    this.clock = parts.clock;
    this.log = parts.log;
    this.store = parts.store;
    this.connection = parts.connection;
    this.strays = parts.strays;
    this.#simulator = world.simulator;
    this.#rows = world.rows;
  }

  static async start(world: EngineWorld, options: StartOptions): Promise<Engine> {
    // An hour off: akenza's time is learned from akenza.
    const clock = createManualClock(world.nowMs + 3_600_000);
    const log = createRecordingLogger();
    const settings = { rateLimit: { perSecond: 1_000, burst: 100_000 }, ...options.settings };
    const noted: Stray[] = [];
    const strays = { stray: (stray: Stray): void => void noted.push(stray) };
    const connection = await connectTo(world.simulator, { settings, log, strays, context: { clock } });
    return new Engine({ clock, log, store: world.rows.process(), connection, strays: noted }, world);
  }

  async add({ config, ...options }: PipelineOptions): Promise<Reading> {
    const all = { subscribe: [{ asset: [air, door] }] };
    const context = { clock: this.clock, ...options.context };
    const reading = await read(this.connection, config ?? all, { store: this.store.store, ...options, context });
    this.readings.push(reading);
    return reading;
  }

  get first(): Reading {
    const [first] = this.readings;
    if (first === undefined) throw new Error("the process has no pipeline");
    return first;
  }

  /** Has watermarks written, and waits until they are as they should be. */
  async flush(condition: () => boolean): Promise<void> {
    await this.clock.whenTimer((delayMs) => delayMs === 1_000);
    this.clock.advance(1_000);
    await this.#rows.until(condition);
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    for (const reading of this.readings) await reading.stop();
    await this.connection.close();
  }

  /** As kill -9: nothing more is stored. */
  async kill(): Promise<void> {
    this.store.die();
    await this.stop();
  }

  /** The socket breaks and comes back; what happens `meanwhile` is missed. */
  async reconnect(meanwhile: () => void): Promise<void> {
    const { connects } = this.connection.counters.counts;
    this.#simulator.faults.dropConnections();
    await eventually(() => this.connection.report().state === "waiting");
    meanwhile();
    // The longest wait before the second try in a row.
    this.clock.advance(2_000);
    await eventually(() => this.connection.counters.counts.connects > connects);
  }
}

interface EngineWorld {
  readonly simulator: Simulator;
  readonly rows: TestRows;
  readonly nowMs: number;
}

/** The `data.n` of each message. */
export function numbers(messages: readonly Message[]): number[] {
  return messages.map((each) => (each.body as { data: { n: number } }).data.n);
}

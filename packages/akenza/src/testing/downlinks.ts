// An akenzaDownlink sink from its YAML on a simulated akenza, with a ledger that only takes down what it is given.
import { createSimulator, type Simulator, type SimulatorOptions } from "@signalbox/akenza-simulator";
import type { Commands, Message, NewCommand, Sink, SinkContext } from "@signalbox/core";
import {
  createManualClock,
  createRecordingLogger,
  type ManualClock,
  type RecordingLogger,
  sinkFrom,
} from "@signalbox/core/testing";
import { onTestFinished } from "vitest";
import type { AkenzaConnection } from "../connection.ts";
import { akenzaDownlinkSink } from "../sinks/downlink.ts";
import { connectTo, noCommands } from "./harness.ts";
import { project } from "./project.ts";

export interface DownlinkWorld {
  readonly simulator: Simulator;
  readonly connection: AkenzaConnection;
  readonly clock: ManualClock;
  readonly log: RecordingLogger;
  /** What the ledger was given, in order. */
  readonly taken: readonly NewCommand[];
  sinkOf(yaml: string, context?: Partial<SinkContext>): Sink;
}

export async function createDownlinks(options: SimulatorOptions = {}): Promise<DownlinkWorld> {
  const simulator = await createSimulator({ fleet: {}, ...options });
  const clock = createManualClock();
  const log = createRecordingLogger();
  const connection = await connectTo(simulator, { log, context: { clock } });
  onTestFinished(async () => {
    await connection.close();
    await simulator.close();
  });
  const taken: NewCommand[] = [];
  const accept: Commands["accept"] = (commands) => {
    taken.push(...commands);
    return Promise.resolve();
  };
  const sinkOf = (yaml: string, context: Partial<SinkContext> = {}): Sink =>
    sinkFrom(akenzaDownlinkSink, yaml, {
      clock,
      log,
      ...context,
      project,
      pipeline: "night-setback",
      services: { commands: { ...noCommands, accept } },
      connections: { akenza: connection },
    });
  return { simulator, connection, clock, log, taken, sinkOf };
}

/** A message of a device, which happened at the start of 2026 unless told otherwise. */
export function order(body: unknown, given: { id?: string; device?: string; time?: string } = {}): Message {
  const { id = "m1", device, time = "2026-01-01T00:00:00.000Z" } = given;
  const meta = { pipeline: "night-setback", source: "schedule", time, receivedAt: time };
  return { id, meta: device === undefined ? meta : { ...meta, device }, body };
}

import { createSimulator } from "@signalbox/akenza-simulator";
import type { Commands, NewCommand } from "@signalbox/core";
import { sinkConformance, sinkFrom, sourceConformance, sourceFrom, testMessage } from "@signalbox/core/testing";
import * as vitest from "vitest";
import { akenzaDownlinkSink, akenzaMessageSink, akenzaSource } from "./index.ts";
import { connectTo, noCommands } from "./testing/harness.ts";
import { project } from "./testing/project.ts";

const air = "02d2327fedce2128";

async function start() {
  const simulator = await createSimulator({ fleet: {} });
  simulator.addDevice({ id: air, name: "air" });
  const connection = await connectTo(simulator);
  const connections = { akenza: connection };
  const stop = async (): Promise<void> => {
    await connection.close();
    await simulator.close();
  };
  return { simulator, connections, stop };
}

sourceConformance(vitest, {
  name: "akenza",
  async setup() {
    const { simulator, connections, stop } = await start();
    const yaml = `akenza: { subscribe: [{ asset: "${air}" }] }`;
    let count = 0;
    return {
      create: (options) => sourceFrom(akenzaSource, yaml, { project, connections, ...options }),
      emit: () => void simulator.emit({ deviceId: air, data: { n: (count += 1) } }),
      stop,
    };
  },
});

sinkConformance(vitest, {
  name: "akenzaDownlink",
  async setup() {
    const { connections, stop } = await start();
    const taken: NewCommand[] = [];
    const accept: Commands["accept"] = (commands) => {
      taken.push(...commands);
      return Promise.resolve();
    };
    const services = { commands: { ...noCommands, accept } };
    const yaml = `akenzaDownlink: { devices: ["${air}"], lorawan: { payload: '{ "body": $ }' } }`;
    return {
      create: (options) => sinkFrom(akenzaDownlinkSink, yaml, { project, connections, services, ...options }),
      message: (index) => testMessage({ index }, { id: `m${index}` }),
      stop,
    };
  },
});

sinkConformance(vitest, {
  name: "akenzaMessage",
  async setup() {
    const { connections, stop } = await start();
    return {
      create: (options) => sinkFrom(akenzaMessageSink, "akenzaMessage: {}", { project, connections, ...options }),
      message: (index) => testMessage({ type: "ping", id: index }, { id: `m${index}` }),
      stop,
    };
  },
});

// Every component of core against the contract of its kind, each on the real thing behind it.
// Not here: the contracts themselves (testing/*-conformance.ts).
import { once } from "node:events";
import { createServer } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as kit from "vitest";
import { WebSocketServer } from "ws";
import type { Tick } from "../schedules/contracts.ts";
import { sinkFrom, sourceFrom, stepFrom, testMessage } from "../testing/component.ts";
import { emptyStore } from "../testing/empty-store.ts";
import { createChains, createHttpListener } from "../testing/services.ts";
import { sinkConformance } from "../testing/sink-conformance.ts";
import { sourceConformance } from "../testing/source-conformance.ts";
import { stepConformance } from "../testing/step-conformance.ts";
import { silentLogger } from "../log.ts";
import { dropSink } from "./sinks/drop.ts";
import { fileSink } from "./sinks/file.ts";
import { httpSink } from "./sinks/http.ts";
import { logSink } from "./sinks/log.ts";
import { pipelineSink } from "./sinks/pipeline.ts";
import { websocketSink } from "./sinks/websocket.ts";
import { generateSource } from "./sources/generate.ts";
import { pipelineSource } from "./sources/pipeline.ts";
import { scheduleSource } from "./sources/schedule.ts";
import { webhookSource } from "./sources/webhook.ts";
import { deadbandStep } from "./steps/deadband.ts";
import { filterStep } from "./steps/filter.ts";
import { splitStep } from "./steps/split.ts";
import { throttleStep } from "./steps/throttle.ts";
import { transformStep } from "./steps/transform.ts";

const reading = (value: number) => testMessage({ value, list: [{ a: 1 }, { a: 2 }] }, { meta: { device: "d1" } });

stepConformance(kit, {
  name: "filter",
  create: (options) => stepFrom(filterStep, "filter: value > 5", options),
  kept: reading(10),
  discarded: reading(1),
});
stepConformance(kit, {
  name: "transform",
  create: (options) => stepFrom(transformStep, "transform: { expression: list, onNothing: filter }", options),
  kept: reading(10),
  discarded: testMessage({}),
});
stepConformance(kit, {
  name: "split",
  create: (options) => stepFrom(splitStep, "split: list", options),
  kept: reading(10),
  discarded: testMessage({}),
});
stepConformance(kit, {
  name: "deadband",
  create: (options) => stepFrom(deadbandStep, "deadband: { value: value, change: 5 }", options),
  kept: reading(10),
  discarded: reading(11),
});
stepConformance(kit, {
  name: "throttle",
  create: (options) => stepFrom(throttleStep, "throttle: { interval: 1m }", options),
  kept: reading(10),
  discarded: reading(11),
});

const nothing = async (): Promise<void> => undefined;

sinkConformance(kit, {
  name: "drop",
  good: "discarded",
  setup: async () => ({ create: (options) => sinkFrom(dropSink, "drop: {}", options), stop: nothing }),
});
sinkConformance(kit, {
  name: "log",
  setup: async () => ({ create: (options) => sinkFrom(logSink, "log: {}", options), stop: nothing }),
});
sinkConformance(kit, {
  name: "file",
  async setup() {
    const projectDir = mkdtempSync(join(tmpdir(), "signalbox-file-"));
    const create = (options = {}) => sinkFrom(fileSink, "file: { path: out.ndjson }", { projectDir, ...options });
    return { create, stop: async () => rmSync(projectDir, { recursive: true }) };
  },
});
sinkConformance(kit, {
  name: "http",
  async setup() {
    const server = createServer((request, response) => request.resume().on("end", () => response.end()));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const stop = (): Promise<void> => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    };
    return { create: (options) => sinkFrom(httpSink, `http: { url: "${url}" }`, options), stop };
  },
});
sinkConformance(kit, {
  name: "websocket",
  async setup() {
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    await once(server, "listening");
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const stop = (): Promise<void> => {
      for (const client of server.clients) client.terminate();
      return new Promise((resolve) => server.close(() => resolve()));
    };
    return { create: (options) => sinkFrom(websocketSink, `websocket: { url: "${url}" }`, options), stop };
  },
});
sinkConformance(kit, {
  name: "pipeline",
  async setup() {
    const chains = createChains();
    const leave = chains.register("down", ({ ack }) => {
      ack();
      return true;
    });
    const alongside = "name: down\nsource: { pipeline: {} }\nsinks: [ { idle-sink: {} } ]";
    const project = { definitions: [pipelineSource], alongside };
    const create = (options = {}) =>
      sinkFrom(pipelineSink, "pipeline: down", { services: { chains }, project, ...options });
    return { create, stop: async () => leave() };
  },
});

sourceConformance(kit, {
  name: "generate",
  setup: async () => ({
    create: (options) => sourceFrom(generateSource, "generate: { every: 10s }", options),
    emit: () => undefined,
    stop: nothing,
  }),
});
sourceConformance(kit, {
  name: "pipeline",
  async setup() {
    const chains = createChains();
    let answer: Promise<unknown> = Promise.resolve();
    return {
      create: (options) => sourceFrom(pipelineSource, "pipeline: {}", { services: { chains }, ...options }),
      emit() {
        answer = chains.send("test", testMessage(1), new AbortController().signal).catch((error: unknown) => error);
      },
      settled: () => answer,
      stop: nothing,
    };
  },
});
sourceConformance(kit, {
  name: "webhook",
  async setup() {
    const http = createHttpListener({ host: "127.0.0.1", port: 0, log: silentLogger });
    await http.open();
    let answer: Promise<unknown> = Promise.resolve();
    const yaml = "webhook: { path: /hook, respond: settled, idempotency: off }";
    return {
      create: (options) =>
        sourceFrom(webhookSource, yaml, { services: { http, store: emptyStore }, log: silentLogger, ...options }),
      emit() {
        answer = fetch(`${http.url}/hook`, {
          method: "POST",
          body: "1",
          headers: { "content-type": "application/json" },
        });
      },
      settled: () => answer,
      stop: () => http.close(),
    };
  },
});
sourceConformance(kit, {
  name: "schedule",
  async setup() {
    let fire: (tick: Tick) => Promise<void> = () => Promise.resolve();
    let answer: Promise<unknown> = Promise.resolve();
    const register = (_schedule: unknown, run: typeof fire) => {
      fire = run;
      return Promise.resolve({ next: () => [], close: () => Promise.resolve() });
    };
    const schedules = { register, history: async () => [], onChange: () => () => undefined };
    return {
      create: (options) =>
        sourceFrom(scheduleSource, "schedule: { every: 1m }", { services: { schedules }, ...options }),
      emit() {
        const tick = { id: "test@2026-01-01T00:00:00.000Z", pipeline: "test", plannedAt: Date.UTC(2026, 0, 1) };
        answer = fire(tick).catch((error: unknown) => error);
      },
      settled: () => answer,
      stop: nothing,
    };
  },
});

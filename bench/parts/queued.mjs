// An engine with one pipeline of `delivery: queued`, fed and emptied in its own process.
import { createRequire } from "node:module";
import {
  createEngine,
  createRegistry,
  defineSink,
  defineSource,
  delivered,
  parseProject,
  silentLogger,
  systemClock,
} from "../../packages/core/dist/index.js";
import { createBackend } from "../../packages/jobs/dist/index.js";
import { answerRuns, bodyOf, deviceOf } from "../lib/queue-run.mjs";

const { z } = createRequire(new URL("../../packages/core/package.json", import.meta.url))("zod");
const batch = 100;

let made = 0;
let due = 0;
let feed = () => undefined;
let run;

const facts = {
  summary: "A part of a bench.",
  description: "A part of a bench.",
  schema: z.strictObject({}),
  examples: [],
};
const loadSource = defineSource({
  ...facts,
  name: "load",
  defaultOrder: "perKey",
  create: (_config, { pipeline }) => ({ deliveries: (signal) => deliveries(pipeline, signal) }),
});
const countSink = defineSink({
  ...facts,
  name: "count",
  defaults: { batchCount: 500, concurrency: 1, timeoutMs: 30_000 },
  create: () => ({
    async write(messages) {
      for (const { id } of messages) run.handled(id);
      return messages.map(() => delivered);
    },
  }),
});

async function* deliveries(pipeline, signal) {
  while (!signal.aborted) {
    if (made === due) {
      await new Promise((resolve) => {
        feed = resolve;
        signal.addEventListener("abort", resolve, { once: true });
      });
    } else {
      yield Array.from({ length: Math.min(batch, due - made) }, () => makeDelivery(pipeline));
    }
  }
}

function makeDelivery(pipeline) {
  const number = (made += 1);
  const now = new Date().toISOString();
  const meta = { pipeline, source: "load", time: now, receivedAt: now, device: deviceOf(number) };
  return {
    message: { id: `${process.pid}-${number}`, meta, body: bodyOf(number) },
    ack: () => undefined,
    nack: () => undefined,
  };
}

const project = parseProject(
  [
    { path: "signalbox.yaml", text: "version: 1\nhttp: { port: 0 }\n" },
    { path: "queued.yaml", text: "name: queued\ndelivery: queued\nsource:\n  load: {}\nsinks:\n  - count: {}\n" },
  ],
  { registry: createRegistry([loadSource, countSink]), env: {} },
);
if (project.findings.length > 0) throw new Error(JSON.stringify(project.findings));
const context = { clock: systemClock, log: silentLogger, projectDir: process.cwd() };
const backend = createBackend(JSON.parse(process.env.STORE), context);
const engine = createEngine({ project, backend, clock: systemClock, log: silentLogger, version: "bench" });
await engine.start();
answerRuns({
  start(next) {
    run = next;
    due += next.count;
    feed();
  },
  close: () => engine.stop(),
});

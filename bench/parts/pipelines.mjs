// An engine with many pipelines, started in its own process so that its memory can be looked at.
import { createRequire } from "node:module";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { akenzaConnection, akenzaSource } from "../../packages/akenza/dist/index.js";
import {
  bindExpression,
  createEngine,
  createRegistry,
  defineSink,
  delivered,
  loadProject,
  silentLogger,
  systemClock,
  transformStep,
} from "../../packages/core/dist/index.js";
import { createBackend } from "../../packages/jobs/dist/index.js";
import { sampleText, sixFields } from "../lib/mapping.mjs";

const { z } = createRequire(new URL("../../packages/core/package.json", import.meta.url))("zod");
const { PROJECT, REDIS_URL } = process.env;

let handled = 0;
let waiting = { total: Infinity, finish: () => undefined };
const countSink = defineSink({
  name: "count",
  summary: "A part of a bench.",
  description: "A part of a bench.",
  schema: z.strictObject({}),
  examples: [],
  defaults: { batchCount: 500, concurrency: 1, timeoutMs: 30_000 },
  create: () => ({
    async write(messages) {
      handled += messages.length;
      if (handled >= waiting.total) waiting.finish();
      return messages.map(() => delivered);
    },
  }),
});

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

function heapBytes() {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** What expressions take that were compiled and have run once. */
async function expressionBytes(count) {
  const message = { id: "1", meta: {}, body: JSON.parse(sampleText(1, "02d2327fedce2128", 1)) };
  const before = heapBytes();
  const kept = [];
  for (let index = 0; index < count; index += 1) {
    const expression = bindExpression(sixFields(1_000_000 + index));
    await expression.evaluate(message);
    kept.push(expression);
  }
  return (heapBytes() - before) / kept.length;
}

function expect(total, timeoutMs) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, timeoutMs);
    waiting = { total, finish: () => resolve(clearTimeout(timer)) };
    if (handled >= total) waiting.finish();
  });
}

async function answer({ kind, count, total, timeoutMs }) {
  switch (kind) {
    case "heap":
      return heapBytes();
    case "expressions":
      return expressionBytes(count);
    case "expect":
      await expect(total, timeoutMs);
      return { lost: total - handled };
  }
}

const registry = createRegistry([akenzaSource, akenzaConnection, transformStep, countSink]);
const project = await loadProject({ projectDir: PROJECT, registry, env: process.env });
if (project.findings.length > 0) throw new Error(JSON.stringify(project.findings.slice(0, 3)));
const context = { clock: systemClock, log: silentLogger, projectDir: PROJECT };
const backend = createBackend({ kind: "redis", url: REDIS_URL }, context);
const engine = createEngine({ project, backend, clock: systemClock, log: silentLogger, version: "bench" });
await engine.start();
const startedMs = performance.now();

process.on("message", ({ id, ...question }) => {
  void answer(question).then((answer) => process.send({ id, answer }));
});
process.on("SIGTERM", () => void engine.stop().then(() => process.exit(0)));
process.send({ id: 0, answer: { startedMs } });

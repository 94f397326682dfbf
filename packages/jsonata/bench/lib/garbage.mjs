// A process of its own: bytes that one evaluation leaves behind, per expression and engine, as JSON on standard output.
// Method: the young generation is made so large (see the flags in speed.mjs) that nothing is collected during a batch; the
// growth of the used heap over the batch, divided by its evaluations, after the code was warmed up. Least of three batches.
import { setTimeout as sleep } from "node:timers/promises";
import { PerformanceObserver } from "node:perf_hooks";
import { engines, sets } from "./engines.mjs";

let collections = 0;
new PerformanceObserver((list) => (collections += list.getEntries().length)).observe({ entryTypes: ["gc"] });

const batchBytes = 48 * 1024 * 1024;

async function batch(evaluate, input, count) {
  globalThis.gc();
  await sleep(0);
  const before = collections;
  const start = process.memoryUsage().heapUsed;
  for (let index = 0; index < count; index++) {
    const result = evaluate(input);
    if (result instanceof Promise) await result;
  }
  const bytes = (process.memoryUsage().heapUsed - start) / count;
  await sleep(0);
  return collections === before ? bytes : undefined;
}

async function bytesOf({ evaluate }, input) {
  const end = performance.now() + 60;
  while (performance.now() < end) {
    const result = evaluate(input);
    if (result instanceof Promise) await result;
  }
  const first = (await batch(evaluate, input, 32)) ?? 1e6;
  const count = Math.min(200_000, Math.max(32, Math.floor(batchBytes / Math.max(first, 16))));
  const found = [];
  for (let round = 0; round < 3; round++) {
    const bytes = await batch(evaluate, input, count);
    if (bytes !== undefined) found.push(bytes);
  }
  return found.length === 0 ? null : Math.max(0, Math.min(...found));
}

const rows = [];
for (const { name, list } of await sets(process.argv[2])) {
  for (const one of list) {
    const { reference, ours } = await engines(one);
    const theirs = await bytesOf(reference, one.input);
    rows.push({ set: name, id: one.id, reference: theirs, ours: await bytesOf(ours, one.input) });
  }
}
process.stdout.write(JSON.stringify(rows));

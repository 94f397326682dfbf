// A process of its own: what compiling ten thousand different expressions costs, as JSON on standard output. Each is made
// from one of the sets with a variable of its own, compiled, evaluated once and kept. Time is the processor's, so that a busy machine disturbs less; bytes are the growth of the used heap
// and of the code outside of it, after a collection.
import { getHeapStatistics } from "node:v8";
import jsonata from "jsonata";
import { compile } from "../../dist/index.js";
import { sets } from "./engines.mjs";

const count = 10_000;
const list = (await sets(process.argv[2])).flatMap((set) => set.list);
const textOf = (index) => `($own${index} := ${index}; ${list[index % list.length].expr})`;

function usedBytes() {
  globalThis.gc();
  globalThis.gc();
  return getHeapStatistics().used_heap_size + getHeapStatistics().external_memory;
}

async function cost(make, inputs) {
  const kept = [];
  const before = usedBytes();
  let ms = 0;
  for (let index = 0; index < count; index++) {
    const text = textOf(index);
    const start = process.cpuUsage();
    const expression = make(text);
    const { user, system } = process.cpuUsage(start);
    ms += (user + system) / 1000;
    await expression.evaluate(inputs[index % list.length]);
    kept.push(expression);
  }
  const bytes = (usedBytes() - before) / count;
  return { ms: ms / count, bytes, kept: kept.length };
}

const inputs = list.map(({ input }) => input);
const compiled = (text) => {
  const expression = compile(text);
  void expression.how.kind;
  return expression;
};
for (let index = 0; index < 300; index++) compiled(`${textOf(index)} `);
const ours = await cost(compiled, inputs);
const reference = await cost((text) => jsonata(text), inputs);
process.stdout.write(JSON.stringify({ count, ours, reference }));

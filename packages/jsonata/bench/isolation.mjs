// What expressions that loop, explode or backtrack do to the latency of others: node packages/jsonata/bench/isolation.mjs
// Build first (tsc -b). A quick expression is evaluated every 2 ms beside the sick ones, each of which is evaluated again and
// again. Printed: how late the event loop's turns were (delay) and how long quick evaluations took from when they were due
// (latency), in milliseconds. The first line, with nothing sick, is the noise of the machine.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { compile } from "../dist/index.js";

const secondsEach = Number(process.argv[2] ?? 5);
const everyMs = 2;
const input = { n: 21, text: "a".repeat(5000), list: Array.from({ length: 1000 }, (_, index) => ({ v: index })) };

const sick = {
  loops: "($f := function($n) { $f($n + 1) }; $f(n))",
  explodes: "$map([1..1000], function($n) { [1..900000] })",
  backtracks: "$contains(text, /^(a*)*\\1b$/)",
  heavy: "$sum($map([1..300000], function($n) { $n * n }))",
};
const mixes = [[], ["loops"], ["explodes"], ["backtracks"], ["heavy"], ["loops", "explodes", "backtracks"]];

const quick = compile('{ "c": n, "f": n * 1.8 + 32 }');
const print = (line) => process.stdout.write(`${line}\n`);
const ms = (value) => value.toFixed(1).padStart(7);
const spread = (at) => `p50 ${ms(at(50))}  p99 ${ms(at(99))}  longest ${ms(at(100))}`;

/** Evaluates an expression until told to stop; how often. */
async function suffer(name, isOver) {
  const expression = compile(sick[name], { limits: { depth: 100_000 } });
  let evaluations = 0;
  while (!isOver()) {
    try {
      await expression.evaluate(input);
    } catch {
      // It is stopped by one of its limits, as it is meant to be.
    }
    evaluations++;
    // The engine's pipelines give way between messages too.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return `${name} ${evaluations}`;
}

async function quickLatencies(isOver) {
  const latencies = [];
  let due = performance.now() + everyMs;
  while (!isOver()) {
    await sleep(Math.max(0, due - performance.now()));
    await quick.evaluate(input);
    // A timer may fire a fraction of a millisecond early.
    latencies.push(Math.max(0, performance.now() - due));
    due = Math.max(due + everyMs, performance.now());
  }
  return latencies.toSorted((a, b) => a - b);
}

for (const names of mixes) {
  const end = performance.now() + secondsEach * 1000;
  const isOver = () => performance.now() > end;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  // Its first turn is what the next is measured from.
  await sleep(10);
  const [latencies, ...evaluations] = await Promise.all([
    quickLatencies(isOver),
    ...names.map((name) => suffer(name, isOver)),
  ]);
  delay.disable();
  const latencyAt = (percent) =>
    latencies[Math.min(latencies.length - 1, Math.floor((latencies.length * percent) / 100))];
  print(`sick: ${evaluations.join(", ") || "none"}`);
  print(`  loop delay    ${spread((percent) => delay.percentile(percent) / 1e6)}`);
  print(`  quick latency ${spread(latencyAt)}  (${latencies.length} evaluations)`);
}

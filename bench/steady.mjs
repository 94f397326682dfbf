// The engine at 1,000 samples a second: what a sample costs, and whether memory stays flat.
import { startEngine, startPart, startServer, usageOf } from "./lib/processes.mjs";
import { spread, show, verdict } from "./lib/stats.mjs";
import { passThroughProject } from "./lib/projects.mjs";

const perSecond = 1000;
const stepSeconds = 20;

export async function steady({ minutes = 10 } = {}) {
  const redis = await startServer("redis");
  if (redis === undefined) return;
  const source = await startPart("source.mjs");
  const sink = await startPart("sink.mjs");
  const { folder, environment } = await passThroughProject(source, sink, redis);
  const engine = await startEngine(folder.path, environment);
  const steps = [];
  let from = 0;
  for (let at = 0; at < (minutes * 60) / stepSeconds; at += 1) {
    await sink.ask({ kind: "clear" });
    const count = perSecond * stepSeconds;
    const arrived = sink.ask({ kind: "expect", count, timeoutMs: 10_000 + stepSeconds * 1000 });
    const before = usageOf(engine.pid).cpuUs;
    await source.ask({ kind: "steady", from, perSecond, seconds: stepSeconds });
    const { lost, doubled } = await arrived;
    const { cpuUs, rssMb } = usageOf(engine.pid);
    steps.push({ cpuUs: (cpuUs - before) / count, rssMb, lost, doubled });
    from += count;
  }
  await Promise.all([engine.stop(), source.stop(), sink.stop()]);
  await redis.stop();
  folder.remove();
  return report(steps.slice(1), minutes);
}

function report(steps, minutes) {
  const cpu = spread(steps.map((each) => each.cpuUs));
  const half = Math.floor(steps.length / 2);
  const first = spread(steps.slice(0, half).map((each) => each.rssMb));
  const second = spread(steps.slice(half).map((each) => each.rssMb));
  const most = Math.max(...steps.map((each) => each.rssMb));
  const isComplete = steps.every((each) => each.lost === 0 && each.doubled === 0);
  return [
    verdict(
      "CPU per sample at 1,000/s, us",
      show(cpu, 0),
      "at most 150, nothing lost or doubled",
      cpu.median <= 150 && isComplete,
    ),
    verdict("largest memory without the embedded store, MB", most.toFixed(0), "under 150", most < 150),
    verdict(
      `memory over ${minutes} minutes, MB`,
      `first half ${show(first, 0)}, second half ${show(second, 0)}`,
      "second half within 10 % of the first",
      second.median <= first.median * 1.1,
    ),
  ].every(Boolean);
}

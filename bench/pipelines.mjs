// What many pipelines and many devices cost, against ten: CPU per event, memory, and the start.
import { until } from "./lib/clock.mjs";
import { sixFields } from "./lib/mapping.mjs";
import { startPart, startServer, usageOf } from "./lib/processes.mjs";
import { makeProject, pipelineText } from "./lib/projects.mjs";
import { show, spread, verdict } from "./lib/stats.mjs";

const few = 10;
const sinks = ["- count: {}"];

/** A pipeline for each device, none like another; or one for all. */
const shapes = {
  pipelines: (devices) =>
    devices.map((device, index) =>
      pipelineText({ name: `fleet-${index}`, devices: [device], transform: sixFields(index), sinks }),
    ),
  devices: (devices) => [pipelineText({ name: "fleet", devices, transform: sixFields(), sinks })],
};

async function runRound({ shape, size, count, server }) {
  const source = await startPart("source.mjs", { DEVICES: String(size) });
  const project = await makeProject(shapes[shape](source.devices), { source, server });
  const environment = { ...project.environment, PROJECT: project.folder.path };
  const engine = await startPart("pipelines.mjs", environment, { isOnOneCore: true });
  await until(async () => (await source.ask({ kind: "state" })).isSubscribed);
  const flood = async (from, size) => {
    const arrived = engine.ask({ kind: "expect", total: from + size, timeoutMs: 60_000 });
    const before = usageOf(engine.pid).cpuUs;
    await source.ask({ kind: "flood", from, count: size });
    const { lost } = await arrived;
    return { lost, cpuUs: (usageOf(engine.pid).cpuUs - before) / size };
  };
  await flood(0, count);
  const { lost, cpuUs } = await flood(count, count);
  const heap = await engine.ask({ kind: "heap" });
  const expression = size === few ? await engine.ask({ kind: "expressions", count: 2_000 }) : 0;
  await Promise.all([engine.stop(), source.stop()]);
  project.folder.remove();
  return { lost, cpuUs, heap, expression, startedS: engine.startedMs / 1000 };
}

async function compare(shape, { size, rounds, ...options }) {
  const results = { few: [], many: [] };
  for (let round = 0; round < rounds; round += 1) {
    results.few.push(await runRound({ ...options, shape, size: few }));
    results.many.push(await runRound({ ...options, shape, size }));
  }
  const costs = (list) => show(spread(list.map(({ cpuUs }) => cpuUs)), 1);
  const lost = [...results.few, ...results.many].reduce((sum, each) => sum + each.lost, 0);
  console.log(`${shape}: ${costs(results.few)} us of CPU per event at ${few}, ${costs(results.many)} at ${size}`);
  const ratio = spread(results.many.map(({ cpuUs }, round) => cpuUs / results.few[round].cpuUs));
  const isMet = verdict(
    `CPU per event at ${size} ${shape} against ${few}`,
    `${show(ratio)}, ${lost} lost`,
    "at most 1.3, nothing lost",
    ratio.median <= 1.3 && lost === 0,
  );
  return { ...results, isMet };
}

function reportPipelines({ few: small, many }, size) {
  const starts = spread(many.map(({ startedS }) => startedS));
  const expression = spread(small.map((each) => each.expression / 1000));
  const each = spread(many.map(({ heap }, round) => (heap - small[round].heap) / (size - few) / 1000));
  console.log(`memory: ${show(each, 1)} kB per pipeline, of which its expression ${show(expression, 1)} kB`);
  const beyond = each.median - expression.median;
  return [
    verdict(`start of ${size} distinct pipelines on one core, s`, show(starts, 1), "at most 40", starts.median <= 40),
    verdict("memory of a pipeline beyond its expression, kB", beyond.toFixed(1), "at most 20", beyond <= 20),
  ].every(Boolean);
}

export async function pipelines({ rounds = 5, count = 50_000, pipelines: size = 10_000 } = {}) {
  const server = await startServer("redis");
  if (server === undefined) return undefined;
  const devices = await compare("devices", { size, rounds, count, server });
  const fleet = await compare("pipelines", { size, rounds, count, server });
  await server.stop();
  return [devices.isMet, fleet.isMet, reportPipelines(fleet, size)].every(Boolean);
}

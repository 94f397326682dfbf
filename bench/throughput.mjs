// Pass-through, WebSocket to WebSocket, against the one-send floor of the same run.
import { writeFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { freePort, startEngine, startPart, startServer, temporaryFolder, usageOf } from "./lib/processes.mjs";
import { show, spread, verdict } from "./lib/stats.mjs";

const warmUp = 20_000;

const pipeline = (device, sinkPort) => `name: pass-through
source:
  akenza:
    subscribe:
      - { asset: "${device}" }
sinks:
  - websocket: { url: "ws://127.0.0.1:${sinkPort}" }
`;

/** A project folder whose one pipeline forwards the source to the sink, and the environment that points it there. */
export async function passThroughProject(source, sink, redis) {
  const folder = temporaryFolder();
  mkdirSync(join(folder.path, "pipelines"));
  writeFileSync(join(folder.path, "pipelines", "pass-through.yaml"), pipeline(source.device, sink.port));
  const environment = {
    AKENZA_API_KEY: "0123456789abcdef.bench",
    AKENZA_BASE_URL: `http://127.0.0.1:${source.port}`,
    SIGNALBOX_HTTP_PORT: String(await freePort()),
    ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
  };
  return { folder, environment };
}

async function runRound(contestant, count, redis) {
  const source = await startPart("source.mjs");
  const sink = await startPart("sink.mjs");
  const environment = { SOURCE_PORT: source.port, SINK_PORT: sink.port, DEVICE: source.device };
  const project = contestant === "floor" ? undefined : await passThroughProject(source, sink, redis);
  const runner =
    project === undefined
      ? await startPart("floor.mjs", environment)
      : await startEngine(project.folder.path, project.environment);
  while (!(await source.ask({ kind: "state" })).isSubscribed) await new Promise((resolve) => setTimeout(resolve, 10));
  const phase = async (from, size) => {
    await sink.ask({ kind: "clear" });
    const arrived = sink.ask({ kind: "expect", count: size, timeoutMs: 60_000 });
    const before = usageOf(runner.pid).cpuUs;
    await source.ask({ kind: "flood", from, count: size });
    return { ...(await arrived), cpuUs: (usageOf(runner.pid).cpuUs - before) / size };
  };
  await phase(0, warmUp);
  const result = await phase(warmUp, count);
  await Promise.all([runner.stop(), source.stop(), sink.stop()]);
  project?.folder.remove();
  return result;
}

export async function throughput({ rounds = 5, count = 100_000 } = {}) {
  const redis = await startServer("redis");
  const results = { floor: [], engine: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of ["floor", "engine"]) results[contestant].push(await runRound(contestant, count, redis));
  }
  await redis?.stop();
  for (const [name, list] of Object.entries(results)) {
    const lost = list.reduce((sum, each) => sum + each.lost, 0);
    const doubled = list.reduce((sum, each) => sum + each.doubled, 0);
    console.log(
      `${name}: ${show(spread(list.map((each) => each.perSecond)), 0)} events/s, ${show(spread(list.map((each) => each.cpuUs)), 1)} us of CPU per event, ${lost} lost, ${doubled} doubled`,
    );
  }
  const ratios = spread(results.engine.map((each, round) => each.perSecond / results.floor[round].perSecond));
  const clean = results.engine.every((each) => each.lost === 0 && each.doubled === 0);
  return verdict(
    "pass-through against the one-send floor",
    show(ratios),
    "at least 0.5, nothing lost or doubled",
    ratios.median >= 0.5 && clean,
  );
}

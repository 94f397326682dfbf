// A contestant between a source and a sink of its own, measured in phases.
import { until } from "./clock.mjs";
import { sixFields } from "./mapping.mjs";
import { resetPeak, startEngine, startPart, usageOf } from "./processes.mjs";
import { makeProject, passThroughProject, pipelineText } from "./projects.mjs";

const arrivalMs = 60_000;

/** Who can stand between source and sink; each answers a running process. */
export const contestants = {
  oneSendFloor: (run) => startFloor("floor.mjs", run),
  corkedFloor: (run) => startFloor("floor-corked.mjs", run),
  httpFloor: (run) => startFloor("floor-http.mjs", run),
  passThrough: ({ source, sink, server }) => startProject(passThroughProject(source, sink, server)),
  transform: (run) => startTransform(run, `- websocket: { url: "ws://127.0.0.1:${run.sink.port}" }`),
  http: (run) => startTransform(run, `- http: { url: "http://127.0.0.1:${run.sink.httpPort}/ingest" }`),
};

/** Resolves when the contestant is subscribed to all devices. */
export async function startContest(contestant, { server, devices = 1 }) {
  const source = await startPart("source.mjs", { DEVICES: String(devices) });
  const sink = await startPart("sink.mjs");
  const runner = await contestants[contestant]({ source, sink, server });
  await until(async () => (await source.ask({ kind: "state" })).isSubscribed);
  let from = 0;

  async function phase(count, traffic, sendingMs = 0) {
    await sink.ask({ kind: "clear" });
    const arrived = sink.ask({ kind: "expect", count, timeoutMs: arrivalMs + sendingMs });
    resetPeak(runner.pid);
    const before = usageOf(runner.pid).cpuUs;
    await source.ask({ ...traffic, from });
    from += count;
    const result = await arrived;
    const { cpuUs, peakMb } = usageOf(runner.pid);
    return { ...result, cpuUs: (cpuUs - before) / count, peakMb };
  }

  return {
    /** As fast as the contestant's socket takes them. */
    flood: (count) => phase(count, { kind: "flood", count }),
    steady: (perSecond, seconds) => phase(perSecond * seconds, { kind: "steady", perSecond, seconds }, seconds * 1000),
    stop: () => Promise.all([runner.stop(), source.stop(), sink.stop()]),
  };
}

export function isClean(results) {
  return results.every(({ lost, doubled }) => lost === 0 && doubled === 0);
}

function startFloor(script, { source, sink }) {
  return startPart(script, {
    SOURCE_PORT: String(source.port),
    SINK_PORT: String(sink.port),
    SINK_HTTP_PORT: String(sink.httpPort),
    DEVICES: String(source.devices.length),
  });
}

function startTransform({ source, server }, sink) {
  const pipeline = { name: "transform", devices: source.devices, transform: sixFields(), sinks: [sink] };
  return startProject(makeProject([pipelineText(pipeline)], { source, server }));
}

async function startProject(made) {
  const { folder, environment } = await made;
  const engine = await startEngine(folder.path, environment);
  const stop = async () => {
    await engine.stop();
    folder.remove();
  };
  return { ...engine, stop };
}

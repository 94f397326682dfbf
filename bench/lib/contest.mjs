// A contestant between a source and a sink of its own, measured in phases.
import { until } from "./clock.mjs";
import { sixFields } from "./mapping.mjs";
import { freePort, resetPeak, startEngine, startPart, usageOf } from "./processes.mjs";
import { makeProject, passThroughProject, pipelineText } from "./projects.mjs";

const arrivalMs = 60_000;

/** Who can stand between source and sink; each answers a running process. */
export const contestants = {
  oneSendFloor: (run) => startFloor("floor.mjs", run),
  corkedFloor: (run) => startFloor("floor-corked.mjs", run),
  httpFloor: (run) => startFloor("floor-http.mjs", run),
  passThrough: ({ source, sink, server }) => startProject(passThroughProject(source, sink, server)),
  transform: (run) => startTransform(run, toSocket(run)),
  unwatched: (run) => startTransform(run, toSocket(run), { settings: "console: false\n" }),
  watched: startWatched,
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
    /** What those who look at it saw so far; only of the one that is watched. */
    seen: runner.seen,
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

function toSocket({ sink }) {
  return `- websocket: { url: "ws://127.0.0.1:${sink.port}" }`;
}

function startTransform({ source, server }, sink, { settings, more = {} } = {}) {
  const pipeline = { name: "transform", devices: source.devices, transform: sixFields(), sinks: [sink] };
  return startProject(makeProject([pipelineText(pipeline)], { source, server, settings }), more);
}

async function startWatched(run) {
  const watchers = await startPart("watchers.mjs");
  const port = await freePort();
  const more = {
    SIGNALBOX_CONSOLE_PORT: String(port),
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${watchers.tracesPort}`,
  };
  const engine = await startTransform(run, toSocket(run), { more });
  await watchers.ask({ kind: "watch", url: `http://127.0.0.1:${port}`, pages: 3 });
  const stop = async () => {
    await engine.stop();
    await watchers.stop();
  };
  return { ...engine, seen: () => watchers.ask({ kind: "seen" }), stop };
}

async function startProject(made, more = {}) {
  const { folder, environment } = await made;
  const engine = await startEngine(folder.path, { ...environment, ...more });
  const stop = async () => {
    await engine.stop();
    folder.remove();
  };
  return { ...engine, stop };
}

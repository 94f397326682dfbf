// A sink that is down for minutes: what the engine's memory does meanwhile, when all is delivered, what another sink feels.
import { until, wait } from "./lib/clock.mjs";
import { startEngine, startPart, usageOf } from "./lib/processes.mjs";
import { onStores } from "./lib/stores.mjs";
import { makeProject, pipelineText } from "./lib/projects.mjs";
import { sixFields } from "./lib/mapping.mjs";
import { verdict } from "./lib/stats.mjs";

const devices = 100;
// A part of the outage, but time enough for the breaker's longest rest.
const normalSeconds = (minutes) => Math.max(20, Math.round(minutes * 6));
const catchUpSeconds = (minutes) => Math.max(90, minutes * 30);

const websocket = (name, port) => `- websocket: { url: "ws://127.0.0.1:${port}" }\n  name: ${name}`;

async function startScene(server) {
  const source = await startPart("source.mjs", { DEVICES: String(devices) });
  const failing = await startPart("sink.mjs");
  const other = await startPart("sink.mjs");
  const sinks = [websocket("failing", failing.port), websocket("other", other.port)];
  // The source has no history to read back from, so the socket rests instead where the engine has no room.
  const more = "backfill: off\n";
  const pipeline = { name: "outage", devices: source.devices, transform: sixFields(), sinks, more };
  const { folder, environment } = await makeProject([pipelineText(pipeline)], { source, server });
  const engine = await startEngine(folder.path, environment);
  await until(async () => (await source.ask({ kind: "state" })).isSubscribed);
  const stop = async () => {
    await Promise.all([engine.stop(), source.stop(), failing.stop(), other.stop()]);
    folder.remove();
  };
  return { source, failing, other, engine, stop };
}

/** Sends for so many seconds; answers the engine's largest memory in them. */
async function send({ source, engine }, traffic) {
  let mostMb = 0;
  const timer = setInterval(() => (mostMb = Math.max(mostMb, usageOf(engine.pid).rssMb)), 500);
  await source.ask({ kind: "steady", ...traffic });
  clearInterval(timer);
  return mostMb;
}

async function run(server, perSecond, minutes) {
  const scene = await startScene(server);
  let from = 0;
  // The other sink's p99 since it was asked last.
  const takeP99 = async () => (await scene.other.ask({ kind: "p99" })).p99Ms;
  const sendFor = async (seconds) => {
    const mostMb = await send(scene, { from, perSecond, seconds });
    from += perSecond * seconds;
    return mostMb;
  };
  await sendFor(5);
  await takeP99();
  const normal = { mostMb: await sendFor(normalSeconds(minutes)), p99Ms: await takeP99() };
  await scene.failing.ask({ kind: "down" });
  const down = { mostMb: await sendFor(Math.ceil(minutes * 60)), p99Ms: await takeP99() };
  await scene.failing.ask({ kind: "up" });
  const { catchUpS, mostMb } = await catchUp(scene, { missed: from, minutes, sendFor });
  const p99Ms = await takeP99();
  const total = from;
  await wait(1000);
  const rest = { kind: "expectBelow", below: total, timeoutMs: 30_000 };
  const ends = await Promise.all([scene.failing.ask(rest), scene.other.ask(rest)]);
  await scene.stop();
  return {
    normal,
    worst: { mostMb: Math.max(down.mostMb, mostMb), p99Ms: Math.max(down.p99Ms, p99Ms) },
    catchUpS,
    missing: ends.reduce((sum, { complete }) => sum + total - complete, 0),
    doubled: ends.reduce((sum, { doubled }) => sum + doubled, 0),
  };
}

/** Goes on sending while the sink that came back gets what it missed. */
async function catchUp({ failing }, { missed, minutes, sendFor }) {
  const startedAt = performance.now();
  const state = { tookS: Infinity, isOver: false };
  const expected = failing.ask({ kind: "expectBelow", below: missed, timeoutMs: catchUpSeconds(minutes) * 2000 });
  const over = expected.then(({ isComplete }) => {
    state.isOver = true;
    if (isComplete) state.tookS = (performance.now() - startedAt) / 1000;
  });
  let mostMb = 0;
  while (!state.isOver) mostMb = Math.max(mostMb, await sendFor(5));
  await over;
  return { catchUpS: state.tookS, mostMb };
}

async function measure(name, server, { perSecond, minutes }) {
  const { normal, worst, catchUpS, missing, doubled } = await run(server, perSecond, minutes);
  const about = `${name}, sink down for ${minutes} min at ${perSecond}/s`;
  const mostS = catchUpSeconds(minutes);
  const megabytes = `${worst.mostMb.toFixed(0)}, normally ${normal.mostMb.toFixed(0)}`;
  const latencies = `${worst.p99Ms.toFixed(1)}, normally ${normal.p99Ms.toFixed(1)}`;
  return [
    verdict(`memory, ${about}, MB`, megabytes, "within 1.5 times", worst.mostMb <= normal.mostMb * 1.5),
    verdict(
      `all delivered after it came back, ${name}, s`,
      `${catchUpS.toFixed(0)}, ${missing} missing, ${doubled} doubled`,
      `at most ${mostS}, nothing missing`,
      catchUpS <= mostS && missing === 0,
    ),
    verdict(`the other sink's p99, ${name}, ms`, latencies, "within 2 times", worst.p99Ms <= normal.p99Ms * 2),
  ].every(Boolean);
}

export function outage({ minutes = 10, store } = {}) {
  return onStores(["redis", "postgres", "embedded"], store, (kind, _settings, server) =>
    measure(kind, kind === "embedded" ? undefined : server, { perSecond: kind === "embedded" ? 100 : 1000, minutes }),
  );
}

// What it costs to be listened to: 1,000 pipelines that each forward 10 messages a second, and the events of their live stream.
// CPU is that of looking and writing an event, measured where it happens; what goes over the wire is counted as text.
import { setTimeout as sleep } from "node:timers/promises";
import { createEngine, parseProject, silentLogger, systemClock } from "../packages/core/dist/index.js";
import { LiveTracker } from "../packages/core/dist/control/live/tracker.js";
import { createBackend } from "../packages/jobs/dist/index.js";
import { createProductRegistry } from "../packages/cli/dist/components.js";

const seconds = 10;

export async function live({ pipelines = 1_000 } = {}) {
  const engine = engineOf(pipelines);
  await engine.start();
  const tracker = new LiveTracker(engine, systemClock);
  tracker.look();
  const whole = JSON.stringify(tracker.whole());
  const costs = [];
  const sizes = [];
  const begun = receivedBy(engine);
  for (let second = 0; second < seconds; second += 1) {
    await sleep(1_000);
    const before = process.cpuUsage();
    const text = JSON.stringify(tracker.look(), (_key, leaf) => (typeof leaf === "string" ? leaf.slice() : leaf));
    const { user, system } = process.cpuUsage(before);
    costs.push((user + system) / 1_000);
    sizes.push(text.length);
  }
  const perSecond = (receivedBy(engine) - begun) / seconds;
  await engine.stop();
  console.log(`${pipelines} pipelines, ${Math.round(perSecond)} messages a second`);
  console.log(`first event        ${kB(whole.length)} kB`);
  console.log(`event each second  ${kB(median(sizes))} kB, ${median(costs).toFixed(1)} ms of CPU for all listeners`);
  return median(costs) < 50;
}

function engineOf(pipelines) {
  const one = (n) => `name: p${n}\nsource: { generate: { every: 100ms } }\nsinks: [{ drop: {} }]\n`;
  const text = Array.from({ length: pipelines }, (_none, n) => one(n)).join("---\n");
  const files = [{ path: "pipelines/all.yaml", text }];
  const project = parseProject(files, { registry: createProductRegistry(), env: { SIGNALBOX_HTTP_PORT: "0" } });
  const [clock, log] = [systemClock, silentLogger];
  const backend = createBackend({ kind: "memory" }, { clock, log, projectDir: "/nonexistent" });
  return createEngine({ project, backend, clock, log, version: "bench" });
}

function receivedBy(engine) {
  return engine.status().pipelines.reduce((sum, { counts }) => sum + counts.received, 0);
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function kB(bytes) {
  return (bytes / 1_000).toFixed(0);
}

// A process with schedules only: how fast they are registered, and how late their ticks start.
import { createBackend } from "../../packages/jobs/dist/index.js";
import { createSchedules, silentLogger, systemClock } from "../../packages/core/dist/index.js";
import { monotonicMs, wait } from "../lib/clock.mjs";

const atOnce = 200;
const hourMs = 3_600_000;
const context = { clock: systemClock, log: silentLogger, projectDir: process.cwd() };
const backend = createBackend(JSON.parse(process.env.STORE), context);
await backend.store.open();
await backend.queue.open();
const { store, queue } = backend;
const schedules = createSchedules({ store, queue, clock: systemClock, log: silentLogger, engine: "bench" });
await schedules.open();

async function register(names, plan, fire) {
  const startedAt = monotonicMs();
  for (let from = 0; from < names.length; from += atOnce) {
    const part = names.slice(from, from + atOnce);
    await Promise.all(part.map((pipeline) => schedules.register({ pipeline, plan, lateMs: 10_000 }, fire)));
  }
  return monotonicMs() - startedAt;
}

function namesOf(prefix, count) {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

/** Schedules that are not due while the bench runs: what their registration costs. */
async function many(count) {
  const plan = { description: "each day", next: (after) => Math.floor(after / (24 * hourMs) + 2) * 24 * hourMs };
  const tookMs = await register(namesOf("quiet", count), plan, async () => undefined);
  return { tookMs };
}

/** So many ticks due at one moment: how late each starts, and when the last one has ended. */
async function together({ round, count, leadMs }) {
  const dueAt = Math.ceil((Date.now() + leadMs) / 1000) * 1000;
  const plan = { description: `once at ${dueAt}`, next: (after) => (after < dueAt ? dueAt : undefined) };
  const lateness = [];
  let stop;
  let lastEnd = 0;
  const ended = new Promise((resolve) => {
    let open = count;
    stop = schedules.onChange(({ outcome }) => {
      if (outcome === "running") return;
      lastEnd = Date.now();
      if ((open -= 1) === 0) resolve();
    });
  });
  const tookMs = await register(namesOf(`round-${round}`, count), plan, async () => {
    lateness.push(Date.now() - dueAt);
  });
  const isInTime = Date.now() < dueAt - 500;
  await wait(Math.max(0, dueAt - Date.now() - 100));
  const cpu = process.cpuUsage();
  await ended;
  stop();
  const { user, system } = process.cpuUsage(cpu);
  return { lateness, isInTime, tookMs, perSecond: (count / (lastEnd - dueAt)) * 1000, cpuMs: (user + system) / 1000 };
}

process.on("message", ({ id, kind, ...options }) => {
  const measured = kind === "many" ? many(options.count) : together(options);
  measured.then(
    (answer) => process.send({ id, answer }),
    (error) => process.send({ id, answer: { error: String(error) } }),
  );
});
process.on("SIGTERM", () => {
  void (async () => {
    await schedules.close();
    await backend.close();
    process.exit(0);
  })();
});
process.send({ id: 0, answer: {} });

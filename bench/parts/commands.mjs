// A process with commands only, which wait for a sender that takes ten a second.
import { createBackend } from "../../packages/jobs/dist/index.js";
import { createCommands, silentLogger, systemClock } from "../../packages/core/dist/index.js";
import { monotonicMs, wait } from "../lib/clock.mjs";

const perSecond = 10;
const page = 500;
const context = { clock: systemClock, log: silentLogger, projectDir: process.cwd() };
const backend = createBackend(JSON.parse(process.env.STORE), context);
await backend.store.open();
await backend.queue.open();
const { store, queue } = backend;
const commands = createCommands({ store, queue, clock: systemClock, log: silentLogger });
await commands.open();

let sent = 0;
let nextAt = 0;
const sender = {
  /** In the order of asking, a tenth of a second apart. */
  ready(_command, signal) {
    nextAt = Math.max(nextAt + 1000 / perSecond, monotonicMs());
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, nextAt - monotonicMs());
      signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
    });
  },
  async send() {
    sent += 1;
    return { status: "accepted" };
  },
};

async function fill({ count, devices }) {
  const startedAt = monotonicMs();
  const where = { pipeline: "bench", sink: "valves", message: "m", connection: "akenza" };
  const tries = { maxAttempts: 5, backoffMs: 1_000, maxBackoffMs: 60_000 };
  for (let from = 0; from < count; from += page) {
    const orders = Array.from({ length: Math.min(page, count - from) }, (_, index) => {
      const number = from + index;
      return { key: `order-${number}`, device: `device-${number % devices}`, payload: { number }, ...where, ...tries };
    });
    await commands.accept(orders);
  }
  commands.register("akenza", sender);
  return { tookMs: monotonicMs() - startedAt };
}

async function watch({ seconds }) {
  globalThis.gc?.();
  const [before, cpu, sentBefore] = [process.memoryUsage().rss, process.cpuUsage(), sent];
  await wait(seconds * 1000);
  const { user, system } = process.cpuUsage(cpu);
  globalThis.gc?.();
  const grownMb = (process.memoryUsage().rss - before) / 2 ** 20;
  return { cpuShare: (user + system) / 1e6 / seconds, grownMb, perSecond: (sent - sentBefore) / seconds };
}

process.on("message", ({ id, kind, ...options }) => {
  const measured = kind === "fill" ? fill(options) : watch(options);
  measured.then(
    (answer) => process.send({ id, answer }),
    (error) => process.send({ id, answer: { error: String(error) } }),
  );
});
process.on("SIGTERM", () => {
  void (async () => {
    await commands.close();
    await backend.close();
    process.exit(0);
  })();
});
process.send({ id: 0, answer: {} });

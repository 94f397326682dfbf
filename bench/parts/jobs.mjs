// A process like an engine's: a queue with 100 jobs a second, or none, and the delay of its own event loop.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createBackend } from "../../packages/jobs/dist/index.js";
import { silentLogger, systemClock } from "../../packages/core/dist/index.js";

const { STORE, JOBS_PER_SECOND } = process.env;
const backend = createBackend(JSON.parse(STORE), { clock: systemClock, log: silentLogger, projectDir: process.cwd() });
let handled = 0;
await backend.store.open();
await backend.queue.open();
await backend.queue.work("bench", { concurrency: 10 }, async () => void (handled += 1));

async function measure(seconds) {
  const perSecond = Number(JOBS_PER_SECOND);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  handled = 0;
  let added = 0;
  const timer = setInterval(() => {
    if (perSecond === 0 || added >= perSecond * seconds) return;
    const jobs = Array.from({ length: perSecond / 10 }, () => ({
      id: `job-${process.pid}-${(added += 1)}`,
      data: { added },
    }));
    void backend.queue.add("bench", jobs);
  }, 100);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  clearInterval(timer);
  delay.disable();
  return { p99Ms: delay.percentile(99) / 1e6, handled, added };
}

process.on("message", ({ id, seconds }) => {
  void measure(seconds).then((answer) => process.send({ id, answer }));
});
process.on("SIGTERM", () => {
  void (async () => {
    await backend.queue.close();
    await backend.store.close();
    process.exit(0);
  })();
});
process.send({ id: 0, answer: {} });

// Bare BullMQ job schedulers, due at one moment, on the store an engine would have.
import { createRequire } from "node:module";
import { createBackend } from "../../packages/jobs/dist/index.js";
import { silentLogger, systemClock } from "../../packages/core/dist/index.js";

const { createPostgresBackend, Queue, Worker } = createRequire(
  new URL("../../packages/jobs/package.json", import.meta.url),
)("bullmq");
const settings = JSON.parse(process.env.STORE);
const name = `schedulers-${process.pid}`;
const context = { clock: systemClock, log: silentLogger, projectDir: process.cwd() };
const database = settings.kind === "redis" ? undefined : createBackend(settings, context);
const connection = await connectionOptions();
const factory = database === undefined ? [] : [createPostgresBackend];
const atOnce = 200;

async function connectionOptions() {
  if (database !== undefined) return { ...(await database.localDatabase()), max: 4, schema: "bench", migrate: true };
  const { hostname, port } = new URL(settings.url);
  return { host: hostname, port: Number(port), maxRetriesPerRequest: null };
}

let handled = () => undefined;
const queue = new Queue(name, { connection }, ...factory);
await queue.waitUntilReady();
const worker = new Worker(name, async () => handled(), { connection, concurrency: 200 }, ...factory);
worker.on("error", () => undefined);
await worker.waitUntilReady();

async function together({ round, count, leadMs }) {
  const dueAt = Math.ceil((Date.now() + leadMs) / 1000) * 1000;
  const lateness = [];
  const ended = new Promise((resolve) => {
    handled = () => {
      lateness.push(Date.now() - dueAt);
      if (lateness.length === count) resolve();
    };
  });
  const ids = Array.from({ length: count }, (_, index) => `round-${round}-${index}`);
  for (let from = 0; from < count; from += atOnce) {
    const part = ids.slice(from, from + atOnce);
    // Each once only: its second time lies beyond the bench.
    await Promise.all(part.map((id) => queue.upsertJobScheduler(id, { every: 86_400_000, startDate: dueAt }, {})));
  }
  const isInTime = Date.now() < dueAt - 500;
  await ended;
  const tookMs = lateness.at(-1);
  for (let from = 0; from < count; from += atOnce)
    await Promise.all(ids.slice(from, from + atOnce).map((id) => queue.removeJobScheduler(id)));
  return { lateness, isInTime, perSecond: (count / tookMs) * 1000 };
}

process.on("message", ({ id, ...options }) => {
  together(options).then(
    (answer) => process.send({ id, answer }),
    (error) => process.send({ id, answer: { error: String(error) } }),
  );
});
process.on("SIGTERM", () => {
  void (async () => {
    await worker.close(true);
    await queue.close();
    await database?.close();
    process.exit(0);
  })();
});
process.send({ id: 0, answer: {} });

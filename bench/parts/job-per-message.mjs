// Bare BullMQ, a job per message: added and processed in this process, on the store an engine would have.
import { createRequire } from "node:module";
import { createBackend } from "../../packages/jobs/dist/index.js";
import { silentLogger, systemClock } from "../../packages/core/dist/index.js";
import { answerRuns, bodyOf, deviceOf } from "../lib/queue-run.mjs";

const { createPostgresBackend, Queue, Worker } = createRequire(
  new URL("../../packages/jobs/package.json", import.meta.url),
)("bullmq");
const store = JSON.parse(process.env.STORE);
const batch = 100;
const name = `bench-${process.pid}`;

const context = { clock: systemClock, log: silentLogger, projectDir: process.cwd() };
const database = store.kind === "embedded" ? createBackend(store, context) : undefined;
const connection = await connectionOptions();
const factory = database === undefined ? [] : [createPostgresBackend];

async function connectionOptions() {
  if (database === undefined) {
    const { hostname, port } = new URL(store.url);
    return { host: hostname, port: Number(port), maxRetriesPerRequest: null };
  }
  return { ...(await database.localDatabase()), max: 4, schema: "bench", migrate: true };
}

let run;
const queue = new Queue(name, { connection }, ...factory);
await queue.waitUntilReady();
const worker = new Worker(name, async ({ data }) => run.handled(data.id), { connection, concurrency: 50 }, ...factory);
await worker.waitUntilReady();

async function add(count) {
  for (let added = 0; added < count; added += batch) {
    const jobs = Array.from({ length: Math.min(batch, count - added) }, (_, index) => {
      const number = added + index;
      const data = { id: number, device: deviceOf(number), body: bodyOf(number) };
      return { name: "message", data, opts: { removeOnComplete: true } };
    });
    await queue.addBulk(jobs);
  }
}

answerRuns({
  start(next) {
    run = next;
    void add(next.count);
  },
  async close() {
    await worker.close();
    await queue.close();
    await database?.close();
  },
});

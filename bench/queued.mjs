// `delivery: queued` against bare BullMQ with a job per message, each on its own in one process, on the same store.
import { startPart, startServer, temporaryFolder } from "./lib/processes.mjs";
import { show, spread, verdict } from "./lib/stats.mjs";

const idleSeconds = 5;
/** How many times the messages of the slower one the engine gets, so that both run for seconds. */
const engineFactor = 5;

async function runRound(script, store, count) {
  const part = await startPart(script, { STORE: JSON.stringify(store) });
  await part.ask({ count: Math.ceil(count / 4) });
  const result = await part.ask({ count });
  const idle = await part.ask({ seconds: idleSeconds });
  await part.stop();
  return { ...result, extraMs: result.p99Ms - idle.p99Ms };
}

async function measure(name, storeOf, { rounds, count }) {
  const results = { jobs: [], engine: [] };
  for (let round = 0; round < rounds; round += 1) {
    results.jobs.push(await runRound("job-per-message.mjs", storeOf("jobs"), count));
    results.engine.push(await runRound("queued.mjs", storeOf("engine"), count * engineFactor));
  }
  const rates = (list) => show(spread(list.map(({ perSecond }) => perSecond)), 0);
  console.log(`${name}: job per message ${rates(results.jobs)}, queued ${rates(results.engine)} messages/s`);
  const ratio = spread(results.engine.map(({ perSecond }, round) => perSecond / results.jobs[round].perSecond));
  const extra = spread(results.engine.map(({ extraMs }) => extraMs));
  return [
    verdict(`queued against a job per message, ${name}`, show(ratio), "at least 5", ratio.median >= 5),
    verdict(
      `event loop delay p99 above idle at full speed, ${name}, ms`,
      show(extra, 1),
      "at most 10",
      extra.median <= 10,
    ),
  ].every(Boolean);
}

export async function queued({ rounds = 5, count = 10_000 } = {}) {
  const folder = temporaryFolder();
  const embedded = (who) => ({ kind: "embedded", path: `${folder.path}/${who}` });
  let isMet = await measure("embedded", embedded, { rounds, count: Math.ceil(count / 4) });
  folder.remove();
  const server = await startServer("redis");
  if (server === undefined) return isMet;
  isMet = (await measure("redis", () => ({ kind: "redis", url: server.url }), { rounds, count })) && isMet;
  await server.stop();
  return isMet;
}

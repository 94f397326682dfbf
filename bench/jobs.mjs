// What a hundred jobs a second do to the engine's event loop, on each store, against the same process without jobs.
import { startPart, startServer, temporaryFolder } from "./lib/processes.mjs";
import { show, spread, verdict } from "./lib/stats.mjs";

const seconds = 10;

async function round(settings, perSecond) {
  const part = await startPart("jobs.mjs", { STORE: JSON.stringify(settings), JOBS_PER_SECOND: String(perSecond) });
  await part.ask({ seconds: 2 });
  const result = await part.ask({ seconds });
  await part.stop();
  return result;
}

async function measure(name, settings, rounds) {
  const extra = [];
  const rates = [];
  for (let at = 0; at < rounds; at += 1) {
    const idle = await round(settings, 0);
    const busy = await round(settings, 100);
    extra.push(busy.p99Ms - idle.p99Ms);
    rates.push(busy.handled / seconds);
  }
  const delay = spread(extra);
  console.log(`${name}: ${show(spread(rates), 0)} jobs/s handled`);
  return verdict(`event loop delay p99 above idle, ${name}, ms`, show(delay, 1), "at most 10", delay.median <= 10);
}

export async function jobs({ rounds = 5 } = {}) {
  const folder = temporaryFolder();
  let isMet = await measure("embedded", { kind: "embedded", path: folder.path }, rounds);
  folder.remove();
  for (const kind of ["redis", "postgres"]) {
    const server = await startServer(kind);
    if (server === undefined) continue;
    isMet = (await measure(kind, { kind, url: server.url }, rounds)) && isMet;
    await server.stop();
  }
  return isMet;
}

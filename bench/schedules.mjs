// What schedules cost: a restart with very many of them, and how late their ticks start when many are due at one moment.
import { startPart, usageOf } from "./lib/processes.mjs";
import { onStores } from "./lib/stores.mjs";
import { quantile, show, spread, verdict } from "./lib/stats.mjs";

const many = 100_000;
/** Registering takes its time, more on stores that sync: ticks are due after it. */
const leadMsPerSchedule = { redis: 2, postgres: 12, embedded: 12 };
const leastLeadMs = 4_000;

/** Due at one moment, and how late the 99th of 100 may start. */
const targets = {
  redis: [
    { count: 1_000, p99Ms: 150 },
    { count: 20_000, p99Ms: 500 },
  ],
  postgres: [{ count: 2_000, p99Ms: 500 }],
  embedded: [{ count: 2_000, p99Ms: 500 }],
};
/** How many empty ticks both contestants process. */
const emptyCount = { redis: 2_000, postgres: 500, embedded: 500 };

async function together(part, kind, { round, count }) {
  const leadMs = leastLeadMs + count * leadMsPerSchedule[kind];
  const result = await part.ask({ kind: "together", round, count, leadMs });
  if (result.error !== undefined) throw new Error(result.error);
  if (!result.isInTime) console.log(`  (round ${round}: registered too late, ${result.tookMs?.toFixed(0)} ms)`);
  return result;
}

async function lateness(kind, settings, rounds) {
  let isMet = true;
  for (const { count, p99Ms } of targets[kind]) {
    const part = await startPart("schedules.mjs", { STORE: JSON.stringify(settings) });
    const results = [];
    for (let round = 0; round < rounds; round += 1)
      results.push(await together(part, kind, { round: `${count}-${round}`, count }));
    await part.stop();
    const late = spread(results.map((result) => quantile(result.lateness, 0.99)));
    const cpu = spread(results.map(({ cpuMs }) => cpuMs));
    console.log(`${kind}: CPU of the engine for ${count} ticks, ms: ${show(cpu, 0)}`);
    const name = `lateness p99 of ${count} ticks at one moment, ${kind}, ms`;
    isMet = verdict(name, show(late, 0), `at most ${p99Ms}`, late.median <= p99Ms) && isMet;
  }
  return isMet;
}

async function againstSchedulers(kind, settings, rounds) {
  const environment = { STORE: JSON.stringify(settings) };
  const rates = { schedules: [], schedulers: [] };
  // One after the other in each round, so that both have the same machine.
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, script] of Object.entries({ schedules: "schedules.mjs", schedulers: "job-schedulers.mjs" })) {
      const part = await startPart(script, environment);
      rates[name].push((await together(part, kind, { round: `empty-${round}`, count: emptyCount[kind] })).perSecond);
      await part.stop();
    }
  }
  const ratio = spread(rates.schedules.map((rate, index) => rate / rates.schedulers[index]));
  console.log(`${kind}: empty ticks/s ${show(spread(rates.schedules), 0)}`);
  console.log(`${kind}: bare job schedulers/s ${show(spread(rates.schedulers), 0)}`);
  return verdict(`empty ticks against bare job schedulers, ${kind}`, show(ratio), "at least 5", ratio.median >= 5);
}

async function restart(settings, count) {
  const environment = { STORE: JSON.stringify(settings) };
  const took = [];
  let memory;
  for (const name of ["first", "restarted"]) {
    const part = await startPart("schedules.mjs", environment);
    const { tookMs } = await part.ask({ kind: "many", count });
    took.push(tookMs);
    memory = usageOf(part.pid);
    console.log(`redis: ${count} schedules, ${name}: ${(tookMs / 1000).toFixed(1)} s, ${memory.rssMb.toFixed(0)} MB`);
    await part.stop();
  }
  const [, again] = took;
  const isFast = verdict(`restart with ${count} schedules, s`, (again / 1000).toFixed(1), "under 5", again < 5_000);
  const isSmall = verdict(
    `memory with ${count} schedules, MB`,
    memory.peakMb.toFixed(0),
    "under 400",
    memory.peakMb < 400,
  );
  return isFast && isSmall;
}

export function schedules({ rounds = 3, count = many, store } = {}) {
  return onStores(["redis", "postgres", "embedded"], store, async (kind, settings) => {
    const isOnTime = await lateness(kind, settings, rounds);
    const isFast = await againstSchedulers(kind, settings, rounds);
    const isQuick = kind !== "redis" || (await restart(settings, count));
    return isOnTime && isFast && isQuick;
  });
}

// How late a transformed sample is at 1,000 a second, against the corked floor of the same run; memory in a burst.
import { isClean, startContest } from "./lib/contest.mjs";
import { startServer } from "./lib/processes.mjs";
import { show, spread, verdict } from "./lib/stats.mjs";

const perSecond = 1000;
const seconds = 10;
const burst = 50_000;

async function runRound(contestant, options) {
  const contest = await startContest(contestant, options);
  await contest.steady(perSecond, 2);
  const steady = await contest.steady(perSecond, seconds);
  const flood = await contest.flood(burst);
  await contest.stop();
  return { p99Ms: steady.p99Ms, peakMb: flood.peakMb, phases: [steady, flood] };
}

export async function latency({ rounds = 5 } = {}) {
  const server = await startServer("redis");
  const results = { corkedFloor: [], transform: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of Object.keys(results)) results[contestant].push(await runRound(contestant, { server }));
  }
  await server?.stop();
  const floor = spread(results.corkedFloor.map(({ p99Ms }) => p99Ms));
  const engine = spread(results.transform.map(({ p99Ms }) => p99Ms));
  const peak = spread(results.transform.map(({ peakMb }) => peakMb));
  const most = floor.median * 1.5 + 2;
  const areAllThere = isClean(results.transform.flatMap(({ phases }) => phases));
  return [
    verdict(
      `p99 at ${perSecond}/s, ms`,
      `${show(engine, 1)}, floor ${show(floor, 1)}`,
      `at most 1.5 of the floor's and 2 ms: ${most.toFixed(1)}; nothing lost or doubled`,
      engine.median <= most && areAllThere,
    ),
    verdict(`largest memory in a burst of ${burst}, MB`, show(peak, 0), "under 150", peak.median < 150),
  ].every(Boolean);
}

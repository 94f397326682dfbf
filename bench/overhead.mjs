// What it costs to be looked at: metrics scraped every second, traces at their default share, three open pages.
import { isClean, startContest } from "./lib/contest.mjs";
import { startServer } from "./lib/processes.mjs";
import { show, spread, verdict } from "./lib/stats.mjs";

const warmUp = 20_000;

async function runRound(contestant, count, server) {
  const contest = await startContest(contestant, { server });
  await contest.flood(Math.min(warmUp, count));
  const result = await contest.flood(count);
  const seen = await contest.seen?.();
  await contest.stop();
  return { ...result, seen };
}

export async function overhead({ rounds = 7, count = 200_000 } = {}) {
  const server = await startServer("redis");
  const results = { unwatched: [], watched: [] };
  for (let round = 0; round < rounds; round += 1) {
    // Whoever comes second finds another machine than the first: they take turns.
    const order = round % 2 === 0 ? ["unwatched", "watched"] : ["watched", "unwatched"];
    for (const contestant of order) results[contestant].push(await runRound(contestant, count, server));
  }
  await server?.stop();
  const ratioOf = (figure) => spread(results.watched.map((each, i) => each[figure] / results.unwatched[i][figure]));
  for (const [name, list] of Object.entries(results)) {
    console.log(`${name}: ${show(spread(list.map(({ perSecond }) => perSecond)), 0)} events/s`);
  }
  const sum = (name) => results.watched.reduce((total, { seen }) => total + seen[name], 0);
  console.log(
    `watched: ${(sum("liveBytes") / 1024).toFixed(0)} kB of live events, ${sum("scrapes")} scrapes, ${sum("traces")} batches of traces`,
  );
  console.log(`CPU per event, watched to unwatched: ${show(ratioOf("cpuUs"))}`);
  const [speed, areAllThere] = [ratioOf("perSecond"), isClean([...results.watched, ...results.unwatched])];
  const wasSeen = sum("liveBytes") > 0 && sum("scrapes") > 0;
  return verdict(
    "throughput with metrics, traces and three pages, to that without",
    show(speed),
    "at least 0.95, nothing lost or doubled",
    speed.median >= 0.95 && areAllThere && wasSeen,
  );
}

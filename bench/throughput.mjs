// As fast as it goes: passed through and transformed to a WebSocket, transformed to HTTP, against the floors of the same run.
import { isClean, startContest } from "./lib/contest.mjs";
import { startServer } from "./lib/processes.mjs";
import { show, spread, verdict } from "./lib/stats.mjs";

const warmUp = 20_000;
// Order holds a device to one request at a time.
const httpDevices = 100;

async function runRound(contestant, count, options) {
  const contest = await startContest(contestant, options);
  await contest.flood(Math.min(warmUp, count));
  const result = await contest.flood(count);
  await contest.stop();
  return result;
}

/** Ratios of an engine to a floor, round by round. */
async function compare([floor, engine], { rounds, count, ...options }) {
  const results = { [floor]: [], [engine]: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of [floor, engine]) results[contestant].push(await runRound(contestant, count, options));
  }
  for (const [name, list] of Object.entries(results)) describe(name, list);
  const ratioOf = (figure) =>
    spread(results[engine].map((each, round) => each[figure] / results[floor][round][figure]));
  return { speed: ratioOf("perSecond"), cpu: ratioOf("cpuUs"), isClean: isClean(results[engine]) };
}

function describe(name, list) {
  const sum = (figure) => list.reduce((total, each) => total + each[figure], 0);
  const perSecond = show(spread(list.map((each) => each.perSecond)), 0);
  const cpuUs = show(spread(list.map((each) => each.cpuUs)), 1);
  console.log(
    `${name}: ${perSecond} events/s, ${cpuUs} us of CPU per event, ${sum("lost")} lost, ${sum("doubled")} doubled`,
  );
}

function speedVerdict(name, { speed, isClean }, least) {
  const isMet = speed.median >= least && isClean;
  return verdict(name, show(speed), `at least ${least}, nothing lost or doubled`, isMet);
}

export async function throughput({ rounds = 5, count = 100_000 } = {}) {
  const server = await startServer("redis");
  const run = { rounds, count, server };
  const passed = await compare(["oneSendFloor", "passThrough"], run);
  const transformed = await compare(["corkedFloor", "transform"], run);
  const posted = await compare(["httpFloor", "http"], { ...run, devices: httpDevices });
  await server?.stop();
  return [
    speedVerdict("pass-through against the one-send floor", passed, 0.5),
    speedVerdict("transform against the corked floor", transformed, 0.6),
    verdict(
      "CPU per event of a transform against the corked floor's",
      show(transformed.cpu),
      "at most 1.7",
      transformed.cpu.median <= 1.7,
    ),
    speedVerdict("transform to HTTP against the undici floor", posted, 0.8),
  ].every(Boolean);
}

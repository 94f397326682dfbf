// What very many commands cost while they wait for a rate limit of ten a second.
import { startPart, usageOf } from "./lib/processes.mjs";
import { onStores } from "./lib/stores.mjs";
import { show, spread, verdict } from "./lib/stats.mjs";

const waiting = 50_000;
const devices = 5_000;
const settleSeconds = 10;
const seconds = 20;
const mostGrownMb = 20;

async function measure(kind, settings, { rounds, count }) {
  const part = await startPart("commands.mjs", { STORE: JSON.stringify(settings) });
  const filled = await part.ask({ kind: "fill", count, devices });
  if (filled.error !== undefined) throw new Error(filled.error);
  console.log(`${kind}: ${count} commands for ${devices} devices taken in ${(filled.tookMs / 1000).toFixed(1)} s`);
  await part.ask({ kind: "watch", seconds: settleSeconds });
  const results = [];
  for (let round = 0; round < rounds; round += 1) results.push(await part.ask({ kind: "watch", seconds }));
  const { rssMb } = usageOf(part.pid);
  await part.stop();
  const cpu = spread(results.map(({ cpuShare }) => cpuShare * 100));
  const grown = results.reduce((sum, { grownMb }) => sum + grownMb, 0);
  const rate = spread(results.map(({ perSecond }) => perSecond));
  console.log(`${kind}: sent/s ${show(rate, 1)}; memory ${rssMb.toFixed(0)} MB`);
  const isCheap = verdict(
    `CPU with ${count} commands waiting, ${kind}, % of a core`,
    show(cpu, 1),
    "under 5",
    cpu.median < 5,
  );
  const isFlat = verdict(
    `memory over ${rounds * seconds} s, ${kind}, MB`,
    grown.toFixed(1),
    `under ${mostGrownMb}`,
    grown < mostGrownMb,
  );
  return isCheap && isFlat;
}

export function commands({ rounds = 3, count = waiting, store } = {}) {
  return onStores(["redis", "postgres", "embedded"], store, (kind, settings) =>
    measure(kind, settings, { rounds, count }),
  );
}

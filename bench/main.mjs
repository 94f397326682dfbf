// `pnpm bench [part ...] [--rounds N] [--count N] [--minutes N] [--pipelines N] [--store NAME]`: every figure the
// documentation names. Without parts all of them, which takes more than an hour; the flags scale what takes long, and
// measure `schedules`, `commands` and `outage` on one store.
import { parseArgs } from "node:util";
import { commands } from "./commands.mjs";
import { consolePages } from "./console.mjs";
import { jobs } from "./jobs.mjs";
import { latency } from "./latency.mjs";
import { outage } from "./outage.mjs";
import { overhead } from "./overhead.mjs";
import { pipelines } from "./pipelines.mjs";
import { queued } from "./queued.mjs";
import { schedules } from "./schedules.mjs";
import { startup } from "./startup.mjs";
import { steady } from "./steady.mjs";
import { throughput } from "./throughput.mjs";

const parts = {
  throughput,
  overhead,
  latency,
  queued,
  pipelines,
  jobs,
  schedules,
  commands,
  startup,
  steady,
  outage,
  console: consolePages,
};
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string" },
    count: { type: "string" },
    minutes: { type: "string" },
    pipelines: { type: "string" },
    store: { type: "string" },
  },
});
const { store, ...scales } = values;
const numbers = Object.fromEntries(Object.entries(scales).map(([name, value]) => [name, Number(value)]));
const chosen = positionals.length > 0 ? positionals : Object.keys(parts);
const unknown = chosen.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(", ")}; there are ${Object.keys(parts).join(", ")}`);
  process.exit(2);
}
if (store !== undefined && !["redis", "postgres", "embedded"].includes(store)) {
  console.error(`unknown store ${store}; there are redis, postgres, embedded`);
  process.exit(2);
}
let isMet = true;
for (const name of chosen) {
  console.log(`\n## ${name}`);
  isMet = (await parts[name]({ ...numbers, store })) !== false && isMet;
}
process.exitCode = isMet ? 0 : 1;

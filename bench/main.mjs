// `pnpm bench [throughput] [steady] [jobs] [startup] [--minutes N] [--rounds N]`: every figure the documentation names.
import { parseArgs } from "node:util";
import { jobs } from "./jobs.mjs";
import { startup } from "./startup.mjs";
import { steady } from "./steady.mjs";
import { throughput } from "./throughput.mjs";

const parts = { throughput, jobs, startup, steady };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: "string" }, rounds: { type: "string" }, count: { type: "string" } },
});
const numbers = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
const chosen = positionals.length > 0 ? positionals : Object.keys(parts);
const unknown = chosen.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(", ")}; there are ${Object.keys(parts).join(", ")}`);
  process.exit(2);
}
let isMet = true;
for (const name of chosen) {
  console.log(`\n## ${name}`);
  isMet = (await parts[name](numbers)) !== false && isMet;
}
process.exitCode = isMet ? 0 : 1;

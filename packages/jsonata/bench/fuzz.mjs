// Random expressions in npm jsonata and in ours: node packages/jsonata/bench/fuzz.mjs --seed N --count N [--seeds K] [--from N]
// Build first (tsc -b). Prints what was run, then each difference made small. With --seeds K the count is spread over the
// seeds N, N+1, ... N+K-1. --from N --count 1 runs one expression again; --show prints every expression. Exit code 1 for a
// difference. --strict lists what ours got right only by running it again.
import { parseArgs } from "node:util";
import { fuzz, subject } from "../dist/differential/fuzz.js";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    seeds: { type: "string", default: "1" },
    count: { type: "string", default: "40000" },
    from: { type: "string", default: "0" },
    reduce: { type: "string", default: "20" },
    strict: { type: "boolean", default: false },
    show: { type: "boolean", default: false },
  },
});
const [seed, seeds, count, from, reduceAtMost] = ["seed", "seeds", "count", "from", "reduce"].map((name) =>
  Number(values[name]),
);

const print = (line) => process.stdout.write(`${line}\n`);
const json = (value) => (value === undefined ? "undefined" : JSON.stringify(value));
const short = (text) => (text.length > 600 ? `${text.slice(0, 600)}...` : text);
const told = (outcome) => (outcome.kind === "value" ? short(json(outcome.value)) : json(outcome));

function printDifference({ seed, index, trial, found }) {
  print(`\n--seed ${seed} --from ${index} --count 1`);
  print(`  expression  ${trial.text}`);
  print(`  input       ${short(json(trial.given.input))}`);
  if (trial.given.bindings) print(`  bindings    ${short(json(trial.given.bindings))}`);
  print(`  reference   ${told(trial.reference)}`);
  print(`  ours        ${told(trial.ours)}${trial.hasWritten ? "   and it WROTE TO ITS INPUT" : ""}`);
  if (found.text !== trial.text) print(`  found as    ${short(found.text)}`);
}

function printReport(name, report, ms) {
  const { evaluations, values, nothings, errors, invalid, fallbacks, reruns, healed, excepted, differing } = report;
  const percent = (part, whole) => `${((100 * part) / Math.max(1, whole)).toFixed(2)} %`;
  print(
    `${name}: ${report.count} expressions (${invalid} invalid), ${evaluations} evaluations in ${(ms / 1000).toFixed(1)} s ` +
      `(${Math.round((report.count / ms) * 60_000)} expressions/min): values ${percent(values, evaluations)}, ` +
      `nothing ${percent(nothings, evaluations)}, errors ${percent(errors, evaluations)}; ` +
      `on fallback ${fallbacks} expressions (${percent(fallbacks, report.count)}) ${json(report.reasons)}; ` +
      `run again ${reruns} evaluations (${percent(reruns, evaluations)}), ${healed} of them with a value; excepted ${json(excepted)}; ` +
      `differences ${differing}`,
  );
}

function add(total, report) {
  for (const [key, value] of Object.entries(report)) {
    if (typeof value === "number") total[key] = (total[key] ?? 0) + value;
    else if (!Array.isArray(value)) add((total[key] ??= {}), value);
  }
}

const total = {};
const share = Math.ceil(count / seeds);
const start = performance.now();
for (let one = seed; one < seed + seeds; one++) {
  if (values.show) for (let index = from; index < from + share; index++) print(json(subject(one, index)));
  const begin = performance.now();
  const report = await fuzz({ seed: one, count: share, from, reduceAtMost, isStrict: values.strict });
  printReport(`seed ${one}`, report, performance.now() - begin);
  report.differences.slice(0, 2 * reduceAtMost).forEach(printDifference);
  add(total, report);
}
if (seeds > 1) printReport(`${seeds} seeds`, total, performance.now() - start);
process.exitCode = total.differing > 0 ? 1 : 0;

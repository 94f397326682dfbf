// How fast expressions run: npm jsonata, ours, and the same in JavaScript written by hand, in one process.
//
//   node packages/jsonata/bench/speed.mjs [--parts speed,text,limits,garbage,compile] [--megamorphic]
//     [--expressions FILE] [--only REGEX] [--rounds N] [--ms N]
//
// Build first (tsc -b). speed: evaluations per second. text: with JSON.parse before and JSON.stringify after. limits: what
// limits cost. garbage: bytes an evaluation leaves behind. compile: time and memory of 10,000 expressions. Default all, in
// a minute and a half. --megamorphic runs 1,200 other expressions on 16 shapes of input first, and then speed alone.
// FILE exports E: [{ id, expr, input, js, least? }].
import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { engines, guarded, sets } from "./lib/engines.mjs";
import { geometricMean, inputsOf, rates, slowdown } from "./lib/measure.mjs";
import { printTable } from "./lib/table.mjs";

const { values } = parseArgs({
  options: {
    parts: { type: "string" },
    megamorphic: { type: "boolean", default: false },
    expressions: { type: "string" },
    only: { type: "string", default: "" },
    rounds: { type: "string", default: "7" },
    ms: { type: "string", default: "20" },
  },
});
const parts = new Set(
  (values.parts ?? (values.megamorphic ? "speed" : "speed,text,limits,garbage,compile")).split(","),
);
const effort = { rounds: Number(values.rounds), ms: Number(values.ms) };
const file = values.expressions === undefined ? undefined : resolve(values.expressions);
const wanted = {
  mean: values.megamorphic ? 75 : 100,
  least: 10,
  ofScript: 0.35,
  limits: 0.1,
  garbage: 30,
  ms: 1,
  kB: 50,
};

const print = (line = "") => process.stdout.write(`${line}\n`);
const whole = (number) => Math.round(number).toLocaleString("en");
const verdict = (holds) => (holds ? "" : "  MISSED");

const chosen = (await sets(file)).map(({ name, list }) => ({
  name,
  list: list.filter(({ id }) => new RegExp(values.only).test(id)),
}));
const ran = { fallbacks: 0, reruns: 0, expressions: 0 };

function count({ how, reruns }) {
  ran.expressions++;
  ran.reruns += reruns;
  if (how.kind === "fallback") ran.fallbacks++;
}

async function speed({ name, list }) {
  const rows = [];
  for (const one of list) {
    const { expression, reference, ours, script } = await engines(one);
    const [theirs, own, byHand] = await rates([reference, ours, script], inputsOf(one.input), effort);
    count(expression);
    rows.push({ one, theirs, own, byHand, factor: own / theirs, ofScript: own / byHand });
  }
  printTable(
    [`speed: ${name}`, "reference/s", "ours/s", "JavaScript/s", "ours/reference", "wanted", "ours/JavaScript"],
    rows.map(({ one, theirs, own, byHand, factor, ofScript }) => {
      const least = one.least ?? wanted.least;
      return [
        one.id,
        whole(theirs),
        whole(own),
        whole(byHand),
        `${factor.toFixed(1)}x`,
        `${least}x${verdict(factor >= least)}`,
        percent(ofScript),
      ];
    }),
  );
  const mean = geometricMean(rows.map(({ factor }) => factor));
  const ofScript = geometricMean(rows.map(({ ofScript }) => ofScript));
  print(`geometric mean ours/reference ${mean.toFixed(1)}x (wanted ${wanted.mean}x)${verdict(mean >= wanted.mean)}`);
  print(
    `geometric mean ours/JavaScript ${percent(ofScript)} (wanted ${percent(wanted.ofScript)})${verdict(ofScript >= wanted.ofScript)}`,
  );
  print();
}

const percent = (share) => `${(share * 100).toFixed(0)} %`;

/** From JSON text to JSON text, as an engine sees it that stores or sends events. */
async function text({ name, list }) {
  const rows = [];
  for (const one of list) {
    const { reference, ours, script } = await engines(one);
    const wrapped = [reference, ours, script].map(({ evaluate, isAsync }) => ({
      isAsync,
      evaluate: isAsync
        ? async (json) => JSON.stringify(await evaluate(JSON.parse(json)))
        : (json) => JSON.stringify(evaluate(JSON.parse(json))),
    }));
    const inputs = inputsOf(one.input).map((input) => JSON.stringify(input));
    const [theirs, own, byHand] = await rates(wrapped, inputs, { ms: effort.ms, rounds: Math.min(5, effort.rounds) });
    rows.push({ id: one.id, theirs, own, byHand });
  }
  printTable(
    [`JSON to JSON: ${name}`, "reference/s", "ours/s", "JavaScript/s", "ours/reference", "ours/JavaScript"],
    rows.map(({ id, theirs, own, byHand }) => [
      id,
      whole(theirs),
      whole(own),
      whole(byHand),
      `${(own / theirs).toFixed(1)}x`,
      percent(own / byHand),
    ]),
  );
  print(`geometric mean ours/reference ${geometricMean(rows.map(({ theirs, own }) => own / theirs)).toFixed(1)}x`);
  print();
}

/** Against the same code without counting, charging and measuring. */
async function limits({ name, list }) {
  const costs = [];
  for (const one of list) {
    const { limited, free } = guarded(one);
    const ratio = await slowdown(limited, free, inputsOf(one.input), { ms: effort.ms / 2, rounds: effort.rounds + 2 });
    costs.push({ id: one.id, ratio });
  }
  const mean = geometricMean(costs.map(({ ratio }) => ratio)) - 1;
  const worst = costs.toSorted((a, b) => b.ratio - a.ratio).slice(0, 3);
  print(
    `limits: ${name}: cost ${percent(mean)} in the geometric mean (wanted at most ${percent(wanted.limits)})` +
      `${verdict(mean <= wanted.limits)}; most: ${worst.map(({ id, ratio }) => `${id} ${percent(ratio - 1)}`).join(", ")}`,
  );
  print();
}

function runApart(script, flags) {
  const path = join(import.meta.dirname, "lib", script);
  return JSON.parse(
    execFileSync(process.execPath, [...flags, path, ...(file === undefined ? [] : [file])], { encoding: "utf8" }),
  );
}

/** Less than a boxed number is as good as nothing; counting it as that keeps one row from deciding the mean. */
const leastBytes = 16;

function garbage() {
  const rows = runApart("garbage.mjs", ["--expose-gc", "--min-semi-space-size=256", "--max-semi-space-size=256"])
    .filter(({ id, reference, ours }) => new RegExp(values.only).test(id) && reference !== null && ours !== null)
    .map((row) => ({ ...row, factor: row.reference / Math.max(leastBytes, row.ours) }));
  printTable(
    ["garbage per evaluation", "reference, bytes", "ours, bytes", "reference/ours", "wanted"],
    rows.map(({ set, id, reference, ours, factor }) => [
      `${set} ${id}`,
      whole(reference),
      whole(ours),
      `${factor.toFixed(0)}x`,
      `${wanted.garbage}x${verdict(factor >= wanted.garbage)}`,
    ]),
  );
  print(`geometric mean reference/ours ${geometricMean(rows.map(({ factor }) => factor)).toFixed(0)}x`);
  print();
}

function compileCost() {
  const { count, ours, reference } = runApart("compile-cost.mjs", ["--expose-gc"]);
  const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  print(
    `compiling ${whole(count)} expressions: ${ours.ms.toFixed(3)} ms and ${kB(ours.bytes)} each (wanted ${wanted.ms} ms, ${wanted.kB} kB)` +
      `${verdict(ours.ms <= wanted.ms && ours.bytes <= wanted.kB * 1000)}; reference ${reference.ms.toFixed(3)} ms and ${kB(reference.bytes)}`,
  );
  print();
}

if (values.megamorphic) {
  const { makeMegamorphic } = await import("./lib/megamorphic.mjs");
  const { expressions, inputs } = await makeMegamorphic();
  print(`after ${expressions} other expressions on ${inputs} shapes of input in this process:`);
}
for (const set of chosen) {
  if (parts.has("speed")) await speed(set);
  if (parts.has("text")) await text(set);
  if (parts.has("limits")) await limits(set);
}
if (parts.has("garbage")) garbage();
if (parts.has("compile")) compileCost();
if (parts.has("speed"))
  print(`${ran.expressions} expressions, ${ran.fallbacks} on fallback, ${ran.reruns} evaluations run again`);

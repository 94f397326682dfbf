// Every built-in function with random arguments against the reference: as a value and by each of its fast ways.
import jsonata from "jsonata";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { builtins } from "../reference/reference.ts";
import { isRegex } from "../runtime/matcher.ts";
import { builtIns, type BuiltIn } from "./built-ins.ts";
import { outcomeOf, show, showError } from "./testing/outcome.ts";
import {
  contextOf,
  dataArgument,
  functionArgument,
  pick,
  randomArgument,
  randomData,
  seeded,
  sequenceArgument,
  type Argument,
  type Random,
} from "./testing/random-arguments.ts";

const rounds = Number(process.env["ROUNDS"] ?? 800);
const seed = Number(process.env["SEED"] ?? 1);

// Both sides ask for the time.
beforeEach(() => void vi.useFakeTimers({ now: 1732268400123, toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

const expressions = new Map<string, jsonata.Expression>();

async function theirOutcome(name: string, args: Argument[], input: unknown): Promise<string> {
  const text = `$${name}(${args.map((argument, index) => argument.text(`$a${index}`)).join()})`;
  const expression = expressions.get(text) ?? jsonata(text);
  expressions.set(text, expression);
  const bindings = Object.fromEntries(args.map(({ theirs }, index) => [`a${index}`, theirs]));
  try {
    return show(await expression.evaluate(input, bindings));
  } catch (thrown) {
    return showError(thrown);
  }
}

function ourOutcomes({ value, direct }: BuiltIn, args: Argument[], input: unknown): string[] {
  const given = args.map(({ ours }) => ours);
  const context = contextOf(input);
  const fast = direct[args.length];
  const outcomes = [outcomeOf(() => value.apply(context, given))];
  if (fast !== undefined) outcomes.push(outcomeOf(() => fast(...given, context)));
  return outcomes;
}

const finite = (random: Random): number =>
  pick(random, [0, 1, -1, 2.5, 71.64, -1234.5678, 1e6, 1e21, 0.005, 12345678.9]);

const numberPictures =
  "0|0.0|#,##0.00|#,##0|0.###|#.##|000.0|0%|0.0%|0.0 %|0‰|#,###,##0|0,000|$#,##0.00|0.00 kWh|e0.0|0.0e|0.0e0|00.00|.00|#|#.|" +
  "0;(0)|0.0.0|x|#,|,0|0,|#0#|0#|9,999.99|1.1|#.00#|-0.0|##,##,##0|0 deg|%0|0.0#,#|#,##0.00 €|0,,0|0.00e0|#.##e0|0e00|00.0#e0 x|.0e0|#e0|x0e0|0e0%|0.0;-0.0 CR|#,##0.00;(#,##0.00)|0;0;0|0;x|# ##0,0|#'##0.00|#.##0,00 €";
const integerPictures =
  "0|00|000|0001|1|#,##0|#.##0|###,##0|#|##0|A|a|I|i|W|w|Ww|w;o|1;o|#,##,##0|０|９9|x|0 000|#'##0|00000000";
const timePictures =
  "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001]Z|[D01].[M01].[Y0001]|[D]/[M]/[Y] [h]:[m]:[s] [P]|[MNn] [D1o], [Y]|[FNn,*-3] [MN,3-3]|" +
  "[Y]-[d]|[W]|[X]|[F]|[F0]|[M,2]|[D,2]|[Y,2]|[Y01]|[H][m]|[Z]|[z]|[Z0101t]|[Z01:01t]|[Z0]|[Z000]|[[x]]|]]|[|[Y|[q]|[f]|[f1]|[f01]|" +
  "[D1o][Y][M01]|[C]|[E]|[YI]|[Yw]|[PN]|[Pn]|[FN,2-2]|[MNn,*-0]| x |[H01]h[m01]|[Mn]|[DN]|[Y0001][M01][D01]|[Y]0[M]|[X]-W[W01]-[F1]|[w] [x] [d001]|[d1o]|[Y]-[d]|" +
  "[D01].[M01].[Y0001] [h]:[m01] [P]|[M]/[D]/[Y] [h01][P]|[Y]-[M]-[D] [P][h]|[Y] [P]|[Y][M][D] [h]|[D01]-[MNn,*-3]-[Y0001]|[Y0001]-[M01]-[D01] [H01]:[m01]:[s01][Z]";
const timesOf = [
  "2024-11-22T09:40:00.123Z",
  "22.11.2024",
  "2024",
  "2024-11-22",
  "20241122",
  "2024-02-30T10:00:00Z",
  "2024-11",
  "24:00",
];
const moreTimes = [
  "2024-11-22T23:59:59+01:00",
  "2024-13-01",
  "2024-11-22T09:40:00.5Z",
  "0001-01-01T00:00:00Z",
  "2024-11-22T09:40:00",
];
const evenMoreTimes = [
  "22.11.2024 9:05 pm",
  "11/22/2024 12am",
  "11/2/24 12PM",
  "2024-11-22 Pm3",
  "22.11.2024 0:05 am",
  "22-Nov-2024",
];
const zones = ["+0100", "-0530", "+0000", "0545", "x", "-0100", "+1400"];

/** Arguments of the kind a function wants, so that not every call is an error. */
const fitting: Record<string, (random: Random) => unknown[]> = {
  formatNumber: (random) => [
    finite(random),
    pick(random, numberPictures.split("|")),
    ...pick(random, [
      [],
      [],
      [],
      [{}],
      [{ "decimal-separator": ",", "grouping-separator": "." }],
      [{ "decimal-separator": "," }],
      [{ "grouping-separator": "'" }],
      [{ "grouping-separator": " ", "decimal-separator": "," }],
      [{ "zero-digit": "٠" }],
    ]),
  ],
  formatInteger: (random) => [finite(random), pick(random, integerPictures.split("|"))],
  parseInteger: (random) => [
    pick(random, ["12", "1,234", "xii", "twelve", "b", "-5", "007"]),
    pick(random, integerPictures.split("|")),
  ],
  fromMillis: (random) =>
    timeArguments(
      random,
      random() < 0.7
        ? Math.floor((random() - 0.1) * 4e12)
        : pick(random, [1732268400123, 0, -1, 1.5, 1e15, -7e13, 951782400000, Infinity]),
    ),
  now: (random) => timeArguments(random, 0).slice(1),
  toMillis: (random) => [
    pick(random, [
      ...timesOf,
      ...moreTimes,
      ...evenMoreTimes,
      "2024-11-22 10:00:00-05:30",
      "22.11.2024 9:05 constructor",
    ]),
    ...pick(random, [[], [pick(random, timePictures.split("|"))]]),
  ],
  substring: (random) => [
    pick(random, ["hello", "a😀b", ""]),
    ...pick(random, [[1], [-2, 1], [0, 3], [2, -1], [1.7, 1.2], [-9, 2]]),
  ],
  pad: (random) => [
    pick(random, ["x", "a😀", ""]),
    pick(random, [5, -5, 2.9, 0]),
    ...pick(random, [[], ["ab"], ["😀"], ["\ude00\ud83d"], [""]]),
  ],
  round: (random) => [
    Math.round((random() - 0.5) * 1e7) / 10 ** Math.floor(random() * 7),
    pick(random, [0, 1, 2, 3, -1, -2, 8, 1.5]),
  ],
};

const timeArguments = (random: Random, millis: number): unknown[] => [
  millis,
  ...pick(random, [
    [],
    [pick(random, timePictures.split("|"))],
    [pick(random, timePictures.split("|")), pick(random, zones)],
  ]),
];

/** What would make the reference loop without an end, or fill the memory. */
function isEndless(name: string, args: Argument[], input: unknown): boolean {
  const numbers = [input, ...args.map(({ ours }) => ours)].filter((value) => typeof value === "number");
  if (name === "pad") return numbers.some((width) => Math.abs(width) > 1e6 && Math.abs(width) < 1e10);
  return name.startsWith("format") && numbers.some((value) => !Number.isFinite(value) || Math.abs(value) > 1e22);
}

function randomCall(name: string, random: Random): Argument[] {
  const fit = fitting[name];
  if (fit !== undefined && random() < 0.7) return fit(random).map(dataArgument);
  if (takesFunction.has(name) && random() < 0.7) return callbackCall(name, random);
  return Array.from({ length: pick(random, [0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5]) }, () => randomArgument(random));
}

const takesFunction = new Set([
  "map",
  "filter",
  "single",
  "reduce",
  "each",
  "sift",
  "sort",
  "match",
  "replace",
  "split",
  "contains",
]);
const takesText = new Set(["match", "replace", "split", "contains"]);

function callbackCall(name: string, random: Random): Argument[] {
  const data = takesText.has(name) ? pick(random, ["abcabc", "", "xax", "bxb", "abcdefghijkl"]) : randomData(random);
  const isSequence = Array.isArray(data) && data.length > 1 && random() < 0.5;
  const args = [isSequence ? sequenceArgument(data) : dataArgument(data), functionArgument(random)];
  if (name === "replace") args.push(random() < 0.5 ? functionArgument(random) : randomArgument(random));
  if (random() < 0.3) args.push(randomArgument(random));
  return args;
}

const unlike = new Set(["random", "shuffle"]);

test("are all of the reference's but $eval", () => {
  expect([...builtIns.keys()].toSorted()).toEqual([...builtins.keys()].filter((name) => name !== "eval").toSorted());
});

test.each([...builtIns.values()].filter(({ name }) => !unlike.has(name)))(
  "$name does what the reference does",
  async (builtIn) => {
    const random = seeded(seed * 1000 + builtIn.name.length * 31 + builtIn.name.charCodeAt(0));
    const different: unknown[] = [];
    for (let round = 0; round < rounds; round++) {
      const args = randomCall(builtIn.name, random);
      const input = randomData(random);
      if (isEndless(builtIn.name, args, input)) continue;
      const theirs = await theirOutcome(builtIn.name, args, input);
      // A function where a text is replaced by a text: the reference writes its source.
      if (theirs.includes("async function")) continue;
      const call = () =>
        `$${builtIn.name}(${args.map((argument) => argument.text(show(argument.ours))).join()}) of ${show(input)}`;
      for (const ours of ourOutcomes(builtIn, args, input)) {
        // An object or a function in place of a text: what a pattern makes of it depends on who made it, which only the reference knows.
        if (ours === "error" && args.some((argument) => isRegex(argument.ours))) continue;
        if (ours !== theirs) different.push({ call: call(), ours, theirs });
      }
    }
    expect(different).toEqual([]);
  },
);

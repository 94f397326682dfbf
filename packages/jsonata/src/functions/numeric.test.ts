// Numbers against the reference's own functions, where only many random ones can find a difference.
import { beforeEach, expect, test } from "vitest";
import { defaultLimits } from "../limits.ts";
import { budget } from "../runtime/budget.ts";
import { builtIns } from "./built-ins.ts";
import { viaReference } from "./define.ts";
import { pick, seeded } from "./testing/random-arguments.ts";

beforeEach(() => budget.begin({ ...defaultLimits, timeMs: Infinity }));

const direct = (name: string, count: number) => builtIns.get(name)!.direct[count]!;
const random = seeded(17);

/** Decimals of all lengths, sums of them that are not quite decimals, ties, and any bits. */
function number(): number {
  const sign = random() < 0.5 ? -1 : 1;
  const decimal = (): number => Math.round(random() * 10 ** (random() * 9)) / 10 ** Math.floor(random() * 8);
  switch (Math.floor(random() * 5)) {
    case 0:
      return sign * decimal();
    case 1:
      return sign * (decimal() + decimal() * 0.1);
    case 2:
      return sign * (Math.floor(random() * 1e4) + 0.5) * pick(random, [1, 0.1, 0.01, 0.001]);
    case 3:
      return sign * random() * 10 ** (random() * 60 - 30);
    default:
      return sign * Math.floor(random() * 1e17);
  }
}

/** Times a loop of comparisons without an assertion each, which would take most of the time. */
function differences(rounds: number, run: () => [string, unknown, unknown]): string[] {
  const found: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const [what, ours, theirs] = run();
    if (!Object.is(ours, theirs)) found.push(`${what}: ${String(ours)} for ${String(theirs)}`);
  }
  return found.slice(0, 10);
}

test("$round rounds as the reference does", () => {
  const [one, two] = [direct("round", 1), direct("round", 2)];
  expect(
    differences(150_000, () => {
      const [value, precision] = [number(), Math.floor(random() * 12) - 2];
      const isWhole = random() < 0.2;
      const ours = isWhole ? one(value, undefined) : two(value, precision, undefined);
      return [`${value} ${precision}`, ours, viaReference("round", isWhole ? [value] : [value, precision])];
    }),
  ).toEqual([]);
});

test("$string writes numbers as the reference does, alone and in data", () => {
  const string = direct("string", 1);
  expect(
    differences(100_000, () => {
      const value = number();
      const given = random() < 0.5 ? value : [value];
      return [String(value), string(given, undefined), viaReference("string", [given])];
    }),
  ).toEqual([]);
});

test("$clone keeps as many digits as the reference does", () => {
  const clone = direct("clone", 1);
  expect(
    differences(100_000, () => {
      const value = number();
      const [ours] = clone([value], undefined) as unknown[];
      const [theirs] = viaReference("clone", [[value]]) as unknown[];
      return [String(value), ours, theirs];
    }),
  ).toEqual([]);
});

test("$number reads texts as the reference does", () => {
  const read = direct("number", 1);
  const outcome = (run: () => unknown): unknown => {
    try {
      return run();
    } catch (thrown) {
      return (thrown as { code: unknown }).code;
    }
  };
  expect(
    differences(100_000, () => {
      const value = number();
      const text = pick(random, [String(value), value.toFixed(Math.floor(random() * 20)), value.toExponential()]);
      const at = Math.floor(random() * text.length);
      const given =
        random() < 0.3 ? text.slice(0, at) + pick(random, ["-", ".", "e", "0", " ", "x"]) + text.slice(at) : text;
      return [given, outcome(() => read(given, undefined)), outcome(() => viaReference("number", [given]))];
    }),
  ).toEqual([]);
});

test("$formatNumber writes usual pictures as the reference does", () => {
  const pictures =
    "0|0.00|#,##0.00|#.##|0.0#|000.0|0%|0.0%|0‰|#,##0|0.00;(0.00)|00.00e0|€ 0.00|0.000000|#,##0.###".split("|");
  const format = direct("formatNumber", 2);
  expect(
    differences(60_000, () => {
      const [value, picture] = [number(), pick(random, pictures)];
      return [`${value} ${picture}`, format(value, picture, undefined), viaReference("formatNumber", [value, picture])];
    }),
  ).toEqual([]);
});

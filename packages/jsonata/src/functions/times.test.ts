// Times and dates in pictures against the reference's own functions, over the whole calendar.
import { beforeEach, expect, test } from "vitest";
import { defaultLimits } from "../limits.ts";
import { budget } from "../runtime/budget.ts";
import { builtIns } from "./built-ins.ts";
import { viaReference } from "./define.ts";
import { pick, seeded } from "./testing/random-arguments.ts";

beforeEach(() => budget.begin({ ...defaultLimits, timeMs: Infinity }));

const call = (name: string, ...args: unknown[]): unknown => builtIns.get(name)!.value.apply(undefined, args);
const [first, last] = [Date.UTC(0, 0, 1) - 1900 * 365.2425 * 864e5, 253402300799999];
const random = seeded(5);
const time = (): number => Math.floor(first + random() * (last - first));

const formats =
  "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z]|[D01].[M01].[Y0001]|[M]/[D]/[Y01] [h]:[m] [PN]|[FNn], [D1o] [MNn] [Y]|[Fn,3-3] [MN,*-3]|" +
  "[X]-W[W01]-[F]|[Y] [d001]|[w] [x]|[s]-[m1]-[f]|[z]|[Z01:01t]|[Z0101]|[H]h[m]|[D,2][H,2]|[M1o] [h01][Pn]";
const zones = ["+0000", "+0100", "-0500", "-0330", "+0545", "+1400"];

test("$fromMillis writes every usual picture as the reference does", () => {
  for (let round = 0; round < 20_000; round++) {
    const args = [time(), pick(random, formats.split("|")), ...(random() < 0.5 ? [pick(random, zones)] : [])];
    expect(call("fromMillis", ...args), args.join(" ")).toBe(viaReference("fromMillis", args));
  }
});

test("$fromMillis without a picture is the ISO text of the time", () => {
  const edges = [first, last, -1, 0, 951782399999, 951782400000, -2203891200000, 4107542400000];
  for (let round = 0; round < 20_000; round++) {
    const millis =
      edges[round] ?? (random() < 0.3 ? 1732268400123 + round * 1000 * Math.round(random() * 100) : time());
    expect(call("fromMillis", millis)).toBe(viaReference("fromMillis", [millis]));
  }
  for (const millis of [0.9, -0.9, 1732268400123.7, first - 1, last + 1]) {
    expect(call("fromMillis", millis)).toBe(viaReference("fromMillis", [millis]));
  }
});

const readable =
  "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z]|[D01].[M01].[Y0001]|[M]/[D]/[Y] [h]:[m] [PN]|[D1o] [MNn] [Y]|[D01]-[MNn,*-3]-[Y0001]|" +
  "[FNn,3-3] [MNn] [D] [Y]|[Y0001][M01][D01][H01][m01][s01]|[Y0001]-[M01]-[D01] [H01]:[m01]:[s01] [z]|[H01]:[m01] [D]/[M]/[Y]|[P][h] [Y]-[M]-[D]|" +
  "[Y0001]-[M01]-[D01] [Z0101]|[Y]-[M01]|[Y]|[MN,*-3] [Y]|[Y0001]-[d001]|[D]/[M]|[H]:[m]|[h]:[m01] [P]|[m]:[s]|[M]|[h] [D]|[P][m]|[D] [H]:[m]";

test("$toMillis reads what was written in a picture as the reference does", () => {
  let read = 0;
  for (let round = 0; round < 20_000; round++) {
    const picture = pick(random, readable.split("|"));
    const zone = random() < 0.5 ? [pick(random, zones)] : [];
    const text = viaReference("fromMillis", [time(), picture, ...zone]) as string;
    const given = random() < 0.1 ? text.replace(/\d/, "x") : text;
    const millis = outcome(() => call("toMillis", given, picture));
    expect(millis, `${given} ${picture}`).toBe(outcome(() => viaReference("toMillis", [given, picture])));
    if (typeof millis === "number") read++;
  }
  expect(read).toBeGreaterThan(10_000);
});

const outcome = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (thrown) {
    return (thrown as { code: unknown }).code;
  }
};

test("$toMillis reads ISO texts as the reference does", () => {
  const change = (text: string): string => {
    const at = Math.floor(random() * text.length);
    return (
      text.slice(0, at) + pick(random, ["", "0", "9", "-", "T", "Z", "+"]) + text.slice(at + (random() < 0.5 ? 1 : 0))
    );
  };
  const endings = ["", "Z", "+01:00", "-0530", ".5Z", ".1234567Z"];
  for (let round = 0; round < 20_000; round++) {
    const iso = new Date(time()).toISOString();
    const cut = pick(random, [
      iso,
      iso.slice(0, 19) + pick(random, endings),
      iso.slice(0, pick(random, [4, 7, 10, 19])),
    ]);
    const text = random() < 0.3 ? change(cut) : cut;
    expect(
      outcome(() => call("toMillis", text)),
      text,
    ).toBe(outcome(() => viaReference("toMillis", [text])));
  }
});

test("$now and $millis are one time for an evaluation", () => {
  budget.begin({ ...defaultLimits, timeMs: Infinity });
  const millis = call("millis") as number;
  expect(call("toMillis", call("now"))).toBe(millis);
  expect(call("now", "[Y0001]", "+0000")).toBe(String(new Date(millis).getUTCFullYear()));
});

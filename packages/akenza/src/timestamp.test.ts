import * as fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalTimestamp } from "./timestamp.ts";

test.each([
  ["2023-11-20T13:32:50.028Z", "2023-11-20T13:32:50.028000000Z"],
  ["2022-01-16T19:11:59.858+00:00", "2022-01-16T19:11:59.858000000Z"],
  ["2021-10-22T08:18:41Z", "2021-10-22T08:18:41.000000000Z"],
  ["2026-05-20T08:29:01.486719220Z", "2026-05-20T08:29:01.486719220Z"],
  ["2026-05-20T08:29:01.4+02:00", "2026-05-20T06:29:01.400000000Z"],
])("%s is %s", (text, canonical) => {
  expect(canonicalTimestamp(text)).toBe(canonical);
});

test.each([
  "",
  "yesterday",
  "2026-13-01T00:00:00Z",
  "2026-05-20",
  "2026-05-20T08:29:01.1234567890Z",
  "2026-05-20T08:29:01",
])("%j is no timestamp", (text) => {
  expect(canonicalTimestamp(text)).toBeUndefined();
});

test("both zone spellings of an instant give the same text, and texts sort as their instants do", () => {
  const instant = fc.record({
    ms: fc.integer({ min: 0, max: 4e12 }),
    digits: fc.integer({ min: 0, max: 9 }),
    sub: fc.nat(999_999),
  });
  const write = ({ ms, digits, sub }: { ms: number; digits: number; sub: number }): string => {
    const [seconds = "", millis = ""] = new Date(ms).toISOString().slice(0, -1).split(".");
    const fraction = `${millis}${String(sub).padStart(6, "0")}`.slice(0, digits);
    return fraction === "" ? seconds : `${seconds}.${fraction}`;
  };
  fc.assert(
    fc.property(instant, instant, (a, b) => {
      const [one, other] = [write(a), write(b)];
      expect(canonicalTimestamp(`${one}Z`)).toBe(canonicalTimestamp(`${one}+00:00`));
      const [first = "", second = ""] = [canonicalTimestamp(`${one}Z`), canonicalTimestamp(`${other}Z`)];
      const millis = (text: string): number => Date.parse(`${text.slice(0, 23)}Z`);
      fc.pre(millis(first) !== millis(second));
      expect(first < second).toBe(millis(first) < millis(second));
    }),
  );
});

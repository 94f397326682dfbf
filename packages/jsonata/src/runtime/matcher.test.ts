import jsonata from "jsonata";
import { expect, test } from "vitest";
import { defaultLimits } from "../limits.ts";
import { budget } from "./budget.ts";
import { regexValue, type Match } from "./matcher.ts";

budget.begin({ ...defaultLimits, timeMs: Infinity });

test("gives the match from an index on, and by next those behind it", () => {
  const regex = regexValue(/(a)(x)?/g, 7);
  const first = regex("ba-a") as Match;
  expect(first).toMatchObject({ match: "a", start: 1, end: 2, groups: ["a", undefined] });
  expect(first.next()).toMatchObject({ match: "a", start: 3, end: 4 });
  expect(first.next()).toBeUndefined();
  expect(regex("ba-a", 2)).toMatchObject({ start: 3 });
  expect(regex("bbb")).toBeUndefined();
  expect(regex).toHaveLength(2);
});

test("refuses a match that is empty when it goes on", () => {
  const first = regexValue(/x*/g, 7)("abc") as Match;
  expect(first).toMatchObject({ match: "", start: 0, end: 0 });
  expect(() => first.next()).toThrow(expect.objectContaining({ code: "D1004", position: 7, value: "x*" }));
  expect((regexValue(/x*/g, 7)("") as Match).next()).toBeUndefined();
});

test("values of one literal do not move one another", () => {
  const pattern = /a/g;
  const [outer, inner] = [regexValue(pattern, 1), regexValue(pattern, 1)];
  const match = outer("a.a.a") as Match;
  inner("....a");
  expect(match.next()?.start).toBe(2);
});

test("matches of one value move one another, as in the reference", async () => {
  const text = '($r := /a/; $m := $r("a.a.a.a"); $r("...a"); $m.next().start)';
  const regex = regexValue(/a/g, 1);
  const match = regex("a.a.a.a") as Match;
  regex("...a");
  expect(match.next()?.start).toBe(await jsonata(text).evaluate(undefined));
});

test("is stopped when it goes back and forth without an end", () => {
  budget.begin({ ...defaultLimits, timeMs: 30 });
  const regex = regexValue(/^(a+)+$/g, 1);
  expect(() => regex(`${"a".repeat(60)}!`)).toThrow(expect.objectContaining({ code: "LIMIT_TIME" }));
});

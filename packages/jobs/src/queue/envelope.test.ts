import { expect, test } from "vitest";
import { dedupId, packData, parseRoundName, roundName, toBulkJob, unpackData } from "./envelope.ts";

test("what a round takes over survives its name", () => {
  for (const round of [
    { starts: 0, failures: 0, runAt: 0 },
    { starts: 12, failures: 3, runAt: 1_700_000_000_123 },
    { starts: 1, failures: 0, runAt: -5 },
  ]) {
    expect(parseRoundName(roundName(round))).toEqual(round);
  }
});

test("ids that are plain stay readable, all others are hashed, and no two are one", () => {
  expect(dedupId("lane/office-air/7")).toBe("lane/office-air/7");
  const odd = ["", "a:b", "a b", "\0", "é", "x".repeat(81), "\ud800", "\ud801", "#abc"];
  const made = odd.map(dedupId);
  expect(new Set(made).size).toBe(odd.length);
  for (const id of made) expect(id).toMatch(/^#[\w-]{43}$/);
});

test("data comes back as it was, and undefined as null", () => {
  expect(unpackData(packData("a\0", { n: ["\0", 1] }))).toEqual({ id: "a\0", data: { n: ["\0", 1] } });
  expect(unpackData(packData("a", undefined))).toEqual({ id: "a", data: null });
});

test("a job for the past or for now has no delay, one for later has the time left", () => {
  expect(toBulkJob({ id: "a", data: 1, runAt: 900 }, 1_000).opts.delay).toBeUndefined();
  expect(toBulkJob({ id: "a", data: 1 }, 1_000).opts.delay).toBeUndefined();
  expect(toBulkJob({ id: "a", data: 1, runAt: 1_000.2 }, 1_000).opts.delay).toBe(1);
});

import { expect, test } from "vitest";
import { createManualClock } from "../../testing/manual-clock.ts";
import { isSampled, isTraceparent, traceIdOf } from "../../traceparent.ts";
import { idsOf, isWithinShare, TraceIds } from "./ids.ts";
import { Sampling } from "./sampling.ts";

test("a share is a share of the ids, and a larger one holds all of a smaller one", () => {
  const ids = new TraceIds();
  const traces = Array.from({ length: 20_000 }, () => traceIdOf(ids.begin(0.01)));
  const small = traces.filter((each) => isWithinShare(each, 0.01));
  const large = traces.filter((each) => isWithinShare(each, 0.1));
  expect(new Set(traces).size).toBe(traces.length);
  expect(small.length / traces.length).toBeCloseTo(0.01, 2);
  expect(large.length / traces.length).toBeCloseTo(0.1, 1);
  expect(small.filter((each) => !large.includes(each))).toEqual([]);
  expect([isWithinShare(traces[0] ?? "", 1), isWithinShare(traces[0] ?? "", 0)]).toEqual([true, false]);
});

test("a trace begins with a traceparent that says whether its id is within the share", () => {
  const ids = new TraceIds();
  for (const share of [0, 0.3, 1]) {
    const begun = Array.from({ length: 2_000 }, () => ids.begin(share));
    expect(begun.filter((each) => !isTraceparent(each))).toEqual([]);
    expect(begun.filter((each) => isSampled(each) !== isWithinShare(traceIdOf(each), share))).toEqual([]);
    expect(begun.filter(isSampled).length / begun.length).toBeCloseTo(share, 1);
  }
});

test("everything is sampled for a while, and what is asked about later is judged by when it began", () => {
  const clock = createManualClock(1_000_000);
  const sampling = new Sampling(0, clock);
  const { traceId } = idsOf("a");
  expect(sampling.begins(traceId)).toBe(false);
  sampling.takeAll(5_000);
  expect([sampling.begins(traceId), sampling.allUntil]).toEqual([true, 1_005_000]);
  clock.advance(5_000);
  expect([sampling.begins(traceId), sampling.allUntil]).toEqual([false, undefined]);
  expect(sampling.begins(traceId, 1_004_999)).toBe(true);
  expect(sampling.begins(traceId, 999_999)).toBe(false);
});

test("a thousand traces are wanted at a time, the latest", () => {
  const sampling = new Sampling(0, createManualClock());
  for (let n = 0; n < 1_001; n += 1) sampling.want(String(n));
  expect(["0", "1", "1000"].map((each) => sampling.isWanted(each))).toEqual([false, true, true]);
});

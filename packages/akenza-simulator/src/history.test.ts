import * as fc from "fast-check";
import { expect, test } from "vitest";
import { History } from "./history.ts";
import { isoOf, Stamps, timeKey, withOffset } from "./timestamps.ts";

const sampleAt = (ms: number, topic = "default", deviceId = "a") => ({
  deviceId,
  topic,
  timestamp: isoOf(ms),
  data: { ms },
});

test("keeps the last samples that arrived and forgets the first, whatever their time", () => {
  const history = new History(3);
  for (const ms of [30, 10, 20]) history.insert(sampleAt(ms), 0);
  history.insert(sampleAt(40, "default", "b"), 0);
  const query = { topic: "*", limit: 10, skip: 0 };
  expect(history.query("a", query).map(({ sample }) => sample.data["ms"])).toEqual([20, 10]);
  expect(history.latest("a")?.sample.data).toEqual({ ms: 20 });
  expect(history.size).toBe(3);
});

test("agrees with a list that is sorted and filtered plainly", () => {
  const time = fc.integer({ min: 0, max: 40 });
  const row = fc.tuple(time, fc.constantFrom("default", "lifecycle"), fc.constantFrom("a", "b"));
  const bounds = fc.record({ gte: time, lte: time, gt: time, lt: time }, { requiredKeys: [] });
  const paging = fc.record({ limit: fc.integer({ min: 1, max: 20 }), skip: fc.integer({ min: 0, max: 5 }) });
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 80 }),
      fc.constantFrom("*", "default"),
      bounds,
      paging,
      (rows, topic, bound, page) => {
        const history = new History(50);
        let model: ReturnType<typeof sampleAt>[] = [];
        for (const [ms, itsTopic, device] of rows) {
          const sample = sampleAt(ms, itsTopic, device);
          const isNew = !model.some((other) => JSON.stringify(other) === JSON.stringify(sample));
          expect(history.insert(sample, 0)).toBe(isNew);
          if (isNew) model = [...model, sample].slice(-50);
        }
        const expected = model
          .filter(({ deviceId }) => deviceId === "a")
          .filter((sample) => topic === "*" || sample.topic === topic)
          .filter(({ data: { ms } }) => ms >= (bound.gte ?? 0) && ms <= (bound.lte ?? 99))
          .filter(({ data: { ms } }) => ms > (bound.gt ?? -1) && ms < (bound.lt ?? 99))
          .map((sample, index) => ({ sample, index }))
          .toSorted((x, y) => y.sample.data.ms - x.sample.data.ms || y.index - x.index)
          .slice(page.skip, page.skip + page.limit);
        const keys = Object.fromEntries(Object.entries(bound).map(([name, ms]) => [name, timeKey(isoOf(ms))]));
        const found = history.query("a", { topic, ...page, ...keys });
        expect(found.map(({ sample }) => sample)).toEqual(expected.map(({ sample }) => sample));
      },
    ),
  );
});

test("stays right over many cuts", () => {
  const history = new History(1500);
  for (let ms = 0; ms < 10_000; ms++) history.insert(sampleAt(ms), ms);
  const times = history.query("a", { topic: "*", limit: 9999, skip: 0 }).map(({ sample }) => sample.data["ms"]);
  expect(times).toEqual(Array.from({ length: 1500 }, (_, index) => 9999 - index));
});

test.each([
  ["2023-11-20T13:32:50.028Z", "2023-11-20T13:32:50.028000000Z"],
  ["2022-01-16T19:11:59.858+00:00", "2022-01-16T19:11:59.858000000Z"],
  ["2021-10-22T08:18:41Z", "2021-10-22T08:18:41.000000000Z"],
  ["2026-05-20T08:29:01.486719220Z", "2026-05-20T08:29:01.486719220Z"],
  ["2026-05-20T00:29:01.5+02:00", "2026-05-19T22:29:01.500000000Z"],
  ["2026-05-20T08:29:01", undefined],
  ["2026-13-20T08:29:01Z", undefined],
  ["2026-02-31T08:29:01Z", undefined],
  ["2026-05-20T24:00:00Z", undefined],
  ["", undefined],
])("reads the time %s", (text, key) => {
  expect(timeKey(text)).toBe(key);
});

test("spells times as REST does", () => {
  expect(withOffset("2022-01-16T19:11:59.858Z")).toBe("2022-01-16T19:11:59.858+00:00");
  expect(withOffset("2022-01-16T19:11:59.858+02:00")).toBe("2022-01-16T19:11:59.858+02:00");
});

test("timestamps of a device never repeat and never go back", () => {
  const stamps = new Stamps();
  const keys = [5, 5, 4, 7, ...Array<number>(2100).fill(7)].map((ms) => timeKey(stamps.next("a", ms)) ?? "");
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys).toEqual(keys.toSorted());
  expect(keys[1]).toBe("1970-01-01T00:00:00.005001000Z");
  expect(stamps.next("b", 5)).toBe("1970-01-01T00:00:00.005Z");
});

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { library } from "./index.ts";

const call = (name: string, ...args: unknown[]): unknown => library[name]?.call(...args);

test("a moving average is the average of each window", () => {
  const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 40 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 50 }), (list, n) => {
      const averages = list.map((_, at) => {
        const window = list.slice(Math.max(0, at - n + 1), at + 1);
        return window.reduce((sum, value) => sum + value, 0) / window.length;
      });
      expect(call("movingAverage", list, n)).toEqual(averages);
    }),
  );
});

test("a large value leaves nothing behind", () => {
  expect(call("movingAverage", [1e20, 1, 1, 1], 2)).toEqual([1e20, 5e19, 1, 1]);
});

test("a long list takes a moment", () => {
  const list = Array.from({ length: 1_000_000 }, () => 2);
  expect((call("movingAverage", list, 500_000) as number[]).every((value) => value === 2)).toBe(true);
  expect(() => call("movingAverage", [...list, 2], 3)).toThrow(/at most 1000000 values/);
  expect(() => call("movingAverage", [1, "2"], 3)).toThrow('item 1 must be a number, not "2"');
  expect(() => call("movingAverage", [1], 0)).toThrow(/n must be a whole number/);
});

test("humid air, against tables of it", () => {
  // Dew points of the psychrometric table at 1013 hPa; absolute humidity at saturation.
  expect(call("dewPoint", 25, 60)).toBeCloseTo(16.7, 1);
  expect(call("dewPoint", 0, 100)).toBe(0);
  expect(call("dewPoint", 21, 104)).toBe(21);
  expect(call("absoluteHumidity", 0, 100)).toBeCloseTo(4.85, 2);
  expect(call("absoluteHumidity", 30, 100)).toBeCloseTo(30.3, 1);
  expect(() => call("dewPoint", 20, 0)).toThrow(/above 0 and at most 100 %, not 0/);
  expect(() => call("dewPoint", 20, 106)).toThrow(/at most 100 %/);
  expect(() => call("absoluteHumidity", 293, 50)).toThrow(/-45 to 60 °C, not 293/);
});

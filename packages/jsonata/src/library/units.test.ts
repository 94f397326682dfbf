import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { library } from "./index.ts";
import { readUnit } from "./unit-text.ts";

const convert = (value: number, from: string, to: string): unknown => library["convert"]?.call(value, from, to);

test.each([
  [21.5, "Cel", "[degF]", 70.7],
  [-40, "°F", "℃", -40],
  [0, "Cel", "K", 273.15],
  [273.16, "K", "°C", 0.01],
  [20, "C", "F", 68],
  [1013.25, "hPa", "atm", 1],
  [1, "bar", "mbar", 1000],
  [30, "psi", "kPa", 206.842718795],
  [1, "inH2O", "Pa", 249.08891],
  [1, "in", "mm", 25.4],
  [5, "mi", "km", 8.04672],
  [100, "km/h", "m/s", 27.7777777778],
  [10, "kn", "km/h", 18.52],
  [7, "m⋅s⁻¹", "km/h", 25.2],
  [60, "l/min", "m3/h", 3.6],
  [100, "cfm", "m³/h", 169.901079552],
  [1, "m^3", "L", 1000],
  [1, "gal", "l", 3.785411784],
  [2.5, "lb", "kg", 1.133980925],
  [1, "kWh", "MJ", 3.6],
  [1, "kW.h", "Wh", 1000],
  [1, "hp", "kW", 0.745699871582],
  [3400, "mV", "V", 3.4],
  [2, "Ah", "C", 7200],
  [1500, "uS/cm", "mS⋅cm⁻¹", 1.5],
  [1500, "µS/cm", "S/m", 0.15],
  [12, "g*L-1", "mg/m3", 12_000_000],
  [35, "μg/m3", "mg/m3", 0.035],
  [100, "mW/cm²", "W⋅m⁻²", 1000],
  [4, "pCi/L", "Bq/m3", 148],
  [0.25, "m³⋅m⁻³", "%", 25],
  [400, "ppm", "%", 0.04],
  [90, "min", "h", 1.5],
  [2, "weeks", "d", 14],
  [180, "deg", "rad", Math.PI],
  [250, "dps", "°/s", 250],
  [3000, "rpm", "Hz", 50],
  [1, "MiB", "kB", 1048.576],
  [10, "fc", "lx", 107.639104167],
  [1, "1/s", "Hz", 1],
  [5, "°C/min", "K/h", 300],
  [9, "°F/h", "K/h", 5],
  [5, "kVAh", "VAh", 5000],
])("%d %s in %s", (value, from, to, expected) => {
  expect(convert(value, from, to)).toBeCloseTo(expected, 11);
});

test("the other unit decides between two meanings", () => {
  expect(convert(1, "g", "kg")).toBe(0.001);
  expect(convert(1, "g", "m/s^2")).toBe(9.80665);
  expect(convert(1, "G", "mT")).toBe(0.1);
  expect(convert(1, "G", "m/s²")).toBe(9.80665);
  expect(convert(1, "C", "mAh")).toBeCloseTo(0.277777777778, 12);
});

test("results carry no noise of binary arithmetic", () => {
  expect(convert(300.1, "K", "Cel")).toBe(26.95);
  expect(convert(0.1, "m", "mm")).toBe(100);
  expect(convert(1e-9, "m", "nm")).toBe(1);
  expect(convert(4.35, "V", "mV")).toBe(4350);
});

test("there and back is the value again", () => {
  const pairs = [
    ["Cel", "[degF]"],
    ["psi", "mbar"],
    ["kWh", "Btu"],
    ["ft3/min", "l/s"],
    ["mG", "uT"],
  ] as const;
  fc.assert(
    fc.property(fc.constantFrom(...pairs), fc.double({ min: -1e6, max: 1e6, noNaN: true }), ([from, to], value) => {
      const back = convert(convert(value, from, to) as number, to, from) as number;
      expect(Math.abs(back - value)).toBeLessThanOrEqual(1e-10 * Math.max(1000, Math.abs(value)));
    }),
  );
});

describe("what cannot be converted says why", () => {
  test.each([
    ["kWh", "kW", '"kWh" measures energy, and "kW" power'],
    ["VA", "W", '"VA" measures apparent power, and "W" power'],
    ["g", "Pa", '"g" measures mass or acceleration, and "Pa" pressure'],
    ["m/s3", "m", '"m/s3" measures m1.s-3, and "m" length'],
    ["Celsius", "K", 'there is no unit "Celsius"; did you mean "Cel"?'],
    ["km/hr", "m/s", 'there is no unit "km/hr"; did you mean "km/h"?'],
    ["kpa", "Pa", 'there is no unit "kpa"; did you mean "kPa"?'],
    ["kph", "m/s", 'there is no unit "kph"; did you mean "km/h"?'],
    ["litres", "m3", 'there is no unit "litres"; did you mean "l"?'],
    ["dBm", "W", 'there is no unit "dBm"'],
    ["constructor", "m", 'there is no unit "constructor"'],
    ["", "m", 'there is no unit ""'],
    ["m//s", "m/s", 'there is no unit "m//s"'],
    ["m.m.m.m.m.m.m.m", "m", "has too many parts"],
    ["m".repeat(100), "m", "there is no unit"],
  ])("%s in %s", (from, to, message) => {
    expect(() => convert(1, from, to)).toThrow(message);
  });

  test("a result that no number holds", () => {
    expect(() => convert(1e300, "TJ", "pJ")).toThrow(/more pJ than a number holds/);
  });
});

test("texts of units without end are read", () => {
  for (let at = 0; at < 3000; at++) {
    const [m, s, K, A] = Array.from(String(at).padStart(4, "0"));
    expect(readUnit(`m${m}.s${s}/K${K}/A${A}`)).toHaveLength(1);
  }
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(whatIs(text)).toMatch(/^(?:read|there is no unit|the unit .* has too many parts)/s);
    }),
    { numRuns: 500 },
  );
});

function whatIs(unit: string): string {
  try {
    return readUnit(unit).length > 0 ? "read" : "nothing";
  } catch (error) {
    return (error as Error).message;
  }
}

const schemas = join(import.meta.dirname, "../../../../../shared/akenza");

test.skipIf(!existsSync(schemas))(
  "the units that akenza's device types name can be read, but for those that are none",
  () => {
    const named = new Set<string>();
    for (const path of readdirSync(schemas, { recursive: true, encoding: "utf8" }).filter((one) =>
      one.endsWith(".json"),
    )) {
      const text = readFileSync(join(schemas, path), "utf8");
      for (const [, unit = ""] of text.matchAll(/"unit": *"([^"]*)"/g)) named.add(unit);
    }
    const unread = [...named].filter((unit) => whatIs(unit) !== "read");
    expect(named.size).toBeGreaterThan(100);
    // Levels, counts, scales of a maker, and slips.
    expect(unread.toSorted()).toEqual([
      "",
      "AD",
      "FAU",
      "FNU",
      "NTU",
      "SF",
      "SFU",
      "VWC",
      "ac/h",
      "dB",
      "dB(A)",
      "dB(C)",
      "dB(SPL)",
      "dBA",
      "dBm",
      "db",
      "dbmFS",
      "integer",
      "pa",
      "pci",
      "people",
      "pulses",
      "steps",
      "x",
      "y",
      "ε",
    ]);
  },
);

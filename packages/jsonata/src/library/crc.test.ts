import * as fc from "fast-check";
import { expect, test } from "vitest";
import { library } from "./index.ts";

const call = (name: string, ...args: unknown[]): unknown => library[name]?.call(...args);
const digits = call("textToBytes", "123456789");

// The catalogue's check values.
const checks: readonly (readonly [string, number])[] = [
  ["CRC-8", 0xf4],
  ["CRC-8/MAXIM-DOW", 0xa1],
  ["CRC-8/NRSC-5", 0xf7],
  ["CRC-8/SAE-J1850", 0x4b],
  ["CRC-16/ARC", 0xbb3d],
  ["CRC-16/MODBUS", 0x4b37],
  ["CRC-16/USB", 0xb4c8],
  ["CRC-16/CCITT-FALSE", 0x29b1],
  ["CRC-16/XMODEM", 0x31c3],
  ["CRC-16/KERMIT", 0x2189],
  ["CRC-16/IBM-SDLC", 0x906e],
  ["CRC-16/DNP", 0xea82],
  ["CRC-16/EN-13757", 0xc2b7],
  ["CRC-32", 0xcbf43926],
  ["CRC-32/BZIP2", 0xfc891918],
  ["CRC-32/MPEG-2", 0x0376e6e7],
  ["CRC-32/ISCSI", 0xe3069283],
];

test.each(checks)("%s of 123456789", (model, check) => {
  expect(call("crc", digits, model)).toBe(check);
});

test("every model is checked, and told", () => {
  const { summary = "" } = library["crc"] ?? {};
  const told = [...summary.matchAll(/`(CRC-[^`]+)`/g)].map(([, name]) => name);
  expect(told).toEqual(checks.map(([name]) => name));
});

test("a changed bit changes the sum", () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 60 }).map((array) => Array.from(array));
  fc.assert(
    fc.property(bytes, fc.nat(), fc.constantFrom(...checks.map(([name]) => name)), (list, at, model) => {
      const changed = list.with(at % list.length, (list[at % list.length] ?? 0) ^ (1 << (at % 8)));
      expect(call("crc", changed, model)).not.toBe(call("crc", list, model));
    }),
  );
});

test("an unknown model comes with what was meant", () => {
  expect(() => call("crc", digits, "crc-16/modbus")).toThrow(
    'there is no model of CRC "crc-16/modbus"; did you mean "CRC-16/MODBUS"?',
  );
  expect(() => call("crc", digits, "constructor")).toThrow('there is no model of CRC "constructor"');
});

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { library } from "./index.ts";

const call = (name: string, ...args: unknown[]): unknown => library[name]?.call(...args);
const whole = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.nat(255));

test("and, or, xor are those of integers of any length", () => {
  fc.assert(
    fc.property(whole, whole, (a, b) => {
      const [x, y] = [BigInt(a), BigInt(b)];
      expect(call("bitAnd", a, b)).toBe(Number(x & y));
      expect(call("bitOr", a, b)).toBe(Number(x | y));
      expect(call("bitXor", a, b)).toBe(Number(x ^ y));
    }),
  );
});

test("a shift is one of integers of any length, or refused", () => {
  const shift = fc.tuple(whole, fc.integer({ min: -53, max: 53 })).map(([value, by]) => {
    const shifted = Number(by < 0 ? BigInt(value) >> BigInt(-by) : BigInt(value) << BigInt(by));
    return { value, by, shifted };
  });
  fc.assert(
    fc.property(
      shift.filter(({ shifted }) => Number.isSafeInteger(shifted)),
      ({ value, by, shifted }) => {
        expect(call("bitShift", value, by)).toBe(shifted);
      },
    ),
  );
  fc.assert(
    fc.property(
      shift.filter(({ shifted }) => !Number.isSafeInteger(shifted)),
      ({ value, by }) => {
        expect(() => call("bitShift", value, by)).toThrow(/more than 53 bits/);
      },
    ),
  );
});

test("a field of bits is what a mask cuts out", () => {
  const field = fc
    .integer({ min: 0, max: 52 })
    .chain((start) => fc.record({ start: fc.constant(start), count: fc.integer({ min: 1, max: 53 - start }) }));
  fc.assert(
    fc.property(whole, field, (value, { start, count }) => {
      const expected = Number((BigInt(value) >> BigInt(start)) & ((1n << BigInt(count)) - 1n));
      expect(call("bitField", value, start, count)).toBe(expected);
      expect(call("bitTest", value, start)).toBe((BigInt(value) >> BigInt(start)) % 2n !== 0n);
    }),
  );
});

test.each([
  ["bitField", [1, 53, 1], /first bit must be a whole number from 0 to 52/],
  ["bitField", [1, 50, 4], /number of bits must be a whole number from 1 to 3/],
  ["bitTest", [2 ** 53, 0], /of at most 53 bits/],
  ["bitAnd", [1.5, 1], /the first number must be a whole number/],
  ["bitOr", [1, "2"], /the second number must be a whole number of at most 53 bits, not "2"/],
  ["bitShift", [1, 54], /the shift must be/],
])("%s(%j) says what is wrong", (name, args, message) => {
  expect(() => call(name, ...args)).toThrow(message);
});

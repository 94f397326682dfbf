import { Buffer } from "node:buffer";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { library } from "./index.ts";

const call = (name: string, ...args: unknown[]): unknown => library[name]?.call(...args);
const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Array.from(array));

describe("texts of bytes", () => {
  test("come back as the bytes they were made of", () => {
    fc.assert(
      fc.property(bytes, (list) => {
        expect(call("hexToBytes", call("bytesToHex", list))).toEqual(list);
        expect(call("base64ToBytes", call("bytesToBase64", list))).toEqual(list);
        expect(call("base64ToBytes", Buffer.from(list).toString("base64url"))).toEqual(list);
      }),
    );
  });

  test("any text comes back from its bytes", () => {
    const text = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(text, (one) => {
        expect(call("bytesToText", call("textToBytes", one))).toBe(one);
      }),
    );
    expect(call("bytesToText", call("textToBytes", "\ufeffa"))).toBe("\ufeffa");
  });

  test.each([
    ["01 02:03-04", [1, 2, 3, 4]],
    ["0XfF", [255]],
    ["  0a\n", [10]],
    ["", []],
  ])("hexadecimal %j", (text, expected) => expect(call("hexToBytes", text)).toEqual(expected));

  test.each(["1", "0g", "1:2", "01::02", "01:", "-01", "x01", "01 0"])("no hexadecimal: %j", (text) =>
    expect(() => call("hexToBytes", text)).toThrow(/two digits/),
  );

  test.each(["A", "AA=", "AAA==", "AA==A", "A!AA", "=", "AA===", "AAAA=="])("no base64: %j", (text) => {
    expect(() => call("base64ToBytes", text)).toThrow(/is no base64/);
  });

  test("bytes that are no text are refused", () => {
    expect(() => call("bytesToText", [0xff])).toThrow(/no text in UTF-8/);
  });

  test.each([[-1], [256], [1.5], ["1"], [null], [Number.NaN], [true]])("%j is no byte", (byte) => {
    expect(() => call("bytesToHex", [0, byte])).toThrow(/item 1 is/);
  });

  test("at most a mebibyte is taken", () => {
    const most = 1024 * 1024;
    const list = Array.from({ length: most }, () => 7);
    expect((call("hexToBytes", call("bytesToHex", list)) as number[]).length).toBe(most);
    expect(() => call("bytesToHex", [...list, 7])).toThrow(/at most 1048576 bytes/);
    expect(() => call("hexToBytes", "00".repeat(most + 1))).toThrow(/at most 1048576 bytes/);
    expect(() => call("hexToBytes", " ".repeat(3 * most + 1))).toThrow(/at most 3145728 characters/);
    expect(() => call("base64ToBytes", "AAAA".repeat(most / 3 + 1))).toThrow(/at most 1048576 bytes/);
    expect(() => call("textToBytes", "é".repeat(most / 2 + 1))).toThrow(/at most 1048576 bytes/);
  });
});

describe("numbers in bytes", () => {
  const form = fc.record({
    bits: fc.constantFrom(8, 16, 24, 32, 40, 48, 56, 64),
    signed: fc.boolean(),
    endian: fc.constantFrom("big", "little"),
  });

  test("integers come back, wherever they stand", () => {
    fc.assert(
      fc.property(form, fc.maxSafeInteger(), bytes, (options, number, around) => {
        const room = 2 ** options.bits;
        const least = options.signed ? -room / 2 : 0;
        const value = Number.isSafeInteger(room) ? least + (((number % room) + room) % room) : number;
        fc.pre(value >= least);
        const written = call("writeInt", value, options) as number[];
        const all = [...around, ...written];
        expect(written).toHaveLength(options.bits / 8);
        expect(call("readInt", all, around.length, options)).toBe(value);
        expect(call("readInt", all, -written.length, options)).toBe(value);
      }),
    );
  });

  test("integers are what Node reads", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 8, maxLength: 8 }),
        fc.constantFrom(8, 16, 24, 32, 40, 48),
        (eight, bits) => {
          const list = Array.from(eight);
          const node = Buffer.from(eight);
          expect(call("readInt", list, 1, { bits })).toBe(node.readUIntBE(1, bits / 8));
          expect(call("readInt", list, 1, { bits, endian: "little" })).toBe(node.readUIntLE(1, bits / 8));
          expect(call("readInt", list, 1, { bits, signed: true })).toBe(node.readIntBE(1, bits / 8));
          expect(call("readInt", list, 1, { bits, signed: true, endian: "little" })).toBe(node.readIntLE(1, bits / 8));
        },
      ),
    );
  });

  test("64 bits, as far as JSON has room", () => {
    expect(call("readInt", [255, 255, 255, 255, 255, 255, 255, 255], 0, { bits: 64, signed: true })).toBe(-1);
    expect(call("readInt", [0, 31, 255, 255, 255, 255, 255, 255], 0, { bits: 64 })).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => call("readInt", [0, 32, 0, 0, 0, 0, 0, 0], 0, { bits: 64 })).toThrow(/more than 53 bits/);
    expect(() => call("readInt", [128, 0, 0, 0, 0, 0, 0, 1], 0, { bits: 64, signed: true })).toThrow(/53 bits/);
  });

  test("floating point comes back", () => {
    const endian = fc.constantFrom("big", "little");
    const finite = { noNaN: true, noDefaultInfinity: true };
    fc.assert(
      fc.property(fc.double(finite), fc.float(finite), endian, (double, float, endian) => {
        const options = { bits: 64, endian };
        expect(call("readFloat", call("writeFloat", double, options), 0, options)).toBe(double + 0);
        const read = call("readFloat", call("writeFloat", float, { endian }), 0, { endian }) as number;
        expect(Math.fround(read)).toBe(float + 0);
      }),
    );
  });

  test("32 bits come with the digits they hold", () => {
    fc.assert(
      fc.property(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: 0, max: 6 }), (digits, places) => {
        const value = Number((digits / 10 ** places).toFixed(places));
        expect(call("readFloat", call("writeFloat", value), 0)).toBe(value);
      }),
    );
  });

  test.each([
    ["readInt", [[1], 1], /a byte at offset 1 lie/],
    ["readInt", [[1, 2], -3], /outside the 2/],
    ["readInt", [[1], 0.5], /offset must be a whole number/],
    ["readInt", [[1, 2], 0, { bits: 12 }], /multiple of 8, not 12; \$bitField/],
    ["readInt", [[1], 0, { bits: 72 }], /from 8 to 64/],
    ["readInt", [[1], 0, { signed: "yes" }], /true or false, not "yes"/],
    ["readInt", [[1], 0, { endain: "big" }], /no option "endain"; did you mean "endian"\?/],
    ["readInt", [[1], 0, { endian: "LE" }], /"big" or "little", not "LE"/],
    ["readFloat", [[1, 2], 0], /4 bytes at offset 0/],
    ["readFloat", [[1, 2], 0, { bits: 16 }], /32 or 64, not 16/],
    ["writeInt", [256], /256 does not fit 8 bits without a sign/],
    ["writeInt", [128, { signed: true }], /with a sign/],
    ["writeInt", [1.5], /whole number of at most 53 bits/],
    ["writeFloat", [1e39], /does not fit 32 bits/],
  ])("%s(%j) says what is wrong", (name, args, message) => {
    expect(() => call(name, ...args)).toThrow(message);
  });
});

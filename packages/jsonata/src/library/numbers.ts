// Numbers as they stand in the bytes of a payload.
import { bytesOf, finiteOf, optionsOf, shown, wholeOf } from "./arguments.ts";
import { definePart } from "./definition.ts";

const integers = { bits: 8, signed: false, endian: "big" };
const floats = { bits: 32, endian: "big" };

export const numbers = definePart("Numbers in bytes", {
  readInt: {
    usage: "$readInt(bytes, offset, options)",
    summary:
      'The whole number that starts at `offset` (from 0; from the end if negative). Options: `{"bits": 8, "signed": false, "endian": "big"}`; `bits` is 8, 16, 24 ... 64, `endian` "big" or "little". A number of more than 53 bits is an error, for JSON has no room for it.',
    signature: "<ano?:n>",
    needs: 2,
    call: (bytes: unknown, offset: number, options?: unknown) => readInt(bytesOf(bytes), offset, options),
    examples: [
      { expression: "$readInt([1, 255], 1)", result: 255 },
      {
        expression: '$readInt($hexToBytes(payload), 2, {"bits": 16, "signed": true, "endian": "little"}) / 100',
        input: { payload: "0167d6ff" },
        result: -0.42,
      },
      { expression: '$readInt([0, 18, 52], -2, {"bits": 16})', result: 0x1234 },
    ],
  },
  readFloat: {
    usage: "$readFloat(bytes, offset, options)",
    summary:
      'The floating-point number (IEEE 754) that starts at `offset`. Options: `{"bits": 32, "endian": "big"}`; `bits` is 32 or 64. Of 32 bits come as many digits as they hold: 21.3, not 21.299999237060547. Nothing where the bytes say "not a number" or infinity.',
    signature: "<ano?:n>",
    needs: 2,
    call: (bytes: unknown, offset: number, options?: unknown) => readFloat(bytesOf(bytes), offset, options),
    examples: [
      { expression: "$readFloat($hexToBytes('41aa6666'), 0)", result: 21.3 },
      { expression: '$readFloat([0, 0, 192, 127], 0, {"endian": "little"})', result: undefined },
    ],
  },
  writeInt: {
    usage: "$writeInt(value, options)",
    summary: "The bytes of a whole number; options as for `$readInt`. A value that does not fit is an error.",
    signature: "<no?:a<n>>",
    needs: 1,
    call: (value: number, options?: unknown) => writeInt(value, options),
    examples: [
      { expression: '$writeInt(-42, {"bits": 16, "signed": true, "endian": "little"})', result: [214, 255] },
      {
        expression: '$bytesToHex($append($writeInt(3), $writeInt(setpoint * 10, {"bits": 16})))',
        input: { setpoint: 21.5 },
        result: "0300d7",
      },
    ],
  },
  writeFloat: {
    usage: "$writeFloat(value, options)",
    summary: "The bytes of a number in floating point; options as for `$readFloat`.",
    signature: "<no?:a<n>>",
    needs: 1,
    call: (value: number, options?: unknown) => writeFloat(value, options),
    examples: [{ expression: "$bytesToHex($writeFloat(21.3))", result: "41aa6666" }],
  },
});

function readInt(bytes: readonly number[], offset: unknown, options: unknown): number {
  const { width, signed, isLittle } = integerForm(options);
  const field = fieldIn(bytes, offset, { width, isLittle });
  let value = field[0] ?? 0;
  if (signed && value >= 0x80) value -= 0x100;
  for (const byte of field.slice(1)) value = value * 0x100 + byte;
  if (Number.isSafeInteger(value)) return value;
  throw new Error(`the number at ${String(offset)} has more than 53 bits; read it in two halves, or as $bytesToHex`);
}

function readFloat(bytes: readonly number[], offset: unknown, options: unknown): number | undefined {
  const { width, isLittle } = floatForm(options);
  const view = new DataView(Uint8Array.from(fieldIn(bytes, offset, { width, isLittle })).buffer);
  const value = width === 4 ? shortest(view.getFloat32(0)) : view.getFloat64(0);
  // JSON has no zero below zero.
  return Number.isFinite(value) ? value + 0 : undefined;
}

function writeInt(value: unknown, options: unknown): number[] {
  const { width, signed, isLittle } = integerForm(options);
  let rest = wholeOf(value, "the value");
  const room = 2 ** (width * 8);
  const least = signed ? -room / 2 : 0;
  if (rest < least || rest >= least + room) {
    throw new Error(`${rest} does not fit ${width * 8} bits ${signed ? "with" : "without"} a sign`);
  }
  const bytes: number[] = [];
  for (let at = 0; at < width; at++) {
    // Floored, so that a negative number comes out in two's complement.
    const above = Math.floor(rest / 0x100);
    bytes.push(rest - above * 0x100);
    rest = above;
  }
  return isLittle ? bytes : bytes.reverse();
}

function writeFloat(value: unknown, options: unknown): number[] {
  const { width, isLittle } = floatForm(options);
  const number = finiteOf(value, "the value");
  const view = new DataView(new ArrayBuffer(width));
  if (width === 4) view.setFloat32(0, number, isLittle);
  else view.setFloat64(0, number, isLittle);
  if (width === 4 && !Number.isFinite(Math.fround(number))) throw new Error(`${number} does not fit 32 bits`);
  return Array.from(new Uint8Array(view.buffer));
}

/** The bytes of one number, the highest first. */
function fieldIn(bytes: readonly number[], offset: unknown, form: { width: number; isLittle: boolean }): number[] {
  const given = wholeOf(offset, "the offset");
  const start = given < 0 ? bytes.length + given : given;
  if (start < 0 || start + form.width > bytes.length) {
    const wanted = form.width === 1 ? "a byte" : `${form.width} bytes`;
    throw new Error(`${wanted} at offset ${given} lie outside the ${bytes.length} that there are`);
  }
  const field = bytes.slice(start, start + form.width);
  return form.isLittle ? field.reverse() : field;
}

function integerForm(options: unknown): { width: number; signed: boolean; isLittle: boolean } {
  const { bits, signed, endian } = optionsOf(options, integers);
  const width = wholeOf(bits, "bits", 8, 64) / 8;
  if (!Number.isInteger(width)) {
    throw new Error(`bits must be a multiple of 8, not ${shown(bits)}; $bitField cuts out any other number of bits`);
  }
  if (typeof signed !== "boolean") throw new Error(`signed must be true or false, not ${shown(signed)}`);
  return { width, signed, isLittle: isLittleOf(endian) };
}

function floatForm(options: unknown): { width: number; isLittle: boolean } {
  const { bits, endian } = optionsOf(options, floats);
  if (bits !== 32 && bits !== 64) throw new Error(`bits must be 32 or 64, not ${shown(bits)}`);
  return { width: bits / 8, isLittle: isLittleOf(endian) };
}

function isLittleOf(endian: unknown): boolean {
  if (endian === "big" || endian === "little") return endian === "little";
  throw new Error(`endian must be "big" or "little", not ${shown(endian)}`);
}

/** The number with the fewest digits that is this one in 32 bits. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return value;
}

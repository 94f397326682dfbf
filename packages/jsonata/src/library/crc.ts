// Cyclic redundancy checks. Names and parameters are those of the catalogue at reveng.sourceforge.io/crc-catalogue.
import { bytesOf, fieldOf, textOf, unknown } from "./arguments.ts";
import { definePart } from "./definition.ts";

interface Model {
  width: 8 | 16 | 32;
  polynomial: number;
  initial: number;
  /** Bits are taken, and the result is given, lowest first. */
  isReflected: boolean;
  final: number;
}

const model = (width: Model["width"], polynomial: number, rest: Partial<Omit<Model, "width">> = {}): Model => ({
  width,
  polynomial,
  initial: 0,
  isReflected: false,
  final: 0,
  ...rest,
});

const all16 = 0xffff;
const all32 = 0xffffffff;
const lowestFirst = { isReflected: true };

const models: Readonly<Record<string, Model>> = {
  "CRC-8": model(8, 0x07),
  "CRC-8/MAXIM-DOW": model(8, 0x31, lowestFirst),
  "CRC-8/NRSC-5": model(8, 0x31, { initial: 0xff }),
  "CRC-8/SAE-J1850": model(8, 0x1d, { initial: 0xff, final: 0xff }),
  "CRC-16/ARC": model(16, 0x8005, lowestFirst),
  "CRC-16/MODBUS": model(16, 0x8005, { ...lowestFirst, initial: all16 }),
  "CRC-16/USB": model(16, 0x8005, { ...lowestFirst, initial: all16, final: all16 }),
  "CRC-16/CCITT-FALSE": model(16, 0x1021, { initial: all16 }),
  "CRC-16/XMODEM": model(16, 0x1021),
  "CRC-16/KERMIT": model(16, 0x1021, lowestFirst),
  "CRC-16/IBM-SDLC": model(16, 0x1021, { ...lowestFirst, initial: all16, final: all16 }),
  "CRC-16/DNP": model(16, 0x3d65, { ...lowestFirst, final: all16 }),
  "CRC-16/EN-13757": model(16, 0x3d65, { final: all16 }),
  "CRC-32": model(32, 0x04c11db7, { ...lowestFirst, initial: all32, final: all32 }),
  "CRC-32/BZIP2": model(32, 0x04c11db7, { initial: all32, final: all32 }),
  "CRC-32/MPEG-2": model(32, 0x04c11db7, { initial: all32 }),
  "CRC-32/ISCSI": model(32, 0x1edc6f41, { ...lowestFirst, initial: all32, final: all32 }),
};

const names = Object.keys(models);

export const crc = definePart("Checksums", {
  crc: {
    usage: "$crc(bytes, model)",
    summary: `The cyclic redundancy check of bytes, as a number. Models: ${names.map((name) => `\`${name}\``).join(", ")}.`,
    signature: "<as:n>",
    needs: 2,
    call: (bytes: unknown, name: string) => crcOf(bytesOf(bytes), textOf(name, "the model")),
    examples: [
      { expression: '$crc($textToBytes("123456789"), "CRC-16/MODBUS")', result: 0x4b37 },
      {
        expression:
          '($b := $hexToBytes(frame); $crc($b[[0..$count($b) - 3]], "CRC-16/MODBUS") = $readInt($b, -2, {"bits": 16, "endian": "little"}))',
        input: { frame: "010300000002c40b" },
        result: true,
      },
    ],
  },
});

function crcOf(bytes: readonly number[], name: string): number {
  const model = fieldOf(models, name);
  if (model === undefined) throw new Error(unknown("model of CRC", name, names));
  const table = tableOf(name, model);
  return model.isReflected ? upwards(bytes, model, table) : downwards(bytes, model, table);
}

/** Lowest bit first: the register leaves to the right. */
function upwards(bytes: readonly number[], { initial, final }: Model, table: Uint32Array): number {
  let register = initial;
  for (const byte of bytes) register = (register >>> 8) ^ (table[(register ^ byte) & 0xff] ?? 0);
  return (register ^ final) >>> 0;
}

/** Highest bit first: the register stands at the top of 32 bits and leaves to the left. */
function downwards(bytes: readonly number[], { width, initial, final }: Model, table: Uint32Array): number {
  let register = initial << (32 - width);
  for (const byte of bytes) register = (register << 8) ^ (table[(register >>> 24) ^ byte] ?? 0);
  return ((register >>> (32 - width)) ^ final) >>> 0;
}

const tables = new Map<string, Uint32Array>();

function tableOf(name: string, { width, polynomial, isReflected }: Model): Uint32Array {
  const known = tables.get(name);
  if (known !== undefined) return known;
  const table = new Uint32Array(256);
  const top = polynomial << (32 - width);
  const low = reversed(top);
  for (let byte = 0; byte < 256; byte++) {
    let value = isReflected ? byte : byte << 24;
    for (let bit = 0; bit < 8; bit++) {
      if (isReflected) value = (value >>> 1) ^ ((value & 1) === 1 ? low : 0);
      else value = (value << 1) ^ (value < 0 ? top : 0);
    }
    table[byte] = value;
  }
  tables.set(name, table);
  return table;
}

/** The 32 bits of a number in the other order. */
function reversed(value: number): number {
  let result = 0;
  for (let bit = 0; bit < 32; bit++) result = (result << 1) | ((value >>> bit) & 1);
  return result >>> 0;
}

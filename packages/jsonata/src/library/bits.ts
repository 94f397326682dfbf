// Bits of whole numbers of up to 53 bits. A negative number counts as two's complement with as many ones before it as
// needed, so that the bits of a byte, a register and a counter are all read the same way.
import { wholeOf } from "./arguments.ts";
import { definePart } from "./definition.ts";

const half = 2 ** 32;
const mostBits = 53;

export const bits = definePart("Bits", {
  bitField: {
    usage: "$bitField(value, start, count)",
    summary: "The number that `count` bits make, from bit `start` up; bit 0 is the lowest.",
    signature: "<n-nn:n>",
    needs: 3,
    call: (value: number, start: number, count: number) => bitField(value, start, count),
    examples: [
      { expression: "$bitField(180, 2, 3)", result: 5 },
      { expression: "status.$bitField(4, 4)", input: { status: 0xa7 }, result: 10 },
    ],
  },
  bitTest: {
    usage: "$bitTest(value, bit)",
    summary: "Whether a bit is set; bit 0 is the lowest.",
    signature: "<n-n:b>",
    needs: 2,
    call: (value: number, bit: number) => bitField(value, bit, 1) === 1,
    examples: [{ expression: "$bitTest(flags, 3)", input: { flags: 0b1000 }, result: true }],
  },
  bitAnd: {
    usage: "$bitAnd(a, b)",
    summary: "The bits that are set in both numbers.",
    signature: "<n-n:n>",
    needs: 2,
    call: (a: number, b: number) => combine(a, b, (x, y) => x & y),
    examples: [{ expression: "$bitAnd(204, 15)", result: 12 }],
  },
  bitOr: {
    usage: "$bitOr(a, b)",
    summary: "The bits that are set in one of the numbers, or both.",
    signature: "<n-n:n>",
    needs: 2,
    call: (a: number, b: number) => combine(a, b, (x, y) => x | y),
    examples: [{ expression: "$bitOr(192, 10)", result: 202 }],
  },
  bitXor: {
    usage: "$bitXor(a, b)",
    summary: "The bits that are set in exactly one of the numbers.",
    signature: "<n-n:n>",
    needs: 2,
    call: (a: number, b: number) => combine(a, b, (x, y) => x ^ y),
    examples: [{ expression: "$bitXor(255, 170)", result: 85 }],
  },
  bitShift: {
    usage: "$bitShift(value, by)",
    summary: "The number moved by so many bits: up, or down if `by` is negative. Bits that leave below are dropped.",
    signature: "<n-n:n>",
    needs: 2,
    call: (value: number, by: number) => bitShift(value, by),
    examples: [
      { expression: "$bitShift(5, 8)", result: 1280 },
      { expression: "$bitShift(1285, -8)", result: 5 },
    ],
  },
});

function bitField(value: unknown, start: unknown, count: unknown): number {
  const from = wholeOf(start, "the first bit", 0, mostBits - 1);
  const size = 2 ** wholeOf(count, "the number of bits", 1, mostBits - from);
  const above = Math.floor(wholeOf(value, "the value") / 2 ** from);
  return above - Math.floor(above / size) * size;
}

function bitShift(value: unknown, by: unknown): number {
  const whole = wholeOf(value, "the value");
  const places = wholeOf(by, "the shift", -mostBits, mostBits);
  const shifted = Math.floor(whole * 2 ** places);
  if (Number.isSafeInteger(shifted)) return shifted;
  throw new Error(`${whole} moved up by ${places} has more than ${mostBits} bits`);
}

/** Operators of JavaScript see the lowest 32 bits: those above are combined apart. */
function combine(a: unknown, b: unknown, operator: (x: number, y: number) => number): number {
  const x = wholeOf(a, "the first number");
  const y = wholeOf(b, "the second number");
  return operator(Math.floor(x / half), Math.floor(y / half)) * half + (operator(x, y) >>> 0);
}

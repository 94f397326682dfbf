import { viaReference } from "./define.ts";

/** Larger powers of ten are not exact. */
const powers = Array.from({ length: 16 }, (_, exponent) => Number(`1e${exponent}`));
const largestScaled = 1e12;
const nearTie = 0.001;

/** Rounds to an integer, half to even. */
export function round(value: number): number {
  const result = Math.round(value);
  // Ties go to the even neighbour; Math.round took the upper one.
  if (result - value === 0.5 && result % 2 !== 0) return result - 1 + 0;
  return result + 0;
}

/**
 * Rounds half to even in decimal, as if the number were the text it is written as. Scaling by a power of ten errs by less
 * than a thousandth below 10^12, so away from a tie it decides alike; dividing the integer by an exact power errs not at all.
 */
export function roundTo(value: number, precision: number): number {
  const power = powers[precision];
  if (power === undefined) return roundByText(value, precision);
  const scaled = value * power;
  const result = Math.round(scaled);
  const isSure = Math.abs(scaled) < largestScaled && Math.abs(Math.abs(scaled - result) - 0.5) > nearTie;
  return isSure ? result / power + 0 : roundByText(value, precision);
}

const roundByText = (value: number, precision: number): number => viaReference("round", [value, precision]) as number;

import { unusual } from "./cache.ts";
import { fillUp, group } from "./integer-picture.ts";
import { numberPictures, type NumberPicture } from "./number-picture.ts";
import { roundTo } from "./round.ts";

const largest = 1e15;

/**
 * A finite number in a usual picture; undefined for what is the reference's to do.
 *
 * @param options an object with other separators, or undefined
 */
export function formatNumber(value: number, picture: string, options: unknown): string | undefined {
  const pictures = numberPictures(picture, options);
  if (pictures === unusual) return undefined;
  const wanted = value >= 0 ? pictures.positive : pictures.negative;
  if (wanted.exponent > 0) return withExponent(value, wanted, pictures);
  const scaled = wanted.scale === 1 ? value : value * wanted.scale;
  if (!(scaled > -largest && scaled < largest)) return undefined;
  return wanted.prefix + digitsOf(scaled, wanted, pictures) + wanted.suffix;
}

interface Separators {
  point: string;
  separator: string;
}

function digitsOf(value: number, wanted: NumberPicture, { point, separator }: Separators): string {
  const { leastInteger, leastFraction, mostFraction, grouping, hasPoint } = wanted;
  const text = Math.abs(roundTo(value, mostFraction)).toFixed(mostFraction);
  const at = mostFraction === 0 ? text.length : text.length - mostFraction - 1;
  const whole = at === 1 && text.startsWith("0") ? "" : text.slice(0, at);
  let end = text.length;
  while (end > at + 1 + leastFraction && text.charCodeAt(end - 1) === 48) end--;
  const filled = fillUp(whole, leastInteger);
  const integer = grouping > 0 && filled.length > grouping ? group(filled, grouping, separator) : filled;
  return hasPoint && end > at + 1 ? integer + point + text.slice(at + 1, end) : integer;
}

/** The same steps as the reference's, one by one, so that each errs as it does. */
function withExponent(value: number, wanted: NumberPicture, separators: Separators): string | undefined {
  if (value - value !== 0) return undefined;
  const most = Math.pow(10, wanted.mantissa);
  const least = Math.pow(10, wanted.mantissa - 1);
  let mantissa = value;
  let exponent = 0;
  if (mantissa !== 0) {
    for (; Math.abs(mantissa) < least; exponent--) mantissa *= 10;
    for (; Math.abs(mantissa) > most; exponent++) mantissa /= 10;
  }
  const power = (exponent < 0 ? "-" : "") + fillUp(String(Math.abs(exponent)), wanted.exponent);
  return `${wanted.prefix}${digitsOf(mantissa, wanted, separators)}e${power}${wanted.suffix}`;
}

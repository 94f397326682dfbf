import { cached, unusual, type Unusual } from "./cache.ts";

/** What a usual picture of an integer asks for: digits to fill up to, and a separator after every so many. */
export interface IntegerPicture {
  digits: number;
  /** 0 for none. */
  grouping: number;
  separator: string;
}

/** "0", "0001", "#,##0": optional digits, then mandatory ones, with one separator at equal distances. */
const usual = /^(?:#{1,3}([,. ' ])##0|(#*0*[01]))$/;

const pictureOf = cached((picture): IntegerPicture | Unusual => {
  const found = usual.exec(picture);
  if (found === null) return unusual;
  const [, separator, plain = ""] = found;
  if (separator !== undefined) return { digits: 1, grouping: 3, separator };
  return { digits: plain.replaceAll("#", "").length, grouping: 0, separator: "" };
});

const largest = 1e15;
const zeros = "0".repeat(64);

/** An integer in a usual picture; undefined for what is the reference's to do. */
export function formatInteger(value: number, picture: string): string | undefined {
  const wanted = pictureOf(picture);
  if (wanted === unusual || !(value > -largest && value < largest) || picture.length > zeros.length) return undefined;
  const whole = Math.floor(value);
  const sign = whole < 0 ? "-" : "";
  const digits = fillUp(String(Math.abs(whole)), wanted.digits);
  return sign + (wanted.grouping === 0 ? digits : group(digits, wanted.grouping, wanted.separator));
}

/** The number of a text in a usual picture, NaN for what is none; undefined for what is the reference's to do. */
export function parseInteger(text: string, picture: string): number | undefined {
  const wanted = pictureOf(picture);
  if (wanted === unusual) return undefined;
  // Whatever the separator is, commas are what the reference leaves out.
  return Number.parseInt(wanted.grouping === 0 ? text : text.replaceAll(",", ""));
}

/** Puts zeros in front, up to a length of 64. */
export const fillUp = (digits: string, length: number): string =>
  digits.length >= length ? digits : zeros.slice(0, length - digits.length) + digits;

/** Puts a separator after every so many digits, counted from the end. */
export function group(digits: string, size: number, separator: string): string {
  let end = digits.length % size;
  if (end === 0) end = size;
  let result = digits.slice(0, end);
  for (; end < digits.length; end += size) result += separator + digits.slice(end, end + size);
  return result;
}

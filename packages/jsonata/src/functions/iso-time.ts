import { fillUp } from "./integer-picture.ts";
import { dateOf, firstMs, lastMs } from "./calendar.ts";

const hourMs = 3_600_000;
const two = Array.from({ length: 60 }, (_, value) => fillUp(String(value), 2));

let knownHour = Number.NaN;
let knownText = "";

/** "2024-11-22T09:40:00.123Z"; undefined outside the years 0 to 9999. A fraction of a millisecond is dropped. */
export function isoText(millis: number): string | undefined {
  if (!(millis >= firstMs && millis <= lastMs)) return undefined;
  const whole = Math.trunc(millis);
  const hour = Math.floor(whole / hourMs);
  // Times come in order, so date and hour are nearly always those of the last one.
  if (hour !== knownHour) setHour(hour);
  const rest = whole - hour * hourMs;
  const ms = rest % 1000;
  const seconds = (rest - ms) / 1000;
  const second = seconds % 60;
  const fraction = ms > 99 ? String(ms) : ms > 9 ? `0${ms}` : `00${ms}`;
  return `${knownText}${two[(seconds - second) / 60]}:${two[second]}.${fraction}Z`;
}

function setHour(hour: number): void {
  const days = Math.floor(hour / 24);
  const { year, month, day } = dateOf(days);
  knownHour = hour;
  knownText = `${fillUp(String(year), 4)}-${two[month]}-${two[day]}T${two[hour - days * 24]}:`;
}

const iso = /^\d{4}(-[01]\d)?(-[0-3]\d)?(T[0-2]\d:[0-5]\d:[0-5]\d)?(\.\d+)?([+-][0-2]\d:?[0-5]\d|Z)?$/;

/** Milliseconds since 1970 of an ISO 8601 text, NaN for a date that does not exist; undefined for any other text. */
export function parseIso(text: string): number | undefined {
  const known = parseUsual(text);
  if (known !== undefined) return known;
  return iso.test(text) ? Date.parse(text) : undefined;
}

const [minus, point, zero, colon, letterT, letterZ] = [45, 46, 48, 58, 84, 90];

/** Two digits as a number; NaN when they are none. */
function pair(text: string, at: number): number {
  const tens = text.charCodeAt(at) - zero;
  const ones = text.charCodeAt(at + 1) - zero;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** "2024-11-22T09:40:00Z", with milliseconds or without, at a time that surely exists; undefined for all else. */
function parseUsual(text: string): number | undefined {
  const { length } = text;
  if (length !== 20 && length !== 24) return undefined;
  const isShaped =
    text.charCodeAt(4) === minus &&
    text.charCodeAt(7) === minus &&
    text.charCodeAt(10) === letterT &&
    text.charCodeAt(13) === colon &&
    text.charCodeAt(16) === colon &&
    text.charCodeAt(length - 1) === letterZ;
  if (!isShaped) return undefined;
  const [year, month, day] = [pair(text, 0) * 100 + pair(text, 2), pair(text, 5), pair(text, 8)];
  const [hour, minute, second] = [pair(text, 11), pair(text, 14), pair(text, 17)];
  const isSure =
    year >= 1000 &&
    year <= 9999 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= 28 &&
    hour <= 23 &&
    minute <= 59 &&
    second <= 59;
  if (!isSure) return undefined;
  const ms = length === 20 ? 0 : fractionOf(text);
  return ms <= 999 ? Date.UTC(year, month - 1, day, hour, minute, second, ms) : undefined;
}

function fractionOf(text: string): number {
  if (text.charCodeAt(19) !== point) return Number.NaN;
  const last = text.charCodeAt(22) - zero;
  return last >= 0 && last <= 9 ? pair(text, 20) * 10 + last : Number.NaN;
}

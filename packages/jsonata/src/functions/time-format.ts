import { dayOfYear, lastMs, momentOf, thursdayOf, type Moment } from "./calendar.ts";
import { cached, unusual, type Unusual } from "./cache.ts";
import { fillUp, group } from "./integer-picture.ts";
import { days, months, timePicture, type Letters, type NumberComponent, type Part } from "./time-picture.ts";

/** The offset of a time zone as the reference reads it: both are of the text's number, +hhmm, whatever its sign. */
interface Zone {
  hours: number;
  minutes: number;
}

type Write = (moment: Moment, zone: Zone) => string;

const writerOf = cached((picture): readonly Write[] | Unusual => {
  const parts = timePicture(picture);
  return parts === unusual ? unusual : parts.map(write);
});

function write(part: Part): Write {
  switch (part.kind) {
    case "literal":
      return () => part.text;
    case "number":
      return writeNumber(part);
    case "name":
      return writeName(part);
    case "half":
      return ({ hour }) => (hour < 12 ? (part.isUpper ? "AM" : "am") : part.isUpper ? "PM" : "pm");
    case "zone":
      return (_, zone) => zoneText(zone, part);
  }
}

const values: Record<NumberComponent, (moment: Moment) => number> = {
  Y: ({ year }) => year,
  M: ({ month }) => month,
  D: ({ day }) => day,
  H: ({ hour }) => hour,
  h: ({ hour }) => hour % 12 || 12,
  m: ({ minute }) => minute,
  s: ({ second }) => second,
  f: ({ ms }) => ms,
  d: dayOfYear,
  W: (moment) => Math.ceil(dayOfYear(thursdayOf(moment)) / 7),
  w: (moment) => Math.ceil(thursdayOf(moment).day / 7),
  X: (moment) => thursdayOf(moment).year,
  x: (moment) => thursdayOf(moment).month,
};

function writeNumber({ component, digits, isOrdinal }: Extract<Part, { kind: "number" }>): Write {
  const read = values[component];
  // A year of two digits and more is cut to them.
  const modulus = component === "Y" && digits >= 2 ? 10 ** digits : Infinity;
  if (isOrdinal) return (moment) => ordinal(fillUp(String(read(moment) % modulus), digits));
  if (modulus !== Infinity) return ({ year }) => fillUp(String(year % modulus), digits);
  return (moment) => fillUp(String(read(moment)), digits);
}

const endings: Record<string, string> = { "1": "st", "2": "nd", "3": "rd" };

const ordinal = (digits: string): string =>
  digits + (digits.at(-2) === "1" ? "th" : (endings[digits.at(-1) as string] ?? "th"));

function writeName({ component, letters, most }: Extract<Part, { kind: "name" }>): Write {
  const names = (component === "M" ? months : days).map((name) => cased(name, letters).slice(0, most));
  return component === "M" ? ({ month }) => names[month - 1] as string : ({ weekday }) => names[weekday - 1] as string;
}

function cased(name: string, letters: Letters): string {
  if (letters === "title") return name;
  return letters === "upper" ? name.toUpperCase() : name.toLowerCase();
}

const signed = (value: number, digits: number): string =>
  (value < 0 ? "-" : "") + fillUp(String(Math.abs(value)), digits);

function zoneText({ hours, minutes }: Zone, part: Extract<Part, { kind: "zone" }>): string {
  const offset = hours * 100 + minutes;
  if (offset === 0 && part.isShort) return "Z";
  let text: string;
  if (part.hasColon) text = (offset < 0 ? "-" : "") + group(fillUp(String(Math.abs(offset)), 4), 2, ":");
  else if (part.digits === 4) text = signed(offset, 4);
  else text = signed(hours, part.digits) + (minutes === 0 ? "" : `:${signed(minutes, 2)}`);
  return (part.isNamed ? "GMT" : "") + (offset >= 0 ? "+" : "") + text;
}

const utc: Zone = { hours: 0, minutes: 0 };

function zoneOf(timezone: string): Zone {
  const offset = Number.parseInt(timezone);
  return { hours: Math.floor(offset / 100), minutes: offset % 100 };
}

/** In the first hundred years the reference mistakes weeks and days for those of 1900 and later. */
const firstUsual = Date.UTC(101, 0, 1);

/** A time in a usual picture; undefined for what is the reference's to do. */
export function formatTime(millis: number, picture: string, timezone: string | undefined): string | undefined {
  const writers = writerOf(picture);
  if (writers === unusual) return undefined;
  const zone = timezone === undefined ? utc : zoneOf(timezone);
  const time = millis + (60 * zone.hours + zone.minutes) * 60_000;
  if (!(time >= firstUsual && time <= lastMs)) return undefined;
  const moment = momentOf(Math.trunc(time));
  let text = "";
  for (let index = 0; index < writers.length; index++) text += (writers[index] as Write)(moment, zone);
  return text;
}

import { budget } from "../runtime/budget.ts";
import { momentOf } from "./calendar.ts";
import { cached, unusual, type Unusual } from "./cache.ts";
import { months, timePicture, type Part } from "./time-picture.ts";

interface Reader {
  pattern: RegExp;
  /** By the number of the group; undefined for one whose text says nothing. */
  fields: readonly (Field | undefined)[];
  /** What the picture does not name, and is taken from the time of the evaluation. */
  today: string;
}

interface Field {
  /** Y, M, D, H, m, s, f; h with P, the half of the day; Z for minutes of time zone. */
  name: string;
  /** Gives undefined for a text that needs the reference to tell what it means. */
  read: (text: string) => number | undefined;
}

/** A picture names some of these without a gap; what stands before is today's, what follows is the least there is. */
const [fullDay, halfDay] = ["YMDHmsf", "YMDPhmsf"];

const readerOf = cached((picture): Reader | Unusual => {
  const parts = timePicture(picture);
  if (parts === unusual) return unusual;
  const fields: (Field | undefined)[] = [];
  let source = "";
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] as Part;
    const field = fieldOf(part);
    // Digits between the numbers would make it ambiguous where one ends, and long to find out.
    if (field === unusual || (part.kind === "literal" && /\d/.test(part.text))) return unusual;
    fields.push(field);
    source += `(${sourceOf(part, parts[index + 1])})`;
  }
  const named = fields
    .map((field) => field?.name ?? "")
    .join("")
    .replace("Z", "");
  const today = beforeFirst(named);
  return today === undefined ? unusual : { pattern: new RegExp(`^${source}$`, "i"), fields, today };
});

/** What stands before the first of the named; undefined when they leave a gap, or are no time. */
function beforeFirst(named: string): string | undefined {
  if (named === "" || (named.includes("P") && !named.includes("h"))) return undefined;
  const order = named.includes("h") ? halfDay : fullDay;
  const first = Math.min(...Array.from(named, (letter) => order.indexOf(letter)));
  const wanted = order.slice(first, first + named.length);
  return first >= 0 && sorted(named) === sorted(wanted) ? order.slice(0, first) : undefined;
}

const sorted = (letters: string): string => letters.split("").toSorted().join("");

function sourceOf(part: Part, next: Part | undefined): string {
  switch (part.kind) {
    case "literal":
      return part.text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    case "zone":
      return `${part.isNamed ? "GMT" : ""}[-+][0-9]+${part.hasColon ? ":[0-9]+" : ""}`;
    case "number": {
      // Where a number follows at once, this one has exactly its digits.
      const isFixed = part.component !== "f" && next?.kind === "number";
      return `[0-9]${isFixed ? `{${part.digits}}` : "+"}${part.isOrdinal ? "(?:th|st|nd|rd)" : ""}`;
    }
    default:
      return "[a-zA-Z]+";
  }
}

function fieldOf(part: Part): Field | undefined | Unusual {
  switch (part.kind) {
    case "literal":
      return undefined;
    case "number":
      if ("dWwXx".includes(part.component)) return unusual;
      // Hour 0 of a half does not count as given.
      if (part.component === "h") return { name: "h", read: (text) => Number.parseInt(text, 10) || undefined };
      if (part.component === "f")
        return { name: "f", read: (text) => Number.parseFloat(`0.${text.slice(0, 3)}`) * 1000 };
      return { name: part.component, read: (text) => Number.parseInt(text, 10) };
    case "name":
      return part.component === "F" ? undefined : { name: "M", read: monthOf(part.most) };
    case "zone":
      return { name: "Z", read: (text) => zoneMinutes(part.isNamed ? text.slice(3) : text, part.hasColon) };
    case "half":
      return { name: "P", read: (text) => halves.get(text) };
  }
}

/** As the reference knows them; in other letters they need it. */
const halves = new Map(Object.entries({ am: 0, AM: 0, pm: 12, PM: 12 }));

function monthOf(most: number): (text: string) => number | undefined {
  const known = new Map(months.map((name, index) => [name.slice(0, most || Infinity), index + 1]));
  return (text) => known.get(text);
}

/** Both parts count as they are written: the sign is the hours' alone, as the reference has it. */
function zoneMinutes(text: string, hasColon: boolean): number {
  if (hasColon) {
    const colon = text.indexOf(":");
    return Number.parseInt(text.slice(0, colon), 10) * 60 + Number.parseInt(text.slice(colon + 1), 10);
  }
  if (text.length <= 3) return Number.parseInt(text, 10) * 60;
  return Number.parseInt(text.slice(0, 3), 10) * 60 + Number.parseInt(text.slice(3), 10);
}

function setToday(read: Record<string, number>, letters: string): void {
  const { year, month, day, hour, minute, second } = momentOf(budget.timestamp());
  // The half of the day that it is now does not count.
  const now: Record<string, number> = { Y: year, M: month, D: day, P: 0, H: hour, m: minute, s: second };
  for (const letter of letters) read[letter] = now[letter] as number;
}

/** Milliseconds since 1970 of a text in a usual picture, undefined when it does not fit. */
export function parseTime(text: string, picture: string): number | undefined | Unusual {
  const reader = readerOf(picture);
  if (reader === unusual) return unusual;
  const found = reader.pattern.exec(text);
  if (found === null) return undefined;
  const { fields, today } = reader;
  const read = { Y: 0, M: 1, D: 1, H: 0, P: 0, h: 0, m: 0, s: 0, f: 0, Z: 0 };
  if (today !== "") setToday(read, today);
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index];
    if (field === undefined) continue;
    const value = field.read(found[index + 1] as string);
    if (value === undefined) return unusual;
    read[field.name as keyof typeof read] = value;
  }
  // Month 0 is January too.
  const month = read.M > 0 ? read.M - 1 : 0;
  const hour = read.h === 0 ? read.H : (read.h === 12 ? 0 : read.h) + read.P;
  return Date.UTC(read.Y, month, read.D, hour, read.m, read.s, read.f) - read.Z * 60_000;
}

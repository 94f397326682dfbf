/** A moment in UTC, taken apart. */
export interface Moment {
  year: number;
  /** From 1. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  ms: number;
  /** 1 for Monday to 7 for Sunday. */
  weekday: number;
  /** Days since 1970. */
  days: number;
}

export const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** Midnight of 1 January of year 0, and the last millisecond of year 9999. */
export const firstMs = -62_167_219_200_000;
export const lastMs = 253_402_300_799_999;

/** Days in four hundred years, the period of the calendar; days from 1 March of year 0 to 1 January 1970. */
const eraDays = 146_097;
const daysBefore1970 = 719_468;

let knownDay = Number.NaN;
let known = { year: 0, month: 0, day: 0 };

/** The date of a day, counted from 1970. Years begin in March here, so that the leap day is the last of its year. */
export function dateOf(day: number): { readonly year: number; readonly month: number; readonly day: number } {
  // Times come in order, so the day is nearly always the last one.
  if (day === knownDay) return known;
  const shifted = day + daysBefore1970;
  const era = Math.floor(shifted / eraDays);
  const dayOfEra = shifted - era * eraDays;
  const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  known = {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
  };
  knownDay = day;
  return known;
}

/** The moment of milliseconds since 1970, an integer. */
export function momentOf(millis: number): Moment {
  const days = Math.floor(millis / dayMs);
  const { year, month, day } = dateOf(days);
  const rest = millis - days * dayMs;
  const hour = Math.floor(rest / hourMs);
  const minute = Math.floor(rest / 60_000) % 60;
  const second = Math.floor(rest / 1000) % 60;
  // 1 January 1970 was a Thursday.
  const weekday = ((((days + 3) % 7) + 7) % 7) + 1;
  return { year, month, day, hour, minute, second, ms: rest % 1000, weekday, days };
}

const monthStarts = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/** Number of a day in its year, from 1. */
export function dayOfYear({ year, month, day }: Pick<Moment, "year" | "month" | "day">): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return (monthStarts[month - 1] as number) + day + (isLeap && month > 2 ? 1 : 0);
}

/** The Thursday of a moment's week: a week belongs to the year, and to the month, in which that lies. */
export const thursdayOf = ({ days, weekday }: Moment): ReturnType<typeof dateOf> => dateOf(days - weekday + 4);

// Numbers, times and spans as the console writes them. One place, so that the same thing always looks the same.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** 0, 812, 12.3k, 4.56M. */
export function count(value: number): string {
  if (value < 10_000) return whole.format(value);
  const [divisor, unit] = value < 999_500 ? [1e3, "k"] : value < 999_500_000 ? [1e6, "M"] : [1e9, "G"];
  return `${significant(value / divisor)}${unit}`;
}

/** 0/s, 0.03/s, 4.2/s, 118/s, 9.87k/s. */
export function rate(perSecond: number): string {
  if (perSecond === 0) return "0/s";
  if (perSecond < 0.005) return "<0.01/s";
  return `${perSecond >= 10_000 ? count(perSecond) : significant(perSecond)}/s`;
}

function significant(value: number): string {
  if (value >= 100) return whole.format(value);
  return String(Number(value.toPrecision(value >= 10 ? 3 : 2)));
}

/** 0.4 ms, 12 ms, 1.5 s, 3 min 20 s, 2 h 5 min, 4 d 3 h. */
export function span(ms: number): string {
  if (ms < 0) return "0 ms";
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  return longSpan(Math.round(seconds));
}

function longSpan(seconds: number): string {
  const [minutes, hours, days] = [Math.floor(seconds / 60), Math.floor(seconds / 3_600), Math.floor(seconds / 86_400)];
  if (minutes < 60) return joined(minutes, "min", minutes < 10 ? seconds % 60 : 0, "s");
  if (hours < 24) return joined(hours, "h", hours < 10 ? minutes % 60 : 0, "min");
  return joined(days, "d", days < 10 ? hours % 24 : 0, "h");
}

function joined(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
}

/** 812 B, 3.4 kB, 16 MB. */
export function bytes(value: number): string {
  if (value < 1_000) return `${value} B`;
  const [divisor, unit] = value < 1e6 ? [1e3, "kB"] : value < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
  return `${significant(value / divisor)} ${unit}`;
}

type Time = string | number;

/** 14:03:22; with the day before it when that is not today's. */
export function time(at: Time): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "–";
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday ? clock.format(date) : `${day.format(date)}, ${clock.format(date)}`;
}

/** In full, with the zone: for titles. */
export function fullTime(at: Time): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "" : `${date.toISOString()} (UTC)`;
}

/** "12 s ago", "in 4 min", "now". */
export function relative(at: Time, now: number): string {
  const ms = new Date(at).getTime() - now;
  if (Math.abs(ms) < 1_500) return "now";
  const text = coarse(Math.abs(ms));
  return ms < 0 ? `${text} ago` : `in ${text}`;
}

function coarse(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return longSpan(seconds);
}

/** `1 message`, `3 messages`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

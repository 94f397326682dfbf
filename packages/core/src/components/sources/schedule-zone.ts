// What the clocks of a time zone show, from the platform's zone data. A local time is given in milliseconds as if it were
// UTC. Not here: what a schedule makes of it (schedule-plan.ts, schedule-review.ts).

/** A change of a zone's clocks at `at`: they were `beforeMs` ahead of UTC, and are `afterMs` ahead from then on. */
export interface ClockChange {
  readonly at: number;
  readonly beforeMs: number;
  readonly afterMs: number;
}

const dayMs = 86_400_000;
const minuteMs = 60_000;
// No zone has changed its clocks twice within a week.
const stepMs = 7 * dayMs;

export function isTimezone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** The changes of a zone's clocks in (from, to]. */
export function clockChanges(zone: string, from: number, to: number): readonly ClockChange[] {
  const changes: ClockChange[] = [];
  for (let low = from; low < to; low += stepMs) {
    const high = Math.min(to, low + stepMs);
    const [beforeMs, afterMs] = [offsetOf(zone, low), offsetOf(zone, high)];
    if (beforeMs !== afterMs) changes.push({ at: findChange(zone, low, high), beforeMs, afterMs });
  }
  return changes;
}

/** What the zone's clocks show at a time. */
export function localOf(zone: string, at: number): number {
  return at + offsetOf(zone, at);
}

/** The first moment at which the zone's clocks show this local time or a later one. */
export function firstAt(zone: string, local: number): number {
  return bisect(local - dayMs, local + dayMs, (at) => localOf(zone, at) >= local, 1_000);
}

/** `2026-03-29 03:00:00 +02:00`. */
export function localText(zone: string, at: number): string {
  const offsetMs = offsetOf(zone, at);
  const minutes = Math.abs(offsetMs) / minuteMs;
  const [hours, rest] = [Math.floor(minutes / 60), Math.round(minutes % 60)].map((part) =>
    String(part).padStart(2, "0"),
  );
  return `${clockText(at + offsetMs)} ${offsetMs < 0 ? "-" : "+"}${hours}:${rest}`;
}

/** `2026-03-29 02:30:00`, of a local time. */
export function clockText(local: number): string {
  return new Date(local).toISOString().slice(0, 19).replace("T", " ");
}

function offsetOf(zone: string, at: number): number {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000;
}

function findChange(zone: string, from: number, to: number): number {
  const before = offsetOf(zone, from);
  return bisect(from, to, (at) => offsetOf(zone, at) !== before, 1_000);
}

/** The first time in (from, to] for which `holds`, to the unit; it holds at `to`, and not at `from`. */
function bisect(from: number, to: number, holds: (at: number) => boolean, unitMs: number): number {
  let [low, high] = [Math.floor(from / unitMs), Math.ceil(to / unitMs)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle * unitMs)) high = middle;
    else low = middle;
  }
  return high * unitMs;
}

// Making a format costs as much as using it a hundred times.
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const day = { year: "numeric", month: "numeric", day: "numeric" } as const;
  const time = { hour: "numeric", minute: "numeric", second: "numeric", hourCycle: "h23" } as const;
  const format = new Intl.DateTimeFormat("en-US", { ...day, ...time, timeZone: zone });
  formats.set(zone, format);
  return format;
}

// What a zone's clocks show, from the platform's zone data alone: the oracle must not lean on the library the engine uses.

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** Clocks change twice a year at most, so two changes never lie closer together than this. */
const stepMs = 7 * dayMs;

interface Change {
  /** From this time on. */
  readonly at: number;
  readonly offsetMs: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();
const spans = new Map<string, readonly Change[]>();

/** The changes of a zone's clocks in [from, to]; the first entry is how they stand at `from`. */
export function changesOf(zone: string, from: number, to: number): readonly Change[] {
  const name = `${zone} ${from} ${to}`;
  const known = spans.get(name);
  if (known !== undefined) return known;
  const changes: Change[] = [{ at: from, offsetMs: offsetAt(zone, from) }];
  for (let low = from; low < to; low += stepMs) {
    const high = Math.min(to, low + stepMs);
    const [before, after] = [offsetAt(zone, low), offsetAt(zone, high)];
    if (before !== after) changes.push({ at: findChange(zone, low, high), offsetMs: after });
  }
  spans.set(name, changes);
  return changes;
}

/** The times at which a zone's clocks show this local time (given as if it were UTC): none, one or two. */
export function timesOf(local: number, changes: readonly Change[]): readonly number[] {
  return changes.flatMap(({ at, offsetMs }, index) => {
    const time = local - offsetMs;
    const isWithin = time >= at && time < (changes[index + 1]?.at ?? Infinity);
    return isWithin ? [time] : [];
  });
}

/** When the clocks jump over this local time; undefined when they show it. */
export function gapAround(local: number, changes: readonly Change[]): number | undefined {
  return changes.find(({ at, offsetMs }, index) => {
    const before = changes[index - 1]?.offsetMs ?? offsetMs;
    return local >= at + before && local < at + offsetMs;
  })?.at;
}

function findChange(zone: string, from: number, to: number): number {
  let [low, high] = [from, to];
  const before = offsetAt(zone, low);
  while (high - low > minuteMs) {
    const middle = low + Math.floor((high - low) / 2 / minuteMs) * minuteMs;
    if (offsetAt(zone, middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

function offsetAt(zone: string, time: number): number {
  const format = formats.get(zone) ?? formatOf(zone);
  const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute) - Math.floor(time / minuteMs) * minuteMs;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const fields = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" } as const;
  const format = new Intl.DateTimeFormat("en-US", { ...fields, timeZone: zone, hourCycle: "h23" });
  formats.set(zone, format);
  return format;
}

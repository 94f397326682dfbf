const ISO = /^(\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * The point in time an ISO 8601 text names, as UTC text with nine fraction digits, so that plain text comparison sorts
 * by time. Takes 0 to 9 fraction digits, `Z` or an offset; undefined for anything else.
 */
export function timeKey(text: string): string | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, seconds = "", fraction = "", zone = "Z"] = match;
  if (!isOnCalendar(seconds)) return undefined;
  // Every sample passes here, nearly all of them in UTC, and making a Date's text would be most of the work.
  const utc = zone === "Z" ? seconds : isoOf(Date.parse(seconds + zone)).slice(0, 19);
  return `${utc}.${fraction.padEnd(9, "0")}Z`;
}

/** Date.parse takes a 31st of February for a day in March. */
function isOnCalendar(seconds: string): boolean {
  const date = new Date(`${seconds}Z`);
  return date.getUTCDate() === Number(seconds.slice(8, 10));
}

/** The same instant as akenza's REST answers spell it: `+00:00` in place of `Z`. */
export function withOffset(text: string): string {
  return text.endsWith("Z") ? `${text.slice(0, -1)}+00:00` : text;
}

let lastIso = { ms: 0, text: "1970-01-01T00:00:00.000Z" };

/** `2026-03-02T06:00:00.000Z`. The last text is kept: many samples are of one millisecond. */
export function isoOf(ms: number): string {
  if (lastIso.ms !== ms) lastIso = { ms, text: new Date(ms).toISOString() };
  return lastIso.text;
}

/**
 * Hands out timestamps that never repeat for one device, however fast they are asked for: within one millisecond,
 * microseconds are counted up. (A sample is unique by device, topic and timestamp.)
 */
export class Stamps {
  readonly #last = new Map<string, { ms: number; micros: number }>();

  next(deviceId: string, nowMs: number): string {
    const last = this.#last.get(deviceId);
    if (!last) {
      this.#last.set(deviceId, { ms: nowMs, micros: 0 });
      return isoOf(nowMs);
    }
    if (nowMs > last.ms) {
      last.ms = nowMs;
      last.micros = 0;
      return isoOf(nowMs);
    }
    last.micros += 1;
    if (last.micros === 1000) {
      last.ms += 1;
      last.micros = 0;
    }
    const iso = isoOf(last.ms);
    return last.micros === 0 ? iso : `${iso.slice(0, -1)}${String(last.micros).padStart(3, "0")}Z`;
  }
}

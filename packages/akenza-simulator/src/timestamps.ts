const ISO = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/**
 * The point in time an ISO 8601 text names, as UTC text with nine fraction digits, so that plain text comparison sorts
 * by time. Takes 0 to 9 fraction digits, `Z` or an offset; undefined for anything else.
 */
export function timeKey(text: string): string | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, seconds = "", fraction = "", zone = "Z"] = match;
  const ms = Date.parse(seconds + zone);
  if (Number.isNaN(ms)) return undefined;
  return `${new Date(ms).toISOString().slice(0, 19)}.${fraction.padEnd(9, "0")}Z`;
}

/** The same instant as akenza's REST answers spell it: `+00:00` in place of `Z`. */
export function withOffset(text: string): string {
  return text.endsWith("Z") ? `${text.slice(0, -1)}+00:00` : text;
}

/** `2026-03-02T06:00:00.000Z`. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString();
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

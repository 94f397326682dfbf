const shape = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/**
 * akenza's timestamps in one form: UTC, nine fraction digits, `Z`. akenza sends 0 to 9 digits and both `Z` and `+00:00`
 * for the same instant, and a message id must not depend on which. Undefined when the text is no such time.
 */
export function canonicalTimestamp(text: string): string | undefined {
  const match = shape.exec(text);
  if (match === null) return undefined;
  const [, seconds = "", fraction = "", zone = ""] = match;
  const epochMs = Date.parse(zone === "Z" ? `${seconds}Z` : `${seconds}${zone}`);
  if (Number.isNaN(epochMs)) return undefined;
  const utc = zone === "Z" || zone === "+00:00" ? seconds : new Date(epochMs).toISOString().slice(0, 19);
  return `${utc}.${fraction.padEnd(9, "0")}Z`;
}

/** The canonical text of a time in milliseconds since the epoch. */
export function canonicalOf(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, -1)}000000Z`;
}

/** The millisecond since the epoch that a canonical timestamp falls in. */
export function msOf(canonical: string): number {
  return Date.parse(`${canonical.slice(0, 23)}Z`);
}

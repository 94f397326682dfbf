import { formatLocation, type Location } from "../location.ts";
import type { Finding } from "./model.ts";

/** Collects what is wrong. Configuration never throws for bad content. */
export interface Findings {
  error(finding: Omit<Finding, "severity">): void;
  warn(finding: Omit<Finding, "severity">): void;
  /** How many errors there are by now; a part is good when the number did not grow while it was read. */
  errorCount(): number;
  hasErrorIn(file: string): boolean;
  /** Ordered by file and place; the same said twice of one place (an anchor used twice) appears once. */
  list(): readonly Finding[];
}

export function createFindings(): Findings {
  const found = new Map<string, Finding>();
  const brokenFiles = new Set<string>();
  let errors = 0;
  function add(finding: Finding): void {
    const key = JSON.stringify([finding.at, finding.code, finding.message]);
    if (finding.severity === "error") {
      errors += 1;
      brokenFiles.add(finding.at.file);
    }
    const known = found.get(key);
    found.set(key, known === undefined ? finding : withRelated(known, finding.related ?? []));
  }
  return {
    error: (finding) => add({ severity: "error", ...finding }),
    warn: (finding) => add({ severity: "warning", ...finding }),
    errorCount: () => errors,
    hasErrorIn: (file) => brokenFiles.has(file),
    list: () => [...found.values()].sort(compareFindings),
  };
}

function withRelated(finding: Finding, more: readonly Location[]): Finding {
  const related = new Map([...(finding.related ?? []), ...more].map((at) => [formatLocation(at), at]));
  return related.size === 0 ? finding : { ...finding, related: [...related.values()] };
}

function compareFindings(a: Finding, b: Finding): number {
  return compareLocations(a.at, b.at) || compareText(a.code, b.code) || compareText(a.message, b.message);
}

export function compareLocations(a: Location, b: Location): number {
  return compareText(a.file, b.file) || a.line - b.line || a.column - b.column;
}

/** By code unit, so that the order does not depend on the machine's language. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

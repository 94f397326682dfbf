import type { Kind } from "./scope.ts";

/** A place in a sample that a path leads to. */
export interface Place {
  path: readonly string[];
  kind: Kind;
  /** What stands there; for several, one of them. */
  sample: unknown;
}

const known = new WeakMap<object, readonly Place[]>();
const deepest = 4;

/** All places in a sample, itself not among them. */
export function placesOf(sample: unknown): readonly Place[] {
  if (typeof sample !== "object" || sample === null) return [];
  let places = known.get(sample);
  if (places === undefined) {
    const found: Place[] = [];
    visit(sample, { path: [], isMany: Array.isArray(sample) }, found);
    known.set(sample, (places = found));
  }
  return places;
}

interface Trail {
  path: readonly string[];
  isMany: boolean;
}

function visit(value: object, trail: Trail, found: Place[]): void {
  if (trail.path.length === deepest) return;
  if (Array.isArray(value)) {
    for (const item of value.slice(0, 2))
      if (typeof item === "object" && item !== null) visit(item as object, trail, found);
    return;
  }
  for (const [name, inner] of Object.entries(value)) {
    const path = [...trail.path, name];
    if (found.some((place) => place.path.join("\0") === path.join("\0"))) continue;
    found.push({ path, ...describe(inner, trail.isMany) });
    if (typeof inner !== "object" || inner === null) continue;
    visit(inner as object, { path, isMany: trail.isMany || Array.isArray(inner) }, found);
  }
}

const plural: Partial<Record<Kind, Kind>> = { number: "numbers", text: "texts", object: "objects" };

function describe(value: unknown, isMany: boolean): { kind: Kind; sample: unknown } {
  const kind = kindOf(value);
  const sample = Array.isArray(value) ? sampleOf(value) : value;
  return { kind: isMany ? (plural[kind] ?? (kind.endsWith("s") ? kind : "list")) : kind, sample };
}

/** What an item of the list is like. */
export function sampleOf(list: unknown): unknown {
  if (!Array.isArray(list)) return list;
  return (list as unknown[]).find((item) => item !== null) ?? null;
}

/** The kind of expression that has such a value. */
export function kindOf(value: unknown): Kind {
  if (typeof value === "number") return "number";
  if (typeof value === "string") return "text";
  if (typeof value === "boolean") return "boolean";
  if (typeof value !== "object" || value === null) return "any";
  if (!Array.isArray(value)) return "object";
  const items = [...new Set(value.map((item) => kindOf(item)))];
  return (items.length === 1 ? plural[items[0] as Kind] : undefined) ?? "list";
}

const deepest = 12;

/** What a component's schema made of its YAML, as JSON for people: expressions and templates as their texts. */
export function shownConfig(value: unknown, depth = 0): unknown {
  if (typeof value === "function" || typeof value === "symbol") return undefined;
  if (typeof value === "bigint" || value instanceof RegExp) return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth > deepest) return "…";
  if ("text" in value && ("evaluate" in value || "render" in value)) return value.text;
  if (value instanceof Set) return shownConfig([...(value as ReadonlySet<unknown>)], depth);
  if (value instanceof Map) return shownConfig(Object.fromEntries(value as ReadonlyMap<string, unknown>), depth);
  if (Array.isArray(value)) return value.map((each: unknown) => shownConfig(each, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shownConfig(each, depth + 1)]));
}

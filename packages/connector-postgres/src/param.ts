/** A JSONata result as a parameter of a statement: objects and arrays as JSON, nothing as null. */
export function toParam(value: unknown): string | number | boolean | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return JSON.stringify(value);
}

/** What of the input the reference could write to, given the expression. */
export type Isolation = "none" | "empty arrays" | "all arrays" | "everything";

/**
 * A copy of the input that the reference may write to. It pushes into an empty array that it groups, and marks the array
 * that `path[]` returns, even when these are the caller's own; it writes to what is called as if it were a function, and to
 * what a transform finds outside of its copy. Only the arrays at risk, and what holds them, are copied.
 */
export function isolate(value: unknown, isolation: Isolation): unknown {
  if (isolation === "none" || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return isolateArray(value, isolation);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return isolateObject(value as Record<string, unknown>, isolation);
}

function isolateArray(array: unknown[], isolation: Isolation): unknown[] {
  let copy: unknown[] | undefined = isolation !== "empty arrays" || array.length === 0 ? array.slice() : undefined;
  for (let index = 0; index < array.length; index++) {
    const item = array[index];
    const isolated = isolate(item, isolation);
    if (isolated !== item) (copy ??= array.slice())[index] = isolated;
  }
  return copy ?? array;
}

function isolateObject(object: Record<string, unknown>, isolation: Isolation): Record<string, unknown> {
  let copy: Record<string, unknown> | undefined = isolation === "everything" ? { ...object } : undefined;
  for (const key of Object.keys(object)) {
    const item = object[key];
    const isolated = isolate(item, isolation);
    if (isolated === item) continue;
    // A spread defines properties, so a key named __proto__ stays a key.
    copy ??= { ...object };
    Object.defineProperty(copy, key, { value: isolated, enumerable: true, writable: true, configurable: true });
  }
  return copy ?? object;
}

import { Fault, limitError } from "../errors.ts";

/** Marks the reference leaves on arrays it made. */
const marks = ["sequence", "push", "keepSingleton", "cons", "outerWrapper", "tupleStream"] as const;
type Marked = unknown[] & Partial<Record<(typeof marks)[number], unknown>>;

interface Walk {
  left: number;
  /** Spaces a level adds, for pretty-printed text. */
  indent: number;
}

/**
 * The reference's result as plain data. Arrays it marked are copied without the marks; everything else is the same
 * object, so the result shares structure with the input. Objects the expression made have no prototype.
 *
 * @param maxBytes approximate size as JSON at which the walk gives up
 * @throws LIMIT_OUTPUT, RESULT_FUNCTION; a stack overflow for data nested thousands deep
 */
export function toPlain(value: unknown, maxBytes: number): unknown {
  return strip(value, { left: maxBytes, indent: 0 });
}

function strip(value: unknown, walk: Walk): unknown {
  if (typeof value === "function" || isFunctionObject(value)) {
    throw new Fault("RESULT_FUNCTION", "the result holds a function; call it, or leave it out");
  }
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) {
    spend(walk, sizeOfLeaf(value));
    return value;
  }
  return Array.isArray(value) ? stripArray(value, walk) : stripObject(value as Record<string, unknown>, walk);
}

function stripArray(array: Marked, walk: Walk): unknown[] {
  spend(walk, array.length + 2);
  let result: unknown[] | undefined = isMarked(array) ? array.slice() : undefined;
  for (let index = 0; index < array.length; index++) {
    const item = array[index];
    const plain = strip(item, walk);
    if (plain !== item) (result ??= array.slice())[index] = plain;
  }
  return result ?? array;
}

function stripObject(object: Record<string, unknown>, walk: Walk): Record<string, unknown> {
  let result: Record<string, unknown> | undefined;
  for (const key of Object.keys(object)) {
    spend(walk, key.length + 4);
    const item = object[key];
    const plain = strip(item, walk);
    if (plain === item) continue;
    result ??= Object.assign(Object.create(null) as Record<string, unknown>, object);
    result[key] = plain;
  }
  return result ?? object;
}

function isMarked(array: Marked): boolean {
  return array.sequence !== undefined || marks.some((mark) => Object.hasOwn(array, mark));
}

/** A lambda or a built-in. Data may bear the same flag names, but holds no code. */
export function isFunctionObject(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const object = value as Record<string, unknown>;
  if (object["_jsonata_lambda"] === true) {
    return typeof (object["environment"] as { lookup?: unknown } | undefined)?.lookup === "function";
  }
  return object["_jsonata_function"] === true && typeof object["implementation"] === "function";
}

/**
 * Approximate size of a value as JSON text, in bytes: characters count one, whatever their encoding or escapes.
 * @throws LIMIT_OUTPUT as soon as it is above `maxBytes`, however large the value is
 */
export function measure(value: unknown, maxBytes: number, indent = 0): number {
  const walk: Walk = { left: maxBytes, indent };
  weigh(value, walk, 1);
  return maxBytes - walk.left;
}

function weigh(value: unknown, walk: Walk, level: number): void {
  if (typeof value !== "object" || value === null || isFunctionObject(value)) return spend(walk, sizeOfLeaf(value));
  const perItem = walk.indent * level + 1;
  if (Array.isArray(value)) {
    spend(walk, 2);
    for (const item of value) {
      spend(walk, perItem);
      weigh(item, walk, level + 1);
    }
    return;
  }
  for (const key of Object.keys(value)) {
    spend(walk, key.length + 3 + perItem);
    weigh((value as Record<string, unknown>)[key], walk, level + 1);
  }
}

function spend(walk: Walk, bytes: number): void {
  walk.left -= bytes;
  if (walk.left < 0) throw limitError("LIMIT_OUTPUT");
}

function sizeOfLeaf(value: unknown): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value === "number") return 8;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  return value === undefined ? 0 : 4;
}

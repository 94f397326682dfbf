// What functions of the library ask of their arguments. Signatures check types where JSONata does; a function that is
// applied in part gets whatever it is given, so everything is checked here as well.
import { suggest } from "../syntax/suggest.ts";

/** The longest array of bytes, and the longest text made into one. */
export const mostBytes = 1024 * 1024;
const mostValues = 1_000_000;
const longestShown = 40;

/** A value as an error message shows it. */
export function shown(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  const text = typeof value === "string" ? JSON.stringify(value.slice(0, longestShown + 1)) : String(value);
  return text.length > longestShown + 2 ? `${text.slice(0, longestShown)}..."` : text;
}

/** An array of bytes. One byte alone is an array of one, as JSONata gives it. */
export function bytesOf(value: unknown): readonly number[] {
  const bytes: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (bytes.length > mostBytes) throw new Error(`at most ${mostBytes} bytes are taken, not ${bytes.length}`);
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (typeof byte === "number" && byte >= 0 && byte <= 255 && Number.isInteger(byte)) continue;
    throw new Error(`bytes are whole numbers from 0 to 255, and item ${index} is ${shown(byte)}`);
  }
  return bytes as readonly number[];
}

export function textOf(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  throw new Error(`${what} must be a text, not ${shown(value)}`);
}

export function finiteOf(value: unknown, what: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new Error(`${what} must be a number, not ${shown(value)}`);
}

/** A whole number that is exact in JSON, within bounds where they are given. */
export function wholeOf(value: unknown, what: string, least = -Infinity, most = Infinity): number {
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return value as number;
  const range = least === -Infinity ? "of at most 53 bits" : `from ${least} to ${most}`;
  throw new Error(`${what} must be a whole number ${range}, not ${shown(value)}`);
}

export function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Error(`${what} must be an object, not ${shown(value)}`);
}

/** An array of texts, or one text. */
export function namesOf(value: unknown): readonly string[] {
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  return names.map((name) => textOf(name, "the name of a field"));
}

export function numbersOf(value: unknown): readonly number[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.length > mostValues) throw new Error(`at most ${mostValues} values are taken, not ${values.length}`);
  return values.map((each, index) => finiteOf(each, `item ${index}`));
}

/** Options with their defaults. Throws for a name that is none of theirs. */
export function optionsOf<T extends object>(value: unknown, defaults: T): { [K in keyof T]: unknown } {
  const given = value === undefined ? {} : objectOf(value, "the options");
  const options: { [K in keyof T]: unknown } = { ...defaults };
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(defaults, name)) throw new Error(unknown("option", name, Object.keys(defaults)));
    if (given[name] !== undefined) options[name as keyof T] = given[name];
  }
  return options;
}

/** The value of an own field, whatever its name. */
export function fieldOf<T>(object: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The message about a name that does not exist, with the one that may have been meant. */
export function unknown(kind: string, name: string, known: Iterable<string>): string {
  const meant = suggest(name, known);
  const hint = meant === undefined ? "" : `; did you mean ${JSON.stringify(meant)}?`;
  return `there is no ${kind} ${shown(name)}${hint}`;
}

// Values as JSON text, as the reference writes them: functions are empty texts, numbers have at most 15 digits.
import { budget } from "../runtime/budget.ts";
import { raise, raiseLimit } from "../runtime/raise.ts";
import { MARK, OUTER, type Dictionary, type Marked } from "../runtime/values.ts";
import { chargeMade } from "./charge.ts";

/** A number in JSON text. @throws D1001 for an infinite one */
export function numberText(value: number): string {
  if (value - value !== 0) return notFinite(value);
  const text = String(value);
  // With 16 characters, one of which is no digit, there are at most 15 digits: rounding to 15 changes nothing.
  return text.length <= 16 || Number.isInteger(value) ? text : String(Number(value.toPrecision(15)));
}

function notFinite(value: number): string {
  if (value === value) raise("D1001", { value });
  return "null";
}

const shortText = 48;

/** A text in quotes. */
export function quote(text: string): string {
  if (text.length > shortText) return JSON.stringify(text);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 32 || code === 34 || code === 92 || (code >= 0xd800 && code < 0xe000)) return JSON.stringify(text);
  }
  return `"${text}"`;
}

const isPlain = (object: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === Object.prototype || prototype === null;
};

/** What an instance of a class is in JSON, such as the text of a date; undefined when it is left out. */
export function asPlain(value: object): unknown {
  const text: string | undefined = JSON.stringify(value, (_, item: unknown) => {
    if (typeof item === "function") return "";
    return typeof item === "number" && item === item ? Number(numberText(item)) : item;
  });
  return text === undefined ? undefined : JSON.parse(text);
}

/** The JSON text of a value, undefined when it has none. `indent` is the line break of its level, "" for none. */
function write(value: unknown, indent: string): string | undefined {
  switch (typeof value) {
    case "string":
      return quote(value);
    case "number":
      return numberText(value);
    case "boolean":
      return value ? "true" : "false";
    case "function":
      return '""';
    case "object":
      if (value === null) return "null";
      if (--budget.turns < 0) budget.look();
      if (Array.isArray(value)) return writeArray(value, indent);
      return isPlain(value) ? writeObject(value as Dictionary, indent) : write(asPlain(value), indent);
    default:
      return undefined;
  }
}

const deeper = (indent: string): string => (indent === "" ? "" : `${indent}  `);

function writeArray(array: unknown[], indent: string): string {
  if (array.length === 0) return "[]";
  const { outputBytes } = budget.limits;
  const inner = deeper(indent);
  let text = `[${inner}`;
  for (let index = 0; index < array.length; index++) {
    if (index > 0) text += `,${inner}`;
    text += write(array[index], inner) ?? "null";
    if (text.length > outputBytes) raiseLimit("LIMIT_OUTPUT");
  }
  return `${text}${indent}]`;
}

function writeObject(object: Dictionary, indent: string): string {
  const { outputBytes } = budget.limits;
  const inner = deeper(indent);
  const colon = indent === "" ? ":" : ": ";
  let text = "";
  for (const key of Object.keys(object)) {
    const item = write(object[key], inner);
    if (item === undefined) continue;
    text += (text === "" ? inner : `,${inner}`) + quote(key) + colon + item;
    if (text.length > outputBytes) raiseLimit("LIMIT_OUTPUT");
  }
  return text === "" ? "{}" : `{${text}${indent}}`;
}

/** $string: a text stays as it is, anything else becomes JSON. `value` is not undefined. */
export function stringOf(value: unknown, isPretty: boolean): unknown {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      if (value - value !== 0) raise("D3001", { value });
      return numberText(value);
    case "boolean":
      return value ? "true" : "false";
    case "function":
      return "";
    default:
      return value === null ? "null" : containerText(value, isPretty);
  }
}

function containerText(value: unknown, isPretty: boolean): string | undefined {
  const isOuter = Array.isArray(value) && ((value as Marked)[MARK] ?? 0) & OUTER;
  const text = write(isOuter ? (value as unknown[])[0] : value, isPretty ? "\n" : "");
  return text === undefined ? undefined : chargeMade(text);
}

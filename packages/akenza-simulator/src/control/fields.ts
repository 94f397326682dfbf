import { SimulatorError } from "../errors.ts";
import { isRecord } from "../sample.ts";

/** What a field of a control request may hold; a list of texts is a choice. */
export type FieldType = "text" | "number" | "count" | "flag" | "json" | readonly string[];

export type Fields = Readonly<Record<string, FieldType>>;

type ValueOf<T extends FieldType> = T extends "text"
  ? string
  : T extends "number" | "count"
    ? number
    : T extends "flag"
      ? boolean
      : T extends readonly (infer Choice)[]
        ? Choice
        : unknown;

export type FieldValues<F extends Fields> = { -readonly [Name in keyof F]?: ValueOf<F[Name]> };

/**
 * Reads the body of a control request: only these fields, each of its type, none of them required. An empty body is
 * no fields. Throws SIMULATOR_OPTION_INVALID, which names the field and what it takes.
 */
export function readFields<const F extends Fields>(body: unknown, fields: F): FieldValues<F> {
  if (body === undefined) return {};
  if (!isRecord(body)) invalid("the body must be a JSON object");
  for (const [name, value] of Object.entries(body)) {
    const type = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (type === undefined)
      invalid(`there is no field ${name}; there are: ${Object.keys(fields).join(", ") || "none"}`);
    if (!fits(value, type)) invalid(`${name} must be ${describe(type)}`);
  }
  return body as FieldValues<F>;
}

/** The value of a field that a call cannot do without. */
export function required<T>(value: T | undefined, name: string): T {
  return value ?? invalid(`the field ${name} is required`);
}

function fits(value: unknown, type: FieldType): boolean {
  switch (type) {
    case "text":
      return typeof value === "string";
    case "number":
      return typeof value === "number";
    case "count":
      return typeof value === "number" && Number.isInteger(value) && value >= 0;
    case "flag":
      return typeof value === "boolean";
    case "json":
      return true;
    default:
      return typeof value === "string" && type.includes(value);
  }
}

function describe(type: FieldType): string {
  const words = {
    text: "a text",
    number: "a number",
    count: "a whole number from 0 on",
    flag: "true or false",
    json: "",
  };
  return typeof type === "string" ? words[type] : `one of ${type.join(", ")}`;
}

function invalid(message: string): never {
  throw new SimulatorError("SIMULATOR_OPTION_INVALID", message);
}

import { z } from "zod";
import { SignalboxError } from "../errors/error.ts";
import type { ControlApi } from "./api.ts";

/** A request to the control API, as its route sees it. */
export interface ControlRequest {
  readonly query: URLSearchParams;
  /** What the route's pattern captured first, decoded; empty where it captures nothing. */
  readonly name: string;
  /** The body of a POST, as parsed JSON. */
  readonly body: unknown;
}

export interface Route {
  readonly method: "GET" | "POST";
  readonly pattern: RegExp;
  /** The answer, as a value for JSON. */
  readonly handle: (api: ControlApi, request: ControlRequest) => unknown;
}

const defaultLimit = 50;
const highestLimit = 1000;

/** The parameter `limit`; 50 where it is not given. */
export function limitOf(query: URLSearchParams): number {
  const text = query.get("limit");
  if (text === null) return defaultLimit;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= highestLimit) return limit;
  throw new SignalboxError("CONTROL_QUERY_INVALID", `limit is a whole number from 1 to ${highestLimit}`);
}

/** The given parameters of `names` that are there. */
export function textsOf<Name extends string>(
  query: URLSearchParams,
  names: readonly Name[],
): Readonly<Partial<Record<Name, string>>> {
  const given = names.flatMap((name) => {
    const text = query.get(name);
    return text === null ? [] : [[name, text] as const];
  });
  return Object.fromEntries(given) as Partial<Record<Name, string>>;
}

/** The parameter `name` as milliseconds since the epoch; undefined where it is not given. */
export function timeOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw new SignalboxError("CONTROL_QUERY_INVALID", `${name} is a time as 2026-03-01T10:00:00Z, not "${text}"`);
}

/** What a caller gave, as `schema` reads it; CONTROL_BODY_INVALID, or the given code, where it does not fit. */
export function read<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  code: "CONTROL_BODY_INVALID" | "CONTROL_QUERY_INVALID" = "CONTROL_BODY_INVALID",
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new SignalboxError(code, z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, " "));
}

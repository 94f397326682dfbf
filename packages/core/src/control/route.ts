// What a route of the control API is: one definition that serves routing, validation, access, the audit and the reference.
import { z } from "zod";
import { SignalboxError } from "../errors/error.ts";
import type { ErrorCode } from "../errors/codes.ts";
import type { ControlApi } from "./api.ts";
import type { Change } from "./changes/change.ts";
import type { Caller, Role } from "./caller.ts";

/** A request to the control API, as its route sees it. */
export interface ControlRequest<Query = unknown, Body = unknown> {
  /** As the route's schema reads it. */
  readonly query: Query;
  /** What stands in place of the `{...}` of the route's path, decoded; empty where it has none. */
  readonly name: string;
  /** The body of a POST, as the route's schema reads it. */
  readonly body: Body;
  readonly caller: Caller;
}

export interface Route<Query = unknown, Body = unknown> {
  readonly method: "GET" | "POST";
  /** With at most one variable part: `/v1/commands/{key}/cancel`. */
  readonly path: string;
  /** In a few words, for the reference. */
  readonly summary: string;
  /** What there is to know beyond that. */
  readonly description?: string;
  /** Who may ask. */
  readonly role: Role;
  /** What is done, as the audit names it; reading has none. */
  readonly action?: string;
  /**
   * What the audit is to know of it: what it is about, and details without payloads; undefined where nothing was done.
   * `answer` is undefined where it failed. Default: the name in its path.
   */
  readonly audit?: (
    request: ControlRequest<Query, Body>,
    answer: unknown,
  ) => Pick<Change, "about" | "details"> | undefined;
  /** The parameters behind `?`, all of them. */
  readonly query: z.ZodType<Query>;
  /** The body of a POST. */
  readonly body: z.ZodType<Body>;
  /** What comes back, where it streams each part of it. */
  readonly answer: z.ZodType;
  readonly isStream?: true;
  /** What it fails with beside bad requests, as the reference names it. */
  readonly codes?: readonly ErrorCode[];
  /** The answer, as a value for JSON, or a Streamed one. */
  readonly handle: (api: ControlApi, request: ControlRequest<Query, Body>) => unknown;
}

const nothing = z.strictObject({});

type Given<Query, Body> = Omit<Route<Query, Body>, "method" | "role" | "query" | "body"> & {
  readonly query?: z.ZodType<Query>;
};

/** A route that tells something, to everybody who may look. */
export function asks<Query = unknown>(given: Given<Query, unknown>): Route {
  // Erased: what `handle` gets has been read by these very schemas.
  return { method: "GET", role: "viewer", query: nothing, body: z.undefined(), ...given } as Route;
}

/** A route that does something, which takes an operator. */
export function acts<Body>(given: Omit<Given<unknown, Body>, "query"> & { readonly body: z.ZodType<Body> }): Route {
  return { method: "POST", role: "operator", query: nothing, ...given } as Route;
}

/** Who asks for an action; what is proven takes the place of what is said. */
export const by = z
  .string()
  .min(1)
  .max(200)
  .describe("Who asks for it. With a token, the token's name takes its place.");

const highestLimit = 1000;
const limitText = `limit is a whole number from 1 to ${highestLimit}`;

/** The parameter `limit`; 50 where it is not given. */
export const limit = z.coerce
  .number({ error: limitText })
  .int({ error: limitText })
  .min(1, { error: limitText })
  .max(highestLimit, { error: limitText })
  .default(50)
  .describe("How many at most.");

/** A parameter that is a time as `2026-03-01T10:00:00Z`, read as milliseconds since the epoch. */
export const time = z
  .string()
  .transform((text, check): number => {
    const at = Date.parse(text);
    if (Number.isNaN(at)) check.addIssue({ code: "custom", message: `a time is 2026-03-01T10:00:00Z, not "${text}"` });
    return at;
  })
  .describe("A time, as 2026-03-01T10:00:00Z.");

export const order = z.enum(["newest", "oldest"]).default("newest").describe("What comes first.");

/** The parameter `after`: a time, a comma and a key, as an earlier answer gave them in `next`. */
export const cursor = z
  .string()
  .transform((text, check): { readonly at: string; readonly key: string } => {
    const comma = text.indexOf(",");
    const at = text.slice(0, comma);
    if (comma > 0 && !Number.isNaN(Date.parse(at))) return { at, key: text.slice(comma + 1) };
    check.addIssue({ code: "custom", message: "after is what an earlier answer gave as next" });
    return { at, key: "" };
  })
  .describe("Continues behind an earlier answer: its `next`.");

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

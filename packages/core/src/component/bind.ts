// Makes core's Expression and Template of JSONata text: binds $meta and $vars, keeps the limits, and maps every error
// to its place in the author's file. Not here: finding all problems of a text for `validate` (config/expressions.ts).

import { compile, ExpressionError, library, type Limits } from "@signalbox/jsonata";
import { messageOf, SignalboxError } from "../errors/error.ts";
import type { Location } from "../location.ts";
import type { Message, Meta, RequestMeta } from "../message.ts";
import type { Expression, Template } from "./expression.ts";
import type { Variables } from "./fields.ts";
import { splitTemplate } from "./template.ts";

export interface BindOptions {
  /** The pipeline's `vars`, seen as `$vars`. */
  readonly vars?: Readonly<Record<string, unknown>>;
  readonly limits?: Partial<Limits>;
  /** What it sees beside `$meta` and `$vars`; the values come with each evaluation. */
  readonly variables?: Variables | undefined;
  /** The place of the text's UTF-16 unit at `offset`; by default a place in the text itself, named `expression`. */
  readonly locate?: (offset: number) => Location;
}

/** The names every expression may use beside JSONata's own. */
export const boundVariables: readonly string[] = ["meta", "vars"];

/** The names an expression of a field with `variables` may use. */
export function namesOf(variables: Variables = {}): readonly string[] {
  return [...boundVariables, ...Object.keys(variables)];
}

/** The functions an expression may call beside JSONata's own, by name without `$`. */
export const boundFunctions = library;

/** Fields of `$meta`; those of `request` are `params`, `query` and `headers` as the request has them. */
const metaFields: Readonly<Record<keyof Meta | `request.${keyof RequestMeta}`, true>> = {
  pipeline: true,
  source: true,
  time: true,
  receivedAt: true,
  device: true,
  topic: true,
  backfilled: true,
  traceparent: true,
  hops: true,
  redriven: true,
  request: true,
  "request.method": true,
  "request.path": true,
  "request.params": true,
  "request.query": true,
  "request.headers": true,
};

/** Names of the fields that bound variables have: what an expression that reads another one gets is nothing. */
export function boundFields({ vars = {} }: Pick<BindOptions, "vars">): Readonly<Record<string, readonly string[]>> {
  return { meta: Object.keys(metaFields), vars: Object.keys(vars) };
}

/** A bound Expression; a text that does not compile throws CONFIG_EXPRESSION_SYNTAX. */
export function bindExpression(text: string, options: BindOptions = {}): Expression {
  const locate = options.locate ?? placeIn(text);
  const compiled = compileLocated(text, options, locate);
  const usesBindings = compiled.variables.length > 0;
  const { vars = {} } = options;
  return {
    text,
    at: locate(0),
    vars,
    evaluate(message, given) {
      const bindings = usesBindings ? bindingsOf(message, vars, given) : undefined;
      try {
        const value = compiled.evaluate(message.body, bindings);
        return value instanceof Promise ? value.catch((error: unknown) => fail(error, locate)) : value;
      } catch (error) {
        return fail(error, locate);
      }
    },
  };
}

function bindingsOf({ meta }: Message, vars: Values, given: Values | undefined): Record<string, unknown> {
  return given === undefined ? { meta, vars } : { ...given, meta, vars };
}

type Values = Readonly<Record<string, unknown>>;

function compileLocated(text: string, options: BindOptions, locate: (offset: number) => Location) {
  try {
    return compile(text, {
      variables: namesOf(options.variables),
      functions: boundFunctions,
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    });
  } catch (error) {
    throw new SignalboxError("CONFIG_EXPRESSION_SYNTAX", describeError(error), {
      at: locate(startOf(error)),
      cause: error,
    });
  }
}

function fail(error: unknown, locate: (offset: number) => Location): never {
  const isLimit = error instanceof ExpressionError && error.limit !== undefined;
  throw new SignalboxError(isLimit ? "EXPRESSION_LIMIT" : "EXPRESSION_FAILED", describeError(error), {
    at: locate(startOf(error)),
    cause: error,
  });
}

/** Where its token starts in the text. */
const startOf = (error: unknown): number => (error instanceof ExpressionError ? (error.offset ?? 0) : 0);

function describeError(error: unknown): string {
  const message = messageOf(error);
  return error instanceof ExpressionError ? `${message} (JSONata ${error.code})` : message;
}

function placeIn(text: string): (offset: number) => Location {
  return (offset) => {
    const before = text.slice(0, offset).split("\n");
    return { file: "expression", line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  };
}

/** A bound Template; a hole that does not close or compile throws CONFIG_TEMPLATE_SYNTAX or CONFIG_EXPRESSION_SYNTAX. */
export function bindTemplate(text: string, options: BindOptions = {}): Template {
  const locate = options.locate ?? placeIn(text);
  const { parts, problems } = splitTemplate(text);
  const [problem] = problems;
  if (problem !== undefined) {
    throw new SignalboxError("CONFIG_TEMPLATE_SYNTAX", problem.message, { at: locate(problem.index) });
  }
  const bound = parts.map((part) =>
    part.kind === "literal"
      ? part.text
      : bindExpression(part.text, { ...options, locate: (offset) => locate(part.index + offset) }),
  );
  return joinTemplate(bound, { text, at: locate(0) });
}

/** A Template of literal texts and bound holes; `text` is what the author wrote. */
export function joinTemplate(
  parts: readonly (string | Expression)[],
  { text, at }: { readonly text: string; readonly at: Location },
): Template {
  const isConstant = parts.every((part) => typeof part === "string");
  const hole = parts.findIndex((part) => typeof part !== "string");
  const literals = (hole === -1 ? parts : parts.slice(0, hole)).filter((part) => typeof part === "string");
  const literalStart = literals.join("");
  const renderWith = isConstant ? (): string => literalStart : (message: Message) => render(parts, message);
  return { text, at, isConstant, literalStart, render: renderWith };
}

function render(parts: readonly (string | Expression)[], message: Message): string | Promise<string> {
  let text = "";
  for (const [index, part] of parts.entries()) {
    if (typeof part === "string") {
      text += part;
      continue;
    }
    const value = part.evaluate(message);
    if (value instanceof Promise) return renderLate({ parts, message, index, value, text });
    text += holeText(value, part);
  }
  return text;
}

async function renderLate(late: {
  parts: readonly (string | Expression)[];
  message: Message;
  index: number;
  value: Promise<unknown>;
  text: string;
}): Promise<string> {
  const { parts, message, index } = late;
  let text = late.text;
  for (const [offset, part] of parts.slice(index).entries()) {
    if (typeof part === "string") text += part;
    else text += holeText(offset === 0 ? await late.value : await part.evaluate(message), part);
  }
  return text;
}

/** Text as it is; numbers, booleans and null in words; lists and objects as JSON. */
function holeText(value: unknown, hole: Expression): string {
  if (typeof value === "string") return value;
  if (value !== undefined) return JSON.stringify(value);
  throw new SignalboxError("EXPRESSION_NO_RESULT", `the hole {{${hole.text}}} gave no result`, {
    at: hole.at,
    hint: 'give a default: {{ x ? x : "none" }}',
  });
}

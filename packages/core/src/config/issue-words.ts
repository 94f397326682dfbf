// Words for what a schema complains about: what is wrong with the value an author wrote, and what to write instead.
// Not here: where it stands (issues.ts).

import type { z } from "zod";
import { type ErrorCode, errorCodes } from "../errors/codes.ts";
import { describePath } from "./keys.ts";
import { nearestWord } from "./suggest.ts";
import { type Path, pathKey, type Walk } from "./walk.ts";
import { isEmpty, kindOf, type YamlNode } from "./yaml/node.ts";

type Issue = z.core.$ZodIssue;

export interface Description {
  readonly code: ErrorCode;
  readonly message: string;
  readonly suggestion?: string | undefined;
}

export interface IssueContext {
  readonly path: Path;
  readonly walk: Walk;
  readonly node: YamlNode | undefined;
}

export function describeIssue(issue: Issue, context: IssueContext): Description {
  const subject = describePath(context.path, context.walk.label);
  switch (issue.code) {
    case "invalid_type":
      return describeType(issue.expected, context);
    case "invalid_value":
      return describeChoice(issue.values, context);
    case "too_small":
      return { code: "CONFIG_VALUE_INVALID", message: `${subject} ${boundText(issue.origin, issue.minimum, "least")}` };
    case "too_big":
      return { code: "CONFIG_VALUE_INVALID", message: `${subject} ${boundText(issue.origin, issue.maximum, "most")}` };
    case "not_multiple_of":
      return { code: "CONFIG_VALUE_INVALID", message: `${subject} must be a multiple of ${issue.divisor}` };
    case "custom":
      return describeCustom(issue, subject, context);
    case "invalid_union":
      return { code: "CONFIG_VALUE_TYPE", message: `${subject} has none of the forms it can have` };
    default:
      return {
        code: "CONFIG_VALUE_INVALID",
        message: `${subject}: ${lowerFirst(withoutValues(issue.message, context))}`,
      };
  }
}

const expectedWords: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "a mapping",
  record: "a mapping",
  null: "null",
};

function describeType(expected: string, { path, walk, node }: IssueContext): Description {
  const subject = describePath(path, walk.label);
  const word = expectedWords[expected] ?? expected;
  const scalar = node?.kind === "scalar" ? node : undefined;
  const { type } = walk.facts.get(pathKey(path)) ?? {};
  if (typeof scalar?.value === "number" && (type === "duration" || type === "size")) {
    return {
      code: type === "duration" ? "CONFIG_DURATION_INVALID" : "CONFIG_SIZE_INVALID",
      message: `${subject} has no unit`,
      suggestion:
        type === "duration" ? `write ${scalar.written}s, ${scalar.written}ms ...` : `write ${scalar.written}kB`,
    };
  }
  if (expected === "string" && scalar !== undefined && scalar.value !== null) {
    return {
      code: "CONFIG_VALUE_UNQUOTED",
      message: `${subject} must be text, and YAML reads ${kindOf(scalar)}`,
      suggestion: `quote it: "${scalar.written}"`,
    };
  }
  const was = walk.interpolated.has(pathKey(path))
    ? "the value of its variable"
    : node === undefined
      ? "nothing"
      : kindOf(node);
  return {
    code: "CONFIG_VALUE_TYPE",
    message: `${subject} must be ${word}, not ${was}`,
    suggestion: typeHint(expected, node),
  };
}

function typeHint(expected: string, node: YamlNode | undefined): string | undefined {
  if (node === undefined || isEmpty(node)) return "give it a value, or leave the key out";
  const text = node.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
  if (
    (expected === "number" || expected === "int") &&
    text !== undefined &&
    text !== "" &&
    Number.isFinite(Number(text))
  ) {
    return `without quotes: ${text}`;
  }
  if (expected === "boolean" && (text === "true" || text === "false")) return `without quotes: ${text}`;
  if (expected === "array" && node.kind !== "list") return "put it in a list: [ ... ], or lines that start with -";
  return undefined;
}

function describeChoice(values: readonly unknown[], { path, walk, node }: IssueContext): Description {
  const subject = describePath(path, walk.label);
  const choices = values.map(String);
  const given = node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
  const nearest = given === undefined ? undefined : nearestWord(given, choices);
  return {
    code: "CONFIG_VALUE_INVALID",
    message: `${subject} must be ${choices.length === 1 ? "" : "one of "}${choices.join(", ")}`,
    suggestion: nearest === undefined ? undefined : `did you mean "${nearest}"?`,
  };
}

function boundText(origin: string, bound: number | bigint, direction: "least" | "most"): string {
  if (origin === "string")
    return bound === 1 && direction === "least" ? "must not be empty" : `must have at ${direction} ${bound} characters`;
  if (origin === "array" || origin === "set")
    return `needs at ${direction} ${bound} ${bound === 1 ? "entry" : "entries"}`;
  return `must be at ${direction} ${bound}`;
}

/** What a component's own check says: `params.code` is a code of ours, `params.hint` what to do. */
function describeCustom(issue: z.core.$ZodIssueCustom, subject: string, context: IssueContext): Description {
  const { code, hint } = issue.params ?? {};
  const known = typeof code === "string" && Object.hasOwn(errorCodes, code);
  const message =
    issue.message === "Invalid input" ? "this is not allowed here" : withoutValues(issue.message, context);
  return {
    // looked up in the table just now
    code: known ? (code as ErrorCode) : "CONFIG_VALUE_INVALID",
    message: `${subject}: ${message}`,
    suggestion: typeof hint === "string" ? hint : unitHints[String(code)],
  };
}

const unitHints: Readonly<Record<string, string>> = {
  CONFIG_DURATION_INVALID: "write 500ms, 30s, 5m, 2h, 1d or 1h30m",
  CONFIG_SIZE_INVALID: "write 500B, 64kB, 4MB or 4MiB",
};

/** The message with what an author wrote where it would show a variable's value. */
function withoutValues(message: string, { path, walk }: IssueContext): string {
  let text = message;
  for (const [key, { text: value, written }] of walk.interpolated) {
    if (key !== pathKey(path) && !walk.scope.secrets.has(value)) continue;
    text = text.replaceAll(`"${value}"`, `"${written}"`);
    // A short value is found in any sentence; quoted is how a message shows one.
    if (value.length >= 6) text = text.replaceAll(value, written);
  }
  return text;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

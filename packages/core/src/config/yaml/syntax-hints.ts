// Turns what the yaml package reports into findings an author can act on: the slips of the first day get a hint.
// Not here: slips that are well-formed YAML (../expression-hints.ts).

import type { YAMLError } from "yaml";
import type { Finding } from "../model.ts";
import type { SourceText } from "../source-text.ts";

type NewFinding = Omit<Finding, "severity">;

export function describeSyntaxError(error: YAMLError, source: SourceText): NewFinding {
  const offset = error.pos[0];
  return (
    describeVariable(offset, source) ??
    describeTag(error, source) ?? {
      code: "CONFIG_YAML_SYNTAX",
      message: sentence(error),
      at: source.locate(offset),
      ...suggestion(hintFor(error, source)),
    }
  );
}

function suggestion(hint: string | undefined): { suggestion?: string } {
  return hint === undefined ? {} : { suggestion: hint };
}

function sentence(error: YAMLError): string {
  const text = error.message.replace(/\.$/, "");
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** `{ url: ${HOST} }`: inside { } and [ ] YAML takes the braces of a variable for its own, and stumbles at the first. */
function describeVariable(offset: number, source: SourceText): NewFinding | undefined {
  const start = offset - 1;
  const variable = /^\$\{[^}\n]*\}?/.exec(source.text.slice(start, start + 200))?.[0];
  if (variable === undefined) return undefined;
  return {
    code: "CONFIG_VARIABLE_UNQUOTED",
    message: `${variable} stands unquoted inside { } or [ ], where YAML takes its braces for its own`,
    suggestion: `quote the whole value: "...${variable}..."`,
    at: source.locate(start),
  };
}

function describeTag(error: YAMLError, source: SourceText): NewFinding | undefined {
  if (error.code !== "TAG_RESOLVE_FAILED") return undefined;
  const tag = source.text.slice(error.pos[0], error.pos[1]);
  return {
    code: "CONFIG_YAML_TAG_UNKNOWN",
    message: `${tag} is a YAML tag, and there is none of that name`,
    suggestion: "text that starts with ! must be quoted; in JSONata, not is $not( )",
    at: source.locate(error.pos[0]),
  };
}

const quoteIt = "quote the whole text, or write it under `|` on lines of its own";

function hintFor(error: YAMLError, source: SourceText): string | undefined {
  const offset = error.pos[0];
  const line = lineAt(offset, source);
  if (/\{\{/.test(line) && !/["'].*\{\{/.test(line))
    return "text with {{ }} must be quoted where it starts with a brace";
  if (error.message.includes("block sequence"))
    return "the - of a list stand below one another, as deep as its key or deeper";
  switch (error.code) {
    case "BAD_SCALAR_START":
      return `text that starts with ${source.text.charAt(offset)} must be quoted`;
    case "TAB_AS_INDENT":
      return "indent with spaces";
    case "BLOCK_AS_IMPLICIT_KEY":
    case "BLOCK_IN_FLOW":
    case "MULTILINE_IMPLICIT_KEY":
      return `": " inside unquoted text starts a mapping; ${quoteIt}`;
    case "BAD_DQ_ESCAPE":
      return "in double quotes write \\\\ for a backslash, or use single quotes";
    case "BAD_ALIAS":
      return `text that starts with ${source.text.charAt(offset)} must be quoted`;
    case "NON_STRING_KEY":
      return "keys are plain text";
    case "UNEXPECTED_TOKEN":
      return hintForToken(error, line);
    default:
      return undefined;
  }
}

function hintForToken(error: YAMLError, line: string): string | undefined {
  if (error.message.includes("block-seq-ind")) return "put the first - of a list on a line of its own";
  if (error.message.startsWith("Not a YAML token")) {
    return "behind | or > the text starts on the next line; an expression that starts with them must be quoted";
  }
  if (/:\s+["'[{]/.test(line))
    return `text that goes on behind a closing quote or bracket must be quoted as a whole; ${quoteIt}`;
  return undefined;
}

function lineAt(offset: number, source: SourceText): string {
  const start = source.text.lastIndexOf("\n", offset - 1) + 1;
  const end = source.text.indexOf("\n", offset);
  return source.text.slice(start, end === -1 ? undefined : end);
}

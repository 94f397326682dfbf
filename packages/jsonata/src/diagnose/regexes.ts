// Regular expressions that match nothing, or nothing at all: the empty text, on which jsonata stops.
import type { Ast } from "../syntax/ast.ts";
import { tokenStart } from "./places.ts";
import { error, type Problem, warning } from "./problem.ts";
import { builtinCalled, type Subject } from "./subject.ts";

const repeating = new Set(["match", "replace", "split"]);

/** A character that patterns rarely name: what is empty before it is empty before most. */
const probe = "\u0001";

export function* checkRegex(node: Ast, subject: Subject): Iterable<Problem> {
  if (node.type === "regex" && neverMatches(node.value)) {
    const message = "this pattern matches no text: an anchor or an empty class stands in its way";
    yield warning(tokenStart(node, subject.text), "REGEX_NEVER", message);
  }
  if (node.type !== "function" || !repeating.has(builtinCalled(node, subject) ?? "")) return;
  const pattern = node.arguments.find(({ type }) => type === "regex");
  if (pattern?.type !== "regex" || new RegExp(pattern.value.source).exec(probe)?.[0] !== "") return;
  if (new RegExp(pattern.value.source).exec(probe)?.index !== 0) return;
  const message =
    "this pattern also matches the empty text, and the function stops with an error (D1004) where it does";
  yield warning(tokenStart(pattern, subject.text), "REGEX_EMPTY", message);
}

/** Only plain patterns are judged: characters and anchors, or one with an empty class outside any choice. */
function neverMatches({ source, flags }: RegExp): boolean {
  if (/[|(?*{]/.test(source.replaceAll(/\\./g, ""))) return false;
  const plain = source.replaceAll(/\\[^bB]/g, "a");
  if (/\[\]/.test(plain)) return true;
  return !flags.includes("m") && /[^^$\\]\^|\$[^^$\\]/.test(plain.replaceAll(/\[[^\]]*\]/g, "a"));
}

/** A pattern that JavaScript does not compile, from the SyntaxError that says so. */
export function invalidRegex(text: string, cause: SyntaxError): Problem {
  const [, source = "", reason = cause.message] =
    /^Invalid regular expression: \/(.*)\/\w*: (.*)$/s.exec(cause.message) ?? [];
  const offset = Math.max(0, text.indexOf(`/${source}/`));
  return error(offset, "REGEX_INVALID", `this is no regular expression: ${reason}`);
}

import { messageOf, SignalboxError } from "../../errors/error.ts";
import { findJsonError } from "./json-error.ts";

/** Deeper than any message means to be, and shallow enough for what walks over it later. */
const maxDepth = 500;

/** Why a body was not taken, and where. */
export class BodyRefused extends SignalboxError {
  readonly status: number;
  readonly place: { readonly line: number; readonly column: number; readonly offset: number } | undefined;

  constructor(
    status: number,
    code: "WEBHOOK_BODY_MALFORMED" | "WEBHOOK_TYPE_UNSUPPORTED",
    message: string,
    place?: BodyRefused["place"],
  ) {
    super(code, message);
    this.status = status;
    this.place = place;
  }
}

/** A request's body by its content type: JSON (also without a type), forms, text. No body is null. Throws BodyRefused. */
export function readBody(bytes: Uint8Array, contentType: string | undefined): unknown {
  const [type = "", ...parameters] = (contentType ?? "")
    .toLowerCase()
    .split(";")
    .map((part) => part.trim());
  if (bytes.length === 0 && !isJson(type)) return null;
  const text = decode(bytes, parameters);
  if (type === "" || isJson(type)) return parseJson(text);
  if (type === "application/x-www-form-urlencoded") return parseForm(text);
  if (type.startsWith("text/")) return text;
  throw new BodyRefused(
    415,
    "WEBHOOK_TYPE_UNSUPPORTED",
    `a body of type ${type} cannot be read; send JSON, a form or text`,
  );
}

function isJson(type: string): boolean {
  return type === "application/json" || type === "text/json" || type.endsWith("+json");
}

function decode(bytes: Uint8Array, parameters: readonly string[]): string {
  const charset =
    parameters
      .find((each) => each.startsWith("charset="))
      ?.slice(8)
      .replaceAll('"', "") ?? "utf-8";
  if (charset !== "utf-8" && charset !== "utf8" && charset !== "us-ascii") {
    throw new BodyRefused(415, "WEBHOOK_TYPE_UNSUPPORTED", `a body in ${charset} cannot be read; send UTF-8`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new BodyRefused(400, "WEBHOOK_BODY_MALFORMED", "the body is not UTF-8");
  }
}

function parseJson(text: string): unknown {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw malformed(text, findJsonError(text), messageOf(error));
  }
  const tooDeep = findTooDeep(text);
  if (tooDeep !== undefined) throw malformed(text, tooDeep, `nested deeper than ${maxDepth}`);
  return body;
}

function malformed(text: string, offset: number, why: string): BodyRefused {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  const column = offset - before.lastIndexOf("\n");
  // V8 quotes from the body; what was sent to us is not ours to repeat.
  const reason = why.startsWith("nested")
    ? why
    : offset === text.length
      ? "it ends too soon"
      : `unexpected ${JSON.stringify(text[offset])}`;
  const message = `the body is not JSON that can be taken: ${reason} at line ${line}, column ${column}`;
  return new BodyRefused(400, "WEBHOOK_BODY_MALFORMED", message, { line, column, offset });
}

/** The offset at which valid JSON goes deeper than `maxDepth`. */
function findTooDeep(text: string): number | undefined {
  // That deep needs as many brackets that open as ones that close.
  if (text.length < 2 * maxDepth) return undefined;
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (isInString) {
      if (character === "\\") at += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    if (depth > maxDepth) return at;
  }
  return undefined;
}

function parseForm(text: string): Record<string, unknown> {
  const fields = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const known = fields.get(name);
    if (known === undefined) fields.set(name, value);
    else if (typeof known === "string") fields.set(name, [known, value]);
    else known.push(value);
  }
  return Object.fromEntries(fields);
}

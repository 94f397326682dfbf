// Splits the text of a template into literal parts and {{ JSONata }} holes.
// Not here: compiling and rendering them (bind.ts).

export type TemplatePart =
  | { readonly kind: "literal"; readonly text: string; readonly index: number }
  | { readonly kind: "hole"; readonly text: string; readonly index: number };

export interface TemplateProblem {
  readonly message: string;
  readonly index: number;
}

/** The parts in order; `index` is where each starts in `text` (a hole: behind its braces). */
export function splitTemplate(text: string): {
  readonly parts: readonly TemplatePart[];
  readonly problems: readonly TemplateProblem[];
} {
  const parts: TemplatePart[] = [];
  const problems: TemplateProblem[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf("{{", at);
    if (open === -1) break;
    if (open > at) parts.push({ kind: "literal", text: text.slice(at, open), index: at });
    const close = endOfHole(text, open + 2);
    if (close === undefined) {
      problems.push({ message: "this {{ has no }}", index: open });
      return { parts, problems };
    }
    const inside = text.slice(open + 2, close);
    if (inside.trim() === "") problems.push({ message: "there is nothing between {{ and }}", index: open });
    else parts.push({ kind: "hole", text: inside, index: open + 2 });
    at = close + 2;
  }
  if (at < text.length) parts.push({ kind: "literal", text: text.slice(at), index: at });
  return { parts, problems };
}

const closers: Readonly<Record<string, string>> = { '"': '"', "'": "'", "`": "`" };

/** Where the `}}` of a hole stands that begins at `from`: braces, strings and comments of its JSONata do not end it. */
function endOfHole(text: string, from: number): number | undefined {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const unit = text.charAt(at);
    if (unit === "}" && depth === 0) return text[at + 1] === "}" ? at : undefined;
    if (unit === "{") depth += 1;
    if (unit === "}") depth -= 1;
    if (unit in closers) at = endOfQuoted(text, at, unit);
    else if (unit === "/" && text[at + 1] === "*") at = endOfComment(text, at);
    else if (unit === "/" && startsRegex(text, at, from)) at = endOfQuoted(text, at, "/");
    else at += 1;
  }
  return undefined;
}

function endOfQuoted(text: string, from: number, quote: string): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === "\\" && quote !== "`") at += 1;
    else if (text[at] === quote) return at + 1;
  }
  return text.length;
}

function endOfComment(text: string, from: number): number {
  const end = text.indexOf("*/", from + 2);
  return end === -1 ? text.length : end + 2;
}

/** A slash divides behind a value, and starts a regular expression behind an operator or an opening bracket. */
function startsRegex(text: string, at: number, from: number): boolean {
  const before = text.slice(from, at).trimEnd();
  return before === "" || /[(,:;=?[{&~><+*!|-]$/.test(before);
}

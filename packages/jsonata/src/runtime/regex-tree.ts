// A regular expression as a tree, as far as its backtracking depends on it. Not here: what it matches. Sets of characters
// are bits: one for each of ASCII, one for all others together. They may hold too much, never too little.

export type Node =
  | { readonly kind: "set"; readonly set: bigint }
  /** Matches no character: an assertion that looks at no more than the characters beside it. */
  | { readonly kind: "empty" }
  /** The end of the text. */
  | { readonly kind: "end" }
  | { readonly kind: "sequence"; readonly items: readonly Node[] }
  | { readonly kind: "choice"; readonly options: readonly Node[] }
  | { readonly kind: "repeat"; readonly body: Node; readonly min: number; readonly max: number }
  /** A look ahead or behind. */
  | { readonly kind: "look"; readonly body: Node }
  /** A back reference, or anything that is not understood. */
  | { readonly kind: "unknown" };

export interface Tree {
  readonly root: Node;
  /** True when it can only match where the text starts. */
  readonly isAnchored: boolean;
}

const others = 1n << 128n;
const all = (1n << 129n) - 1n;

const bit = (code: number): bigint => (code < 128 ? 1n << BigInt(code) : others);

function range(from: number, to: number): bigint {
  let set = to >= 128 ? others : 0n;
  for (let code = from; code <= to && code < 128; code++) set |= 1n << BigInt(code);
  return set;
}

const digits = range(48, 57);
const words = digits | range(65, 90) | range(97, 122) | bit(95);
const spaces = range(9, 13) | bit(32) | others;
const not = (set: bigint): bigint => (all & ~set) | others;

const classes: Record<string, bigint> = {
  d: digits,
  D: not(digits),
  w: words,
  W: not(words),
  s: spaces,
  S: not(spaces),
};
const controls: Record<string, number> = { t: 9, n: 10, v: 11, f: 12, r: 13, 0: 0 };

/** Both cases of the letters in a set. */
function anyCase(set: bigint): bigint {
  const upper = (set >> 65n) & ((1n << 26n) - 1n);
  const lower = (set >> 97n) & ((1n << 26n) - 1n);
  return set | (upper << 97n) | (lower << 65n);
}

const unknown: Node = { kind: "unknown" };
const empty: Node = { kind: "empty" };

/** One thing of a pattern: an escape, a class, the start of a group, a quantifier, or a character. */
const tokens =
  /\\(?:0\d+|x[\da-fA-F]{2}|u[\da-fA-F]{4}|c[a-zA-Z]|[^])|\[(?:\\[^]|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<[^>]*>|[^]))?|[*+?]\??|\{\d+(?:,\d*)?\}\??|[^]/g;

export function regexTree({ source, flags }: Pick<RegExp, "source" | "flags">): Tree {
  if (/[uvs]/.test(flags)) return { root: unknown, isAnchored: false };
  const parser = new Parser(source.match(tokens) ?? [], flags);
  const root = parser.choice();
  const options = root.kind === "choice" ? root.options : [root];
  const isAnchored =
    !flags.includes("m") && options.every((option) => option.kind === "sequence" && option.items[0] === parser.start);
  return { root: parser.isDone ? root : unknown, isAnchored };
}

class Parser {
  readonly #tokens: readonly string[];
  readonly #foldsCase: boolean;
  readonly #isMultiline: boolean;
  #next = 0;
  /** What `^` is, so that it can be told from other assertions. */
  readonly start: Node;

  constructor(tokens: readonly string[], flags: string) {
    this.#tokens = tokens;
    this.#foldsCase = flags.includes("i");
    this.#isMultiline = flags.includes("m");
    this.start = { kind: "empty" };
  }

  get isDone(): boolean {
    return this.#next === this.#tokens.length;
  }

  choice(): Node {
    const options = [this.#sequence()];
    while (this.#tokens[this.#next] === "|") {
      this.#next++;
      options.push(this.#sequence());
    }
    return options.length === 1 ? (options[0] as Node) : { kind: "choice", options };
  }

  #sequence(): Node {
    const items: Node[] = [];
    for (let token = this.#tokens[this.#next]; token !== undefined; token = this.#tokens[this.#next]) {
      if (token === "|" || token === ")") break;
      this.#next++;
      const item = token.startsWith("(") ? this.#group(token) : this.#single(token);
      items.push(this.#repeated(item));
    }
    return { kind: "sequence", items };
  }

  #group(open: string): Node {
    const body = this.choice();
    if (this.#tokens[this.#next] !== ")") return unknown;
    this.#next++;
    if (open === "(" || open === "(?:" || /^\(\?<[^=!]/.test(open)) return body;
    return /^\(\?(?:[=!]|<[=!])/.test(open) ? { kind: "look", body } : unknown;
  }

  #repeated(body: Node): Node {
    const token = this.#tokens[this.#next] ?? "";
    const counted = /^\{(\d+)(,?)(\d*)\}/.exec(token);
    if (counted === null && !/^[*+?]/.test(token)) return body;
    this.#next++;
    if (counted === null)
      return { kind: "repeat", body, min: token[0] === "+" ? 1 : 0, max: token[0] === "?" ? 1 : Infinity };
    const [, least, comma, most] = counted;
    const max = comma === "" ? Number(least) : most === "" ? Infinity : Number(most);
    return { kind: "repeat", body, min: Number(least), max };
  }

  #single(token: string): Node {
    if (token === "^") return this.start;
    if (token === "$") return this.#isMultiline ? empty : { kind: "end" };
    if (token === "\\b" || token === "\\B") return empty;
    if (/^\\(?:[1-9k]|0\d|c$)/.test(token)) return unknown;
    const set = token.startsWith("[") ? classOf(token) : setOf(token);
    return { kind: "set", set: this.#foldsCase ? anyCase(set) : set };
  }
}

function setOf(token: string): bigint {
  if (token === ".") return not(bit(10) | bit(13));
  if (!token.startsWith("\\")) return bit(token.charCodeAt(0));
  return classes[token.charAt(1)] ?? bit(codeOf(token));
}

/** The character of an escape. */
function codeOf(escape: string): number {
  const letter = escape.charAt(1);
  if (escape.length > 2 && /[xu]/.test(letter)) return Number.parseInt(escape.slice(2), 16);
  if (escape.length > 2) return escape.charCodeAt(2) % 32;
  return controls[letter] ?? letter.charCodeAt(0);
}

const classTokens = /\\(?:0\d+|x[\da-fA-F]{2}|u[\da-fA-F]{4}|c[a-zA-Z]|[^])|[^]/g;

function classOf(text: string): bigint {
  const isNegated = text.startsWith("[^");
  const parts = text.slice(isNegated ? 2 : 1, -1).match(classTokens) ?? [];
  let set = 0n;
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] as string;
    const until = parts[index + 1] === "-" ? parts[index + 2] : undefined;
    const [from, to] = [classCode(part), until === undefined ? undefined : classCode(until)];
    if (from === undefined) set |= classes[part.charAt(1)] ?? all;
    else if (to === undefined) set |= bit(from);
    else {
      set |= range(from, to);
      index += 2;
    }
  }
  return isNegated ? not(set) : set;
}

/** The character of a part of a class; undefined for a class of its own. */
function classCode(part: string): number | undefined {
  if (!part.startsWith("\\")) return part.charCodeAt(0);
  if (part === "\\b") return 8;
  return /^\\(?:[dDwWsS1-9]|0\d|c$)/.test(part) ? undefined : codeOf(part);
}

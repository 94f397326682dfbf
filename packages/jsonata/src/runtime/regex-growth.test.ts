import { expect, test } from "vitest";
import { pick, seeded, type Random } from "../functions/testing/random-arguments.ts";
import { regexGrowth } from "./regex-growth.ts";
import { regexTree, type Node } from "./regex-tree.ts";

const degreeOf = (source: string, flags = "g"): number => regexGrowth({ source, flags }).degree;

test.each([
  ["abc", 1],
  ["[a-z]+", 2],
  ["^[a-z]+", 1],
  ["^a|^b", 1],
  ["^a|b", 1],
  ["dev\\/([0-9A-F]+)\\/(\\w+)", 2],
  ["T=([\\d.]+);H=([\\d.]+);P=(\\d+)", 2],
  ["(\\d+)-(\\d+)-(\\d+)", 2],
  ["\\d{4}-\\d{2}-\\d{2}", 1],
  ["(?:\\d{1,3}\\.){3}\\d{1,3}", 1],
  ["([A-Z]+;)*x", 2],
  ["([0-9a-f]{2}:)+", 2],
  ["\\s+$", 2],
  ["^\\s+|\\s+$", 2],
  ['"([^"\\\\]|\\\\.)*"', 2],
  ["(\\.\\d*)?", 2],
  ["a{2,5}b", 1],
  ["(?:abc)+", 2],
  ["[+*?(){}]x\\+\\(", 1],
  ["(?=[a-f]{2})\\w+;", 2],
  [".*a", 2],
  [".*a.*b", 3],
  ["\\d+\\d+x", 3],
  ["\\w+\\s*\\w+:", 3],
  ["(a+)+", Infinity],
  ["(a|b)*", 2],
  ["(a|ab)*c", Infinity],
  ["(\\w+\\s?)*;", Infinity],
  ["((a?)b)+", 2],
  ["((a?)a)+b", Infinity],
  ["(a*){3}", Infinity],
  ["(a)\\1", Infinity],
  ["(?<n>a)\\k<n>", Infinity],
  ["(?=a*)a*b", Infinity],
  ["(?<=a+)b", Infinity],
])("the steps of %s grow with the power %s", (source, degree) => {
  expect(degreeOf(source)).toBe(degree);
});

test("flags change what decides", () => {
  expect([degreeOf("a+Ab", "g"), degreeOf("a+Ab", "gi")]).toEqual([2, 2]);
  expect([degreeOf("[a]+[A]+b", "g"), degreeOf("[a]+[A]+b", "gi")]).toEqual([2, 3]);
  expect([degreeOf("^a+", "g"), degreeOf("^a+", "gm")]).toEqual([1, 2]);
  expect(degreeOf("a", "u")).toBe(Infinity);
});

/** Walks a tree as a backtracking engine does, and counts what it tries. Gives up above `most`. */
class Walk {
  steps = 0;
  readonly #text: string;
  readonly #most: number;

  constructor(text: string, most: number) {
    this.#text = text;
    this.#most = most;
  }

  match(node: Node, at: number, go: (at: number) => boolean): boolean {
    if (++this.steps > this.#most) return true;
    switch (node.kind) {
      case "set":
        return at < this.#text.length && ((node.set >> BigInt(this.#text.charCodeAt(at))) & 1n) === 1n && go(at + 1);
      case "end":
        return at === this.#text.length && go(at);
      case "sequence":
        return this.#sequence(node.items, at, go);
      case "choice":
        return node.options.some((option) => this.match(option, at, go));
      case "repeat":
        return this.#repeat(node, at, { turn: 0, go });
      default:
        return go(at);
    }
  }

  #sequence(items: readonly Node[], at: number, go: (at: number) => boolean): boolean {
    const [first, ...rest] = items;
    return first === undefined ? go(at) : this.match(first, at, (next) => this.#sequence(rest, next, go));
  }

  #repeat(
    node: Extract<Node, { kind: "repeat" }>,
    at: number,
    { turn, go }: { turn: number; go: (at: number) => boolean },
  ): boolean {
    const again = (next: number): boolean =>
      next === at && turn >= node.min ? false : this.#repeat(node, next, { turn: turn + 1, go });
    if (turn < node.max && this.match(node.body, at, again)) return true;
    return turn >= node.min && go(at);
  }
}

function randomPattern(random: Random, depth: number): string {
  const kind = depth === 0 ? 0 : random();
  const inner = (): string => randomPattern(random, depth - 1);
  if (kind < 0.3) return pick(random, ["a", "b", "c", "[ab]", "[^a]", ".", "\\w", "[a-c]", "\\d", "$", "\\b"]);
  if (kind < 0.6) return inner() + inner() + (random() < 0.5 ? inner() : "");
  if (kind < 0.7) return `(?:${inner()}|${inner()})`;
  return `(?:${inner()})${pick(random, ["*", "+", "?", "*?", "{2}", "{1,3}", "{0,2}"])}`;
}

test("no search takes more steps than foretold", () => {
  const random = seeded(23);
  let bounded = 0;
  for (let round = 0; round < 6_000; round++) {
    const source = (random() < 0.2 ? "^" : "") + randomPattern(random, 4);
    const pattern = { source, flags: pick(random, ["g", "gi", "gm"]) };
    const growth = regexGrowth(pattern);
    if (growth.degree === Infinity) continue;
    bounded++;
    const { root, isAnchored } = regexTree(pattern);
    for (const length of [4, 12, 30]) {
      const text = Array.from({ length }, () => pick(random, ["a", "a", "a", "b", "c", "1"])).join("");
      const most = growth.factor * (length + 1) ** growth.degree;
      const walk = new Walk(text, Math.min(most, 300_000));
      // Every start fails, so that every way is tried.
      for (let at = 0; at <= (isAnchored ? 0 : length); at++) walk.match(root, at, () => false);
      expect(walk.steps, `/${source}/${pattern.flags} on ${text}`).toBeLessThanOrEqual(most);
    }
  }
  expect(bounded).toBeGreaterThan(2_000);
});

test("the tree of a pattern allows all that the pattern matches", () => {
  const random = seeded(29);
  for (let round = 0; round < 4_000; round++) {
    const source = randomPattern(random, 3);
    const text = Array.from({ length: 6 }, () => pick(random, ["a", "b", "c", "1", " ", "é"])).join("");
    const found = new RegExp(source).exec(text);
    if (found === null || text.includes("é")) continue;
    const reached: number[] = [];
    new Walk(text, 100_000).match(regexTree({ source, flags: "" }).root, found.index, (at) => {
      reached.push(at);
      return false;
    });
    expect(reached, `/${source}/ on ${text}`).toContain(found.index + found[0].length);
  }
});

test.each([
  ["\\x41", "A"],
  ["\\u0041", "A"],
  ["\\X41", "X41"],
  ["[\\d-]", "-"],
  ["[a-c-]", "-"],
  ["[\\b]", "\b"],
  ["[^]", "z"],
  ["[^\\W]", "_"],
  ["\\cA", "\u0001"],
  ["a{,3}", "a{,3}"],
  ["a{", "a{"],
  ["[]]", "never"],
  ["\\t\\n\\v\\f\\r\\0", "\t\n\v\f\r\0"],
  ["\\-\\/\\.", "-/."],
])("reads %s", (source, text) => {
  const ends: number[] = [];
  new Walk(text, 1_000).match(regexTree({ source, flags: "" }).root, 0, (at) => {
    ends.push(at);
    return false;
  });
  expect(ends.includes(text.length)).toBe(new RegExp(`^(?:${source})$`).test(text));
});

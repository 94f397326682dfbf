// Where a text stops being JSON. JSON.parse is the judge of whether; its messages name a place only now and then.
// Not here: parsing.

const space = /[ \t\n\r]*/y;
// oxlint-disable no-control-regex -- JSON forbids control characters in strings, so they are named here
const wholeString = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
// As much as can still become a string, or a number.
const stringPrefix = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*(?:\\(?:u[0-9a-fA-F]{0,3})?)?/y;
const numberPrefix = /-?(?:(?:0|[1-9]\d*)(?:\.(?:\d+(?:[eE][+-]?\d*)?)?|[eE][+-]?\d*)?)?/y;
const words = ["true", "false", "null"];

type Expected = "value" | "value-or-end" | "key" | "key-or-end" | "colon" | "comma-or-end" | "nothing";

/** The offset (UTF-16 units) of the first character that cannot stand where it does; the length when the text ends too soon. */
export function findJsonError(text: string): number {
  const open: ("{" | "[")[] = [];
  let expected: Expected = "value";
  let at = 0;
  for (;;) {
    at = skip(space, text, at) ?? at;
    const character = text[at];
    if (character === undefined) return at;
    const afterValue = open.length === 0 ? "nothing" : "comma-or-end";
    if (isEnd(character, open, expected)) {
      open.pop();
      expected = open.length === 0 ? "nothing" : "comma-or-end";
      at += 1;
    } else if (expected === "comma-or-end" && character === ",") {
      expected = open.at(-1) === "{" ? "key" : "value";
      at += 1;
    } else if (expected === "colon" && character === ":") {
      expected = "value";
      at += 1;
    } else if (expected === "key" || expected === "key-or-end") {
      const key = skipString(text, at);
      if (key.isBroken) return key.at;
      at = key.at;
      expected = "colon";
    } else if (expected !== "value" && expected !== "value-or-end") {
      return at;
    } else if (character === "{" || character === "[") {
      open.push(character);
      expected = character === "{" ? "key-or-end" : "value-or-end";
      at += 1;
    } else {
      const end = skipScalar(text, at);
      if (end.isBroken) return end.at;
      at = end.at;
      expected = afterValue;
    }
  }
}

function isEnd(character: string, open: readonly string[], expected: Expected): boolean {
  if (expected !== "comma-or-end" && expected !== "key-or-end" && expected !== "value-or-end") return false;
  return open.at(-1) === "{" ? character === "}" : character === "]";
}

interface Skipped {
  /** The end of what was skipped, or where it breaks. */
  readonly at: number;
  readonly isBroken: boolean;
}

function skipScalar(text: string, at: number): Skipped {
  const first = text[at] ?? "";
  if (first === '"') return skipString(text, at);
  const word = words.find((each) => each.startsWith(first));
  if (word !== undefined) return skipWord(word, text, at);
  const end = skip(numberPrefix, text, at) ?? at;
  return { at: end, isBroken: !/\d/.test(text[end - 1] ?? "") || end === at };
}

function skipString(text: string, at: number): Skipped {
  const whole = skip(wholeString, text, at);
  if (whole !== undefined) return { at: whole, isBroken: false };
  return { at: skip(stringPrefix, text, at) ?? at, isBroken: true };
}

function skipWord(word: string, text: string, at: number): Skipped {
  let end = at;
  while (end - at < word.length && text[end] === word[end - at]) end += 1;
  return { at: end, isBroken: end - at < word.length };
}

/** The end of what `pattern` matches at `at`; undefined when it does not match there. */
function skip(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

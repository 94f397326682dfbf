import type { Random } from "../random.ts";
import { call } from "./calls.ts";
import { list, object } from "./lists.ts";
import { common } from "./programs.ts";
import { reference } from "./paths.ts";
import { boolean, number, text } from "./scalars.ts";
import { choose, make, type Kind, type Scope, type Writer } from "./scope.ts";

const plain = ["null", "missing", "{}", "[]", "$", "$$", "*", "**", "0", '"a"', "true", "()", "*.*", "$.*", "**[0]"];

const any: Writer = (scope) => {
  const { random } = scope;
  const place = (): string => reference(scope, "any")?.text ?? random.pick(plain);
  if (scope.room <= 0)
    return choose(scope, [
      [5, place],
      [1, () => random.pick(plain)],
    ]);
  return choose(scope, [
    [4, place],
    [1, () => random.pick(plain)],
    [4, () => make(scope, random.pick(["number", "text", "boolean", "object", "objects", "list"]))],
    [1, () => common(scope, "any")],
    [1, () => call(scope, "list")],
  ]);
};

const writers: Readonly<Record<Kind, Writer>> = {
  number,
  text,
  boolean,
  object,
  numbers: list("numbers"),
  texts: list("texts"),
  objects: list("objects"),
  list: list("list"),
  any,
};

/**
 * Writes an expression for inputs like the sample and variables like the bindings. The same random numbers give the same text. Most have a value on the
 * sample; in some, trouble is sought.
 */
export function writeExpression(random: Random, sample: unknown, bindings: Record<string, unknown> = {}): string {
  const scope: Scope = {
    random,
    here: sample,
    root: sample,
    variables: Object.entries(bindings).map(([name, value]) => ({ name, sample: value })),
    room: random.weighted([
      [1, 2],
      [2, 3],
      [3, 4],
      [2, 5],
    ] as const),
    trouble: random.chance(0.65) ? 0 : random.chance(0.7) ? 0.03 : 0.1,
    writers,
  };
  let text = make(scope, random.pick(outermost));
  while (text.length < trivial && random.chance(0.9)) text = make(scope, random.pick(outermost));
  return text;
}

const outermost = [
  "number",
  "text",
  "boolean",
  "object",
  "object",
  "objects",
  "list",
  "numbers",
  "texts",
  "any",
] as const;
/** Shorter texts are nearly all a literal or a plain path. */
const trivial = 16;

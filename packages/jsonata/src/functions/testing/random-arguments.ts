// Random arguments for calls of functions, each as two things: what the reference gets and what compiled code gets.
// oxlint-disable no-unused-vars -- how many parameters a function declares is part of what is tested
import { regexValue } from "../../runtime/matcher.ts";
import { asSequence, MARK, OUTER, SEQUENCE, type Fn, type Marked } from "../../runtime/values.ts";
import { builtIns, withValidator } from "../built-ins.ts";
import { parseSignature } from "../signature.ts";

export type Random = () => number;

/** Numbers from 0 to 1, the same for the same seed. */
export function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

export interface Argument {
  /** As written in an expression: a variable or the text of a function. */
  text: (variable: string) => string;
  /** Value of the variable. */
  theirs: unknown;
  ours: unknown;
}

const numbers = [
  0,
  -0,
  1,
  -1,
  2,
  3,
  7,
  10,
  16,
  36,
  0.5,
  1.5,
  2.5,
  -2.5,
  0.1,
  0.3,
  1.005,
  71.6,
  -12.345,
  1e-7,
  1e21,
  1e300,
  -1e300,
  100,
  1234567.891,
  0.1 + 0.2,
  1 / 3,
  2 ** 53,
  1732268400123,
  1e5,
  -3,
  99.995,
  1e15,
  123456789.12345678,
  Infinity,
  -Infinity,
  NaN,
];

const texts = [
  "",
  " ",
  "a",
  "abc",
  "b",
  "ABC",
  "hello world",
  "  two  spaces \t\n",
  "a,b,c",
  "ab-ab-ab",
  "é",
  "😀",
  "a😀b😀",
  "\ud83d",
  "\ude00x",
  "12",
  "-12.50",
  "1e3",
  "0x1F",
  "0b101",
  "zz0o17",
  "00",
  "5.",
  "-",
  "true",
  '"quoted"',
  "a\\b",
  "\u0000",
  "$0-$1$$$2",
  "$1",
  "aXbXc",
  "%20",
  "%E0%A4%A",
  "http://x.y/?q=a b&c=ä",
  "aGVsbG8=",
  "length",
  "__proto__",
  "toString",
  "a",
  "x",
  "0",
  "1",
];

/** Everything an argument may be, but arrays, objects and functions. */
const scalar = (random: Random): unknown => {
  const kind = random();
  if (kind < 0.35) return pick(random, numbers);
  if (kind < 0.8) return pick(random, texts);
  if (kind < 0.9) return random() < 0.5;
  return kind < 0.95 ? null : random() < 0.5 ? undefined : Math.round(random() * 2e6) / 1000;
};

const names = ["a", "b", "x", "10", "2", "length", "__proto__", "toString", "constructor", "é", ""];

export function randomData(random: Random, depth = 3): unknown {
  const kind = random();
  if (depth === 0 || kind < 0.4) return scalar(random);
  const size = Math.floor(random() * (random() < 0.15 ? 24 : 5));
  if (kind < 0.5) return Array.from({ length: size }, () => pick(random, numbers.slice(0, 34)));
  if (kind < 0.6) return Array.from({ length: size }, () => pick(random, texts));
  if (kind < 0.8) return Array.from({ length: size }, () => randomData(random, depth - 1));
  if (kind < 0.87) return Array.from({ length: size }, () => randomObject(random, 0));
  return randomObject(random, depth - 1);
}

function randomObject(random: Random, depth: number): object {
  const entries = Array.from({ length: Math.floor(random() * 4) }, () => [
    pick(random, names),
    randomData(random, depth),
  ]);
  return Object.fromEntries(entries) as object;
}

const value = (name: string): Fn => builtIns.get(name)?.value as Fn;

/** Functions as the text of an expression, and as compiled code would have them. */
const functions: readonly [string, () => Fn][] = [
  ["function($x){$x}", () => (x) => x],
  ["function($x,$i){$i}", () => (_, i) => i],
  ["function($x,$i){[$x,$i]}", () => (x, i) => [x, i].flatMap((item) => (item === undefined ? [] : item))],
  ["function($x,$i,$a){$count($a)}", () => (_, __, a) => value("count")(a)],
  ["function($a,$b,$c,$d){$c}", () => (_, __, c, ___) => c],
  ["function(){1}", () => () => 1],
  ["function($x){false}", () => () => false],
  ["function($a,$b){$type($a) = 'number'}", () => (a, _) => value("type")(a) === "number"],
  ["function($a,$b){$string($a) > $string($b)}", () => isAfter],
  [
    "function($m){$string($m.match) & '!'}",
    () => (m) => `${(value("lookup")(m, "match") as string | undefined) ?? ""}!`,
  ],
  [
    "function($x)<s-:s>{$x}",
    () => withValidator((x) => x, { validate: parseSignature("<s-:s>"), definition: "<s-:s>" }),
  ],
  [
    'function($s){{"match":"a","start":0,"end":1,"groups":["g"],"next":function(){()}}}',
    () => (_) => ({ match: "a", start: 0, end: 1, groups: ["g"], next: () => undefined }),
  ],
  ['function($s){{"match":"a"}}', () => (_) => ({ match: "a" })],
  ["/a/", () => regexValue(/a/g, 1)],
  ["/(b)(x)?/i", () => regexValue(/(b)(x)?/gi, 1)],
  ["/[a-z]+/", () => regexValue(/[a-z]+/g, 1)],
  ["/(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)/", () => regexValue(/(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)/g, 1)],
  ["/x*/", () => regexValue(/x*/g, 1)],
  ["/$/", () => regexValue(/$/g, 1)],
  ...["uppercase", "sum", "string", "contains", "round", "not", "exists", "length", "lookup", "append"].map(
    (name): [string, () => Fn] => [`$${name}`, () => value(name)],
  ),
];

function isAfter(a: unknown, b: unknown): unknown {
  const [left, right] = [value("string")(a), value("string")(b)];
  return left === undefined || right === undefined ? undefined : (left as string) > (right as string);
}

export function functionArgument(random: Random): Argument {
  const [text, make] = pick(random, functions);
  return { text: () => text, theirs: undefined, ours: make() };
}

export function dataArgument(data: unknown): Argument {
  return { text: (variable) => variable, theirs: data, ours: data };
}

/** The same items as a sequence, as a path would give them. */
export function sequenceArgument(items: unknown[]): Argument {
  const theirs = Object.assign(items.slice(), { sequence: true });
  return { text: (variable) => variable, theirs, ours: asSequence(items.slice()) };
}

export function randomArgument(random: Random): Argument {
  if (random() < 0.08) return functionArgument(random);
  const data = randomData(random);
  if (Array.isArray(data) && data.length > 1 && random() < 0.4) return sequenceArgument(data as unknown[]);
  return dataArgument(data);
}

/** The context of a call at the top of an expression: an array is one item of a sequence. */
export function contextOf(input: unknown): unknown {
  if (!Array.isArray(input)) return input;
  const outer: Marked = [input];
  outer[MARK] = SEQUENCE | OUTER;
  return outer;
}

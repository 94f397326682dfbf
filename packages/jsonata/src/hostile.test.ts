// Names, keys, data and texts chosen or made at random to break out, write where they must not, or crash the process.
// Size and time are in limits.test.ts.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compile, ExpressionError, problems } from "./index.ts";

const flags = "_jsonata_lambda _jsonata_function outerWrapper tupleStream sequence keepSingleton cons push".split(" ");
const names =
  "__proto__ constructor prototype toString hasOwnProperty then length environment @ $ $$ % // */ ${x}".split(" ");
const characters = ["\u2028", "`", "'", '"', "\\", "\ud800", "\u0000", "", "𝔘", "a b"];

const name = fc.oneof(fc.constantFrom(...flags, ...names, ...characters), fc.string({ unit: "binary", maxLength: 6 }));
// Fields that imitate the reference's own flags are a difference of their own, in the test below.
const key = name.filter((one) => !/^(_jsonata_|outerWrapper|tupleStream)/.test(one));
const data = fc.object({ key, values: [name, fc.integer(), fc.boolean(), fc.constant(null)], maxDepth: 3 });
const quick = { limits: { timeMs: 600_000 } };

const prototypes = () => [Object, Array, Function, String].map(({ prototype }) => Reflect.ownKeys(prototype).length);

/** The error an expression ended with, if any. Anything but an ExpressionError is thrown on, and fails the test. */
async function errorOf(text: string, input: unknown): Promise<ExpressionError | undefined> {
  try {
    await compile(text, quick).evaluate(input);
    return undefined;
  } catch (cause) {
    if (cause instanceof ExpressionError) return cause;
    throw cause;
  }
}

test("no name reaches anything but the input's own fields", async () => {
  const before = prototypes();
  await fc.assert(
    fc.asyncProperty(name, data, async (key, input) => {
      const found = await compile(`$lookup($$, ${JSON.stringify(key)})`, quick).evaluate(input);
      expect(found).toEqual(Object.hasOwn(input, key) ? input[key] : undefined);
    }),
    { numRuns: 1000 },
  );
  expect(prototypes()).toEqual(before);
});

test("an object keeps every key it is given as its own, and changes no prototype", async () => {
  const before = prototypes();
  const notReserved = name.filter((one) => !/^_jsonata_(lambda|function)$/.test(one));
  await fc.assert(
    fc.asyncProperty(notReserved, fc.integer(), async (key, value) => {
      const made = (await compile(`{${JSON.stringify(key)}: ${value}}`, quick).evaluate({})) as Record<string, unknown>;
      expect(Object.entries(made)).toEqual([[key, value]]);
    }),
    { numRuns: 1000 },
  );
  expect(prototypes()).toEqual(before);
  expect(await errorOf('{"_jsonata_lambda": true}', {})).toMatchObject({ code: "D1013" });
});

test("data that imitates the reference's flags fails its own evaluation at most", async () => {
  const texts = ["$", "a", "$count(a)", "a.b", "a[0]", "{'x': a}", "$map(a, $string)", "$string(a)", "a{b: a}", "a()"];
  const imitation = fc.dictionary(
    fc.constantFrom(...flags, "a", "b"),
    fc.oneof(fc.boolean(), fc.object({ key: name })),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...texts), imitation, async (text, a) => {
      await errorOf(text, { a });
      expect(await compile("b", quick).evaluate({ b: 1 })).toBe(1);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  '{"then": /x/}',
  '(function($f){ {"then": $f} })(function($a){ 1 })',
  '(function($f){ {"then": $f} })(function($a){ $error("x") })',
  '$map([1], function($x){ {"then": $append($sum, [])[0]} })',
  '{"th" & "en": $append($sum, [])[0]}',
  '[1].{"a": {"then": /x/}}.a',
  '[1]{"then": /x/}',
  '$eval("{\\"then\\": /x/}")',
  '{"a": 1} ~> |$|{"then": /x/}|',
])("%s is refused: JavaScript would call it", async (text) => {
  expect(await errorOf(text, {})).toMatchObject({ code: "RESULT_FUNCTION" });
});

test("a function under a key that is computed is refused where the reference has the last word", async () => {
  const expression = compile('$sift({("a" & "b"): $single}, 1)', quick);
  await expect(async () => await expression.evaluate({})).rejects.toMatchObject({ code: "RESULT_FUNCTION" });
});

test("a function under toJSON is not called when text is made of what holds it", async () => {
  const text = await compile('$string({"toJSON": function(){ "called" }, "a": [{"toJSON": $sum}]})', quick).evaluate(
    {},
  );
  expect(text).toBe('{"toJSON":"","a":[{"toJSON":""}]}');
});

test("then is a key, and a name of a variable, like any other", async () => {
  const made = await compile('{"then": a, "b": {a: $count(c)}}', quick).evaluate({ a: "then", c: [1, 2] });
  expect(JSON.stringify(made)).toBe('{"then":"then","b":{"then":2}}');
  expect(await compile("a@$then.($then + 1)", quick).evaluate({ a: 1 })).toBe(2);
});

test("an input that is no data, with a function in it, does not hold up others", async () => {
  // oxlint-disable-next-line unicorn/no-thenable -- it is what the test is about
  const input = { a: "x", b: { then: () => undefined } };
  expect(await errorOf("{a: b}.x", input)).toMatchObject({ code: "RESULT_FUNCTION" });
  expect(await compile("b", quick).evaluate({ b: 1 })).toBe(1);
});

test("the input is never written to", async () => {
  const texts = [
    "a",
    "$$.**[0]",
    "*",
    "{'x': a}",
    "a[]",
    "a{$string($): $}",
    "[a]",
    "$merge([a])",
    "a ~> |$|{'n': 1}|",
  ];
  await fc.assert(
    fc.asyncProperty(data, fc.constantFrom(...texts), async (a, text) => {
      const input: unknown = JSON.parse(JSON.stringify({ a: [a, []] }));
      const before = JSON.stringify(input);
      await errorOf(text, input);
      expect(JSON.stringify(input)).toBe(before);
    }),
    { numRuns: 1500 },
  );
});

const operators = "( ) [ ] { } , ; : ? . .. := = != < > <= >= + - * / % & @ # ^ | ~> ?? ?: ** $ $$ and or in".split(
  " ",
);
const operands = ["a", "`b c`", '"t"', "'", '"', "/x/", "1", "1e9", "$x", "$sum", "$map", "null", "😀", "__proto__"];
const constructs = [
  "function",
  "λ",
  "/*",
  "*/",
  "\n",
  "$eval",
  "$y := ",
  "function($x){",
  "}",
  "$number(",
  '"\\u00"',
  "@$v",
  "#$i",
];

test("a random text gives a result or an ExpressionError with a place in it, and problems agree", async () => {
  const soup = fc.array(fc.constantFrom(...operators, ...operands, ...constructs), { maxLength: 14 });
  await fc.assert(
    fc.asyncProperty(soup, data, async (parts, input) => {
      const text = parts.join(" ");
      const error = await errorOf(text, input);
      const isPlaced = (offset: number): boolean => offset >= 0 && offset <= text.length;
      expect(error?.message).not.toBe("");
      expect(isPlaced(error?.position ?? 0)).toBe(true);
      expect(isPlaced(error?.offset ?? 0)).toBe(true);
      const found = problems(text);
      expect(found.every(({ offset }) => isPlaced(offset))).toBe(true);
      const syntax = error?.code.startsWith("S") === true ? [error.code] : [];
      expect(found.map(({ code }) => code).filter((code) => code.startsWith("S"))).toEqual(syntax);
    }),
    { numRuns: 1500 },
  );
});

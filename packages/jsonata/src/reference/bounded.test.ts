import * as fc from "fast-check";
import jsonata from "jsonata";
import { expect, test } from "vitest";
import { boundedDefinition } from "./bounded.ts";
import { compile } from "../index.ts";
import { builtins } from "./reference.ts";

const outcome = async (evaluate: () => unknown): Promise<unknown> => {
  try {
    const value = await evaluate();
    return value === undefined ? "nothing" : JSON.stringify(value);
  } catch (cause) {
    // Where the reference trips over itself, its error has no code.
    return (cause as { code?: string }).code ?? "ENGINE_FAULT";
  }
};

const text = fc.string({ unit: fc.constantFrom("a", "b", "A", " ", "é", "😀", "%", "$1", "\\", "ß"), maxLength: 12 });
const number = fc.oneof(fc.integer({ min: -30, max: 30 }), fc.double({ noNaN: true, noDefaultInfinity: true }));
const value = fc.oneof(
  text,
  number,
  fc.constantFrom(true, null, [], {}),
  fc.array(fc.oneof(number, text), { maxLength: 8 }),
);
const numbers = fc.array(number, { maxLength: 40 });

/** Each with the inputs it is about, and one that is any value at all. */
const calls: [string, fc.Arbitrary<unknown>, fc.Arbitrary<unknown>][] = [
  ["$pad(a, b, c)", text, fc.integer({ min: -40, max: 40 })],
  ["$pad(a, b)", text, fc.double({ min: -50, max: 50, noNaN: true })],
  ["$join(a, c)", fc.array(text, { maxLength: 6 }), value],
  ["$replace(a, c, b)", text, text],
  ["$replace(a, /a(b)?/, b)", text, text],
  ["$split(a, b)", text, fc.oneof(text, number)],
  ["$split(a, /a|b/, b)", text, fc.integer({ min: -2, max: 5 })],
  ["$sort(a)", fc.oneof(numbers, fc.array(text, { maxLength: 40 })), value],
  ["$sort(a, function($l, $r){ $l > $r })", numbers, value],
  ["$zip(a, b, c)", numbers, fc.array(text)],
  ["$distinct(a)", fc.array(value, { maxLength: 20 }), value],
  ["$string(a, b)", fc.object(), fc.boolean()],
  ["($x := a; $x & b)", value, value],
  ["($x := a; $x = b or $x != c)", value, value],
  ["$spread(a)", fc.oneof(fc.array(fc.object({ maxDepth: 1 }), { maxLength: 4 }), fc.object({ maxDepth: 1 })), value],
  ["$merge(a)", fc.array(fc.object({ maxDepth: 1 }), { maxLength: 4 }), value],
  ["$keys(a)", fc.oneof(fc.array(fc.object({ maxDepth: 1 }), { maxLength: 4 }), fc.object({ maxDepth: 1 })), value],
  ["$map(a, $string)", numbers, value],
  ["$map(a, $uppercase)", fc.array(text, { maxLength: 5 }), value],
  ["$filter(a, function($v, $i, $l){ $i > 1 and $count($l) > 3 })", numbers, value],
  ["$reduce(a, function($l, $r, $i){ $l + $r * $i })", numbers, value],
  ["$sift(a, function($v, $k){ $length($k) > 1 })", fc.object({ maxDepth: 1 }), value],
  ["($p := $pad(?, 5, ?); $p($string(a), $string(b)))", text, text],
  ["$encodeUrlComponent(a) & $base64encode(b) & $uppercase(a)", text, text],
  ["a.$uppercase()", text, value],
  ["$formatNumber(a, '#,##0.00') & $formatInteger(b, 'w')", number, fc.integer({ min: -2000, max: 2000 })],
];

test.each(calls)("%s answers as the reference does", async (call, a, b) => {
  const ours = compile(call, { limits: { timeMs: 600_000 } });
  const reference = jsonata(call);
  await fc.assert(
    fc.asyncProperty(fc.record({ a: fc.oneof({ weight: 4, arbitrary: a }, value), b, c: value }), async (input) => {
      const data: unknown = JSON.parse(JSON.stringify(input));
      expect(await outcome(() => ours.evaluate(data))).toBe(await outcome(async () => reference.evaluate(data)));
    }),
    { numRuns: 150 },
  );
});

test("each has as many parameters as the reference's, so that callbacks get the same arguments", () => {
  const lengths = [...builtins].map(([name, { implementation }]) => [name, implementation.length]);
  expect([...builtins.keys()].map((name) => [name, boundedDefinition(name)?.implementation.length])).toEqual(lengths);
});

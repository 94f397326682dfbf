import { expect, test } from "vitest";
import { compile } from "./index.ts";

test("evaluations of one expression that overlap do not mix", async () => {
  const expression = compile(
    "($$.id = id and $meta.id = id) ? $map(list, function($n){ $$.id & $n & $meta.id }) : 'mixed'",
  );
  const inputs = Array.from({ length: 300 }, (_, index) => ({ id: `d${index}`, list: [index, index + 1] }));
  const results = await Promise.all(
    inputs.map(async (input) => expression.evaluate(input, { meta: { id: input.id } })),
  );
  expect(results).toEqual(inputs.map(({ id, list }) => list.map((n) => `${id}${n}${id}`)));
});

test("each keeps its own $millis and $now from start to end", async () => {
  // Many turns between the first and the last look at the clock.
  const expression = compile("($a := $millis(); $b := $map([1..500], function($n){ $millis() }); $distinct($b) = $a)");
  const results = await Promise.all(Array.from({ length: 50 }, async () => expression.evaluate({})));
  expect(results.every((same) => same === true)).toBe(true);
});

test("those that fail, or fall back, settle in the order of the calls, whatever they cost", async () => {
  const order: number[] = [];
  const texts = ["$eval('$sum([1..50])')", "$eval('1')", "$error('x')", "$eval('a.b')", "$uppercase(1)"];
  const running = texts.map(async (text, index) => {
    try {
      await compile(text).evaluate({ a: { b: 1 } });
    } catch {
      // Two of them are meant to fail.
    }
    order.push(index);
  });
  await Promise.all(running);
  expect(order).toEqual([0, 1, 2, 3, 4]);
});

test("an error has the place of its own evaluation", async () => {
  const expression = compile("a ? $number(a) : [1].$number(b)");
  const inputs = Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? { a: "x" } : { b: 1 }));
  const settled = await Promise.allSettled(inputs.map(async (input) => expression.evaluate(input)));
  const places = settled.map((one) => (one.status === "rejected" ? (one.reason as { offset?: number }).offset : -1));
  expect(places).toEqual(inputs.map(({ a }) => (a === undefined ? -1 : 4)));
});

test("what a failed evaluation left running is stopped, and does not disturb the next", async () => {
  const failing = compile("[$error('x'), ($f := function($n){ $f($n + 1) }; $f(0))]", { limits: { timeMs: 600_000 } });
  const counts = compile("$count([1..100].($ + 1))");
  for (let round = 0; round < 20; round++) {
    await expect(async () => failing.evaluate({})).rejects.toMatchObject({ code: "D3137", message: "x" });
    expect(await counts.evaluate({})).toBe(100);
  }
});

test("a function of the caller may start an evaluation", async () => {
  let inner: unknown;
  const functions = {
    start: {
      call: () => {
        inner = compile("a + 1").evaluate({ a: 1 });
        return true;
      },
    },
  };
  expect(await compile("$start()", { functions }).evaluate({})).toBe(true);
  expect(await inner).toBe(2);
});

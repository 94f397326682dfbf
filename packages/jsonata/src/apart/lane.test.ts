import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { compile } from "../compile.ts";
import { ExpressionError } from "../errors.ts";
import { defaultLimits, type Limits } from "../limits.ts";
import { belongsApart, closeApart, evaluateApart, NotApartError, type Portable } from "./lane.ts";

const loop = "($f := function($n){ $f($n + 1) }; $f(0))";
const endless: Limits = { timeMs: Infinity, depth: Infinity, sequence: Infinity, outputBytes: Infinity };
const portable = (text: string, limits: Partial<Limits> = {}): Portable => ({
  text,
  limits: { ...defaultLimits, ...limits },
  library: false,
});

afterAll(closeApart);

/** The result, or the facts of the error. */
async function outcome(run: () => unknown): Promise<unknown> {
  try {
    return { result: await run() };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { message, code, position, offset, token, value, index, limit, isOurs } = error;
    return { message, code, position, offset, token, value, index, limit, isOurs };
  }
}

describe("as on the main thread", () => {
  const input = JSON.parse('{"b": 2, "a": [1, {"x": "ü\\ud800"}], "n": null, "__proto__": {"p": 1}, "z": -0, "7": []}');
  test.each([
    "$",
    "a",
    "missing",
    "n",
    "z",
    "[]",
    '{"k": missing, "2": b, "1": a}',
    "a[1].x & $meta.id",
    "$map([1..3], function($n){ $n * b })",
    "$sort(['c', 'a', 'b'])",
    "[missing, [[]], [n]]",
    "$keys($)",
    "$spread($)",
    "-a",
    "b + 'x'",
    "\n  $number('x')",
    "$error({'code': 1})",
    "$substring(b)",
    "undefined_function()",
    "$map",
    "($f := function($n){ 1 + $f($n + 1) }; $f(0))",
    "[1..2000000]",
    "$pad('', 10000000)",
  ])("%s", async (text) => {
    const limits = { timeMs: 60_000 };
    const bindings = { meta: { id: "d1" } };
    const here = await outcome(() => compile(text, { limits }).evaluate(input, bindings));
    const apart = await outcome(() => evaluateApart(portable(text, limits), input, bindings));
    expect(apart).toEqual(here);
    expect(JSON.stringify(apart)).toBe(JSON.stringify(here));
  });
});

test("an error that quotes a function comes without it", async () => {
  const error = outcome(() => evaluateApart(portable("function($x){ $x } + 1"), {}, undefined));
  expect(await error).toMatchObject({ code: "T2001", offset: 19, value: undefined });
});

test("our functions are there when they were bound, and only then", async () => {
  const text = "$bitAnd(12, 10)";
  const bound = { ...portable(text), library: true };
  expect(await evaluateApart(bound, {}, undefined)).toBe(8);
  await expect(evaluateApart(portable(text), {}, undefined)).rejects.toMatchObject({ code: "T1006" });
});

test("a binding hides a function, unless it is none of the variables", async () => {
  const text = '$uppercase("a")';
  const bindings = { uppercase: 1 };
  await expect(evaluateApart(portable(text), {}, bindings)).rejects.toMatchObject({ code: "T1006" });
  expect(await evaluateApart({ ...portable(text), variables: ["meta"] }, {}, bindings)).toBe("A");
});

describe("limits", () => {
  const deep = (text: string): [string, Partial<Limits>] => [text, { depth: Infinity, timeMs: 100 }];
  test.each([
    ["a loop", "timeMs", ...deep(loop)],
    ["a regular expression that backtracks", "timeMs", ...deep("$contains($, /^(a*)*\\1b$/)")],
    ["arrays kept", "memory", "$map([1..1000], function($i){ [1..900000] })", { timeMs: 60_000 }],
    ["one value too large for the thread", "memory", '$length($uppercase($pad("", 530000000, "ab")))', endless],
  ])("stop %s with %s", async (_name, limit, text, limits) => {
    const given = { text: "" };
    const error = evaluateApart(portable(text, limits), "a".repeat(5000), undefined).catch((cause: unknown) => cause);
    expect(await error).toBeInstanceOf(ExpressionError);
    expect(await error).toMatchObject({ limit });
    expect(await evaluateApart(portable("text"), given, undefined)).toBe("");
  });

  test("an evaluation that does not stop by itself is ended by force", async () => {
    let reads = 0;
    // Short for whoever watches and endless for the thread: it stands for work that nothing inside can interrupt.
    const limits = {
      ...endless,
      get timeMs() {
        return reads++ === 0 ? 1 : Infinity;
      },
    };
    await expect(evaluateApart({ ...portable(loop), limits }, {}, undefined)).rejects.toMatchObject({
      limit: "timeMs",
    });
    expect(await evaluateApart(portable("1"), {}, undefined)).toBe(1);
  });
});

test("the main thread goes on meanwhile", async () => {
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  const evaluation = evaluateApart(portable(loop), {}, undefined).catch(() => (isOver = true));
  count();
  expect(await evaluation).toBe(true);
  expect(turns).toBeGreaterThan(100);
});

test("requests of one expression are answered in their order, whatever they cost", async () => {
  const what = portable(`loop ? ${loop} : fail ? $error("no") : n`, { timeMs: 50 });
  const inputs = [{ n: 0 }, { loop: true }, { n: 2 }, { fail: true }, { n: 4 }, { loop: true }, { n: 6 }];
  const order: number[] = [];
  const results = await Promise.all(
    inputs.map(async (input, index) => {
      const result = await evaluateApart(what, input, undefined).catch(
        (error: ExpressionError) => error.limit ?? error.code,
      );
      order.push(index);
      return result;
    }),
  );
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(results).toEqual([0, "timeMs", 2, "D3137", 4, "timeMs", 6]);
});

test("expressions that loop all the time do not keep others waiting for their turn", async () => {
  const settled: string[] = [];
  const ask = async (name: string, what: Portable, times: number): Promise<void> => {
    const requests = Array.from({ length: times }, async () => {
      await evaluateApart(what, { n: 1 }, undefined).catch(() => undefined);
      settled.push(name);
    });
    await Promise.all(requests);
  };
  const sick = ["s1", "s2", "s3"].map((name) => ask(name, portable(loop, { timeMs: 50 }), 4));
  await Promise.all([...sick, ask("well", portable("n + 1"), 40)]);
  expect(settled.length).toBe(52);
  // Each of the sick may be taken for a healthy one once; then they share one thread, and the other is free.
  expect(settled.at(-1)).not.toBe("well");
});

test("an expression belongs apart until it has proved quick, and while it has requests open", async () => {
  const what = portable("loop ? ($f := function($n){ $f($n + 1) }; $f(0)) : n", { timeMs: 20 });
  expect(belongsApart(what)).toBe(false);
  await expect(evaluateApart(what, { loop: true }, undefined)).rejects.toMatchObject({ limit: "timeMs" });
  let asked = 0;
  while (belongsApart(what)) {
    expect(await evaluateApart(what, { n: asked }, undefined)).toBe(asked);
    asked++;
  }
  expect(asked).toBeGreaterThanOrEqual(64);
  const open = evaluateApart(what, { n: 1 }, undefined);
  expect(belongsApart(what)).toBe(true);
  await open;
  await expect(evaluateApart(what, { loop: true }, undefined)).rejects.toMatchObject({ limit: "timeMs" });
  expect(belongsApart(what)).toBe(true);
});

test("data that cannot be copied is rejected as such", async () => {
  await expect(evaluateApart(portable("a"), { a: () => 1 }, undefined)).rejects.toThrow(NotApartError);
  await expect(evaluateApart(portable("a"), {}, { v: new Date(0) })).rejects.toThrow(/holds a Date/);
});

test("data is copied down to some depth, and rejected as such below it", async () => {
  const outcomes: string[] = [];
  for (const levels of [100, 3000, 5000, 10_000, 100_000]) {
    let data: unknown = 1;
    for (let level = 0; level < levels; level++) data = [data];
    const copy = evaluateApart(portable("$"), data, undefined);
    outcomes.push(
      await copy.then(
        () => "copied",
        (error: Error) => error.name,
      ),
    );
  }
  const copied = outcomes.lastIndexOf("copied") + 1;
  expect(copied).toBeGreaterThan(0);
  expect(outcomes.slice(copied)).toEqual(outcomes.slice(copied).fill("NotApartError"));
  expect(outcomes.at(-1)).toBe("NotApartError");
});

test("closing rejects what is open; the next request starts again", async () => {
  const requests = [loop, loop, loop].map((text) => evaluateApart(portable(text, endless), {}, undefined));
  const ended = Promise.allSettled(requests);
  await closeApart();
  expect((await ended).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(await evaluateApart(portable("1"), {}, undefined)).toBe(1);
});

test("a process waits for an open evaluation, and ends with an idle thread", async () => {
  const lane = new URL("../../dist/apart/lane.js", import.meta.url);
  const program = `import { evaluateApart } from ${JSON.stringify(lane.href)};
    const what = { text: "a + 1", limits: ${JSON.stringify(defaultLimits)}, library: false };
    console.log(await evaluateApart(what, { a: 1 }, undefined));`;
  const child = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program]);
  expect(child).toEqual({ stdout: "2\n", stderr: "" });
});

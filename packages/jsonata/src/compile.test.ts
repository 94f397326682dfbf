// The package as its callers see it: results, inputs, needs, functions, errors.
// Limits, places, overlapping evaluations and the official suite have files of their own.
import { describe, expect, test } from "vitest";
import { compile, ExpressionError, type CompileOptions } from "./index.ts";

const sample = {
  deviceId: "0242ac1300020001",
  timestamp: "2024-11-22T06:40:00.123Z",
  data: { co2: 812, temperature: 21.5, tags: ["hvac", "north"], empty: [] },
  readings: [
    { sensor: "a", value: 1 },
    { sensor: "b", value: 2 },
    { sensor: "a", value: 3 },
  ],
};

const run = async (text: string, input: unknown = sample, options?: CompileOptions): Promise<unknown> =>
  compile(text, options).evaluate(input);

const failure = async (attempt: () => unknown): Promise<ExpressionError> => {
  try {
    await attempt();
  } catch (cause) {
    if (cause instanceof ExpressionError) return cause;
    throw cause;
  }
  throw new Error("it did not fail");
};

describe("evaluate", () => {
  test("answers paths, objects, groups and conditions", async () => {
    expect(await run("data.co2")).toBe(812);
    expect(await run('{"f": data.temperature * 1.8 + 32, "id": deviceId}')).toEqual({ f: 70.7, id: sample.deviceId });
    expect(await run("readings{sensor: $sum(value)}")).toEqual({ a: 4, b: 2 });
    expect(await run('data.co2 > 800 ? "stale"')).toBe("stale");
  });

  test("answers undefined when there is nothing", async () => {
    expect(await run("data.nothing")).toBeUndefined();
    expect(await run("data.nothing > 1")).toBeUndefined();
    expect(await compile("$").evaluate(undefined)).toBeUndefined();
  });

  test("sees $ and $$ and the caller's variables", async () => {
    const expression = compile("$meta.device & $string($vars.factor * $$.data.co2) & $.deviceId");
    const bindings = { meta: { device: "d" }, vars: { factor: 2 } };
    expect(await expression.evaluate(sample, bindings)).toBe("d16240242ac1300020001");
  });

  test("gives one evaluation one time", async () => {
    const expression = compile('[$now(), $fromMillis($millis()), $now("[Y0001]") = $substring($now(), 0, 4)]');
    const [first, second, same] = (await expression.evaluate({})) as unknown[];
    expect(first).toBe(second);
    expect(same).toBe(true);
  });

  test("tells how it runs", () => {
    expect(compile("a").how).toEqual({ kind: "compiled" });
    expect(compile("$eval(a)").how).toEqual({ kind: "fallback", because: "$eval" });
    expect(compile(" a ").text).toBe(" a ");
  });
});

describe("results", () => {
  test("are plain: no marks of the reference on any array", async () => {
    const results = [
      await run("readings.value"),
      await run("readings[value > 1]"),
      await run("[1..3]"),
      await run('{"a": readings.value, "b": {"c": readings.sensor}}.b.c'),
      await run("data.tags[]"),
      await run("readings.[value]"),
      await run("$", [1, 2]),
      await run("readings@$r.$r.value"),
    ];
    for (const result of results) {
      expect(Array.isArray(result)).toBe(true);
      expect(Reflect.ownKeys(result as object).filter((key) => !/^\d+$/.test(String(key)))).toEqual(["length"]);
    }
    const nested = (await run('{"a": readings.value}')) as { a: number[] };
    expect(Reflect.ownKeys(nested.a)).toEqual(["0", "1", "2", "length"]);
  });

  test("reach no prototype and no constructor", async () => {
    const result = (await run('{"a": {"b": 1}}')) as Record<string, Record<string, unknown>>;
    expect(JSON.stringify(result)).toBe('{"a":{"b":1}}');
    for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty", "length"]) {
      expect(await run(`{"a": 1}.${name}`)).toBeUndefined();
      expect(await run(`($o := {"a": 1}; $o.${name})`)).toBeUndefined();
      expect(await run(`$lookup({"a": 1}, "${name}")`)).toBeUndefined();
      expect(await run(`data.${name}`)).toBeUndefined();
    }
  });

  test("share what is untouched with the input", async () => {
    expect(await run("data")).toBe(sample.data);
    expect(((await run('{"d": data}')) as { d: unknown }).d).toBe(sample.data);
  });

  test("hold no function", async () => {
    const texts = ["$sum", "function($x){$x}", '{"a": [$sum]}', "/x/", '{"a": $pad(?, 2)}'];
    const codes = await Promise.all(texts.map(async (text) => (await failure(() => run(text))).code));
    expect(codes).toEqual(texts.map(() => "RESULT_FUNCTION"));
  });

  test("pass data that looks like a function of the reference", async () => {
    const input = { a: { _jsonata_lambda: true, body: 1 }, b: { _jsonata_function: true } };
    expect(await run("$", input)).toEqual(input);
  });
});

describe("the input", () => {
  const texts = [
    "data.empty{$: 1}",
    "data.tags[]",
    '$.{"a": 1}',
    '{"a": {"b": 1}}',
    "(data.empty; $)[]",
    "$$.data.empty[]",
  ];
  const transform = '$ ~> |data|{"co2": 1}, "tags"|';

  test.each([...texts, transform])("is not changed by %s", async (text) => {
    for (const input of [sample, [], [[], [1]], { data: { empty: [], tags: [[]] } }]) {
      const before = structuredClone(input);
      await compile(text).evaluate(input, { x: input });
      expect(input).toEqual(before);
      expect(Object.keys((input as typeof sample).data?.tags ?? [])).not.toContain("keepSingleton");
    }
  });

  test("gives the same answer the second time", async () => {
    const expression = compile("data.empty{$string($): 1}");
    expect(await expression.evaluate(sample)).toEqual(await expression.evaluate(sample));
  });
});

describe("what an expression needs", () => {
  test.each([
    ["data.co2", ["data"], []],
    ["$.deviceId & $$.data.co2", ["deviceId", "data"], []],
    ['{"a": data.co2, "b": $meta.x, "c": $sum($vars.l)}', ["data"], ["meta", "vars"]],
    ["a[b = 1].(c + d)", ["a"], []],
    ["$map(a, function($r){ $r.v * b })", ["a", "b"], []],
    ["($x := a; $y := $x; $y & $z)", ["a"], ["z"]],
    ["a@$r.b#$i.($r.c & $i)", ["a"], []],
    ["$", ["*"], []],
    ["a ~> |b|{'c': d}|", ["a"], []],
    ["$string()", ["*"], []],
    ["$now()", [], []],
  ])("%s", (text, reads, variables) => {
    const expression = compile(text);
    expect(expression.reads).toEqual(reads);
    expect(expression.variables).toEqual(variables);
  });
});

describe("functions of the caller", () => {
  const functions = {
    half: { call: (value: unknown) => (value as number) / 2, signature: "<n-:n>" },
    fail: {
      call: () => {
        throw new Error("no such unit");
      },
    },
    later: { call: () => Promise.resolve(1) },
  };

  test("are called, checked and passed on", async () => {
    expect(await run("$half(data.co2)", sample, { functions })).toBe(406);
    expect(await run("$map([2, 4], $half)", sample, { functions })).toEqual([1, 2]);
    expect(compile("$half(1)", { functions }).variables).toEqual([]);
    expect((await failure(() => run('$half("x")', sample, { functions }))).code).toBe("T0410");
  });

  test("fail with their own cause", async () => {
    const error = await failure(() => run("1 + $fail()", sample, { functions }));
    expect(error).toMatchObject({
      code: "FUNCTION_FAILED",
      position: 10,
      offset: 4,
      message: "function $fail failed: no such unit",
    });
  });

  test("must answer at once", async () => {
    expect((await failure(() => run("$later()", sample, { functions }))).code).toBe("FUNCTION_ASYNC");
  });
});

describe("errors", () => {
  test("are Errors with code, token, position, place and cause", async () => {
    const locate = (offset: number) => ({ file: "a.yaml", line: 3, column: offset + 5 });
    const error = await failure(() => run('data.co2 + "x"', sample, { locate }));
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "ExpressionError", code: "T2002", position: 10, offset: 9, token: "+" });
    expect(error.location).toEqual({ file: "a.yaml", line: 3, column: 14 });
    expect(error.cause).toMatchObject({ code: "T2002", position: 10 });
  });

  test("refuse limits that are none", () => {
    for (const timeMs of [0, -1, Number.NaN]) expect(() => compile("a", { limits: { timeMs } })).toThrow(RangeError);
  });
});

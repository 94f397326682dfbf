import { describe, expect, test } from "vitest";
import { compile, type FunctionDefinition } from "./index.ts";

/** Functions that answer later, and what they were asked. */
function later(): { functions: Record<string, FunctionDefinition>; asked: unknown[][] } {
  const asked: unknown[][] = [];
  return {
    asked,
    functions: {
      find: {
        isAsync: true,
        call: async (...given) => {
          asked.push(given);
          await Promise.resolve();
          if (given[0] === "bad") throw new Error("no such device");
          return { name: `device ${String(given[0])}` };
        },
      },
      note: { call: (value) => (asked.push(["note", value]), value) },
    },
  };
}

describe("functions that answer later", () => {
  test("make evaluate answer with a promise, in compiled code", async () => {
    const { functions } = later();
    const expression = compile('{"name": $find(id).name, "at": $millis() = $millis()}', { functions });
    expect(expression.how).toEqual({ kind: "compiled" });
    const result = expression.evaluate({ id: 7 });
    expect(result).toBeInstanceOf(Promise);
    expect(await result).toEqual({ name: "device 7", at: true });
  });

  test("are asked once each, in order, also inside lambdas", async () => {
    const { functions, asked } = later();
    const text = '$map(ids, function($id){ $note($find($id).name) & "!" })';
    expect(await compile(text, { functions }).evaluate({ ids: [1, 2, 3] })).toEqual([
      "device 1!",
      "device 2!",
      "device 3!",
    ]);
    expect(asked).toEqual([[1], ["note", "device 1"], [2], ["note", "device 2"], [3], ["note", "device 3"]]);
  });

  test("are not asked where the expression does not come to it, and the answer is there at once", () => {
    const { functions, asked } = later();
    expect(compile("id ? $find(id) : 'none'", { functions }).evaluate({})).toBe("none");
    expect(asked).toEqual([]);
  });

  test("fail by name, with their place", async () => {
    const { functions } = later();
    await expect(compile("1 & $find('bad')", { functions }).evaluate({})).rejects.toMatchObject({
      code: "FUNCTION_FAILED",
      message: "function $find failed: no such device",
      offset: 4,
    });
  });

  test("keep random numbers and the time of an evaluation as they were", async () => {
    const { functions } = later();
    const text = "($a := $random(); $t := $now(); $find(1); $find(2); [$a, $t, $random() = $a])";
    const seen: number[] = [];
    const spy: FunctionDefinition = { call: (value) => (seen.push(value as number), value) };
    const result = await compile(text.replace("$find(1)", "($spy($a); $find(1))"), {
      functions: { ...functions, spy },
    }).evaluate({});
    expect(seen).toEqual([(result as unknown[])[0]]);
  });

  test("evaluations that wait do not disturb one another", async () => {
    const { functions } = later();
    const expression = compile("[$find(id).name, $millis() > 0, id]", { functions });
    const ids = Array.from({ length: 50 }, (_, index) => index);
    const results = await Promise.all(ids.map((id) => expression.evaluate({ id })));
    expect(results).toEqual(ids.map((id) => [`device ${id}`, true, id]));
  });

  test("work with what runs on the reference, too", async () => {
    const { functions } = later();
    const expression = compile("$eval('1 + 1') & $find(id).name", { functions });
    expect(expression.how).toEqual({ kind: "fallback", because: "$eval" });
    expect(await expression.evaluate({ id: 7 })).toBe("2device 7");
  });

  test("have to be declared", async () => {
    const functions = { find: { call: async () => Promise.resolve(1) } };
    expect(() => compile("$find()", { functions }).evaluate({})).toThrow(
      expect.objectContaining({ code: "FUNCTION_ASYNC" }),
    );
  });
});

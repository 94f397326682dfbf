import { describe, expect, test } from "vitest";
import { SignalboxError } from "../errors/error.ts";
import type { Message } from "../message.ts";
import { bindExpression, bindTemplate, boundFields } from "./bind.ts";

const time = "2026-01-01T00:00:00Z";
function message(body: unknown): Message {
  return { id: "m", body, meta: { pipeline: "p", source: "s", time, receivedAt: time, device: "d1" } };
}

async function failureOf(run: () => unknown): Promise<SignalboxError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof SignalboxError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("bindExpression", () => {
  test("sees the body as $, the metadata as $meta, the vars as $vars", async () => {
    const expression = bindExpression("$.a & $meta.device & $vars.x", { vars: { x: "!" } });
    expect(await expression.evaluate(message({ a: "b" }))).toBe("bd1!");
    expect(expression).toMatchObject({ text: "$.a & $meta.device & $vars.x", at: { line: 1, column: 1 } });
    expect(await bindExpression("$vars.x").evaluate(message({}))).toBeUndefined();
  });

  test("sees the variables its field has, with the values of the evaluation", async () => {
    const expression = bindExpression("$command.payload.on = on and $meta.device = 'd1'", {
      variables: { command: ["payload"] },
    });
    const on = message({ on: true });
    expect(await expression.evaluate(on, { command: { payload: { on: true } } })).toBe(true);
    expect(await expression.evaluate(on, { command: { payload: { on: false } } })).toBe(false);
  });

  test("fails with the place of the mistake", async () => {
    const locate = (offset: number) => ({ file: "f.yaml", line: 7, column: 100 + offset });
    const syntax = await failureOf(() => bindExpression("a + )", { locate }));
    expect(syntax).toMatchObject({ code: "CONFIG_EXPRESSION_SYNTAX", at: { file: "f.yaml", line: 7, column: 104 } });
    const runtime = await failureOf(() => bindExpression("a + 'x'", { locate }).evaluate(message({ a: 1 })));
    expect(runtime).toMatchObject({ code: "EXPRESSION_FAILED", at: { line: 7, column: 102 } });
    expect(runtime.message).toMatch(/\(JSONata T2002\)$/);
    const limit = bindExpression("[1..100]", { locate, limits: { sequence: 10 } });
    expect(await failureOf(() => limit.evaluate(message({})))).toMatchObject({ code: "EXPRESSION_LIMIT" });
  });

  test("calls the functions of the library, in templates too", async () => {
    const text = '$withMeta($convert(a, "Cel", "[degF]") ~> function($f){ {"f": $f} }, $meta, ["device"])';
    expect(await bindExpression(text).evaluate(message({ a: 21.5 }))).toEqual({ f: 70.7, device: "d1" });
    expect(await bindTemplate("{{ $bytesToHex(b) }}").render(message({ b: [1, 255] }))).toBe("01ff");
    const failure = await failureOf(() => bindExpression("$hexToBytes(a)").evaluate(message({ a: "0" })));
    expect(failure).toMatchObject({ code: "EXPRESSION_FAILED", at: { line: 1, column: 1 } });
    expect(failure.message).toMatch(/\$hexToBytes failed: .* two digits/);
  });

  test("every field of $meta that validation knows is one of a message", async () => {
    const request = { method: "POST", path: "/", params: {}, query: {}, headers: {} };
    const meta = { pipeline: "p", source: "s", time, receivedAt: time, device: "d1", topic: "t", backfilled: true };
    const whole: Message = { id: "m", body: {}, meta: { ...meta, traceparent: "00", hops: 1, redriven: [], request } };
    const { meta: names = [] } = boundFields({});
    expect(names.length).toBe(16);
    for (const name of names) expect(await bindExpression(`$exists($meta.${name})`).evaluate(whole)).toBe(true);
  });

  test("without a place of its own, it points into its text", async () => {
    const failure = await failureOf(() => bindExpression("a +\n )"));
    expect(failure.at).toEqual({ file: "expression", line: 2, column: 2 });
  });
});

describe("bindTemplate", () => {
  test.each<[string, unknown, string]>([
    ["plain", {}, "plain"],
    ["{{ a }}", { a: "x" }, "x"],
    ["a/{{ a }}/{{ $meta.device }}/b", { a: 1 }, "a/1/d1/b"],
    ["{{ a }}{{ b }}", { a: true, b: null }, "truenull"],
    ["{{ a }}", { a: { b: [1] } }, '{"b":[1]}'],
    ['{{ {"a": {"b": c}} }}', { c: 1 }, '{"a":{"b":1}}'],
    ['{{ "}}" & a }}', { a: "x" }, "}}x"],
    ["{{ '}}' }}{{ `}}` }}", { "}}": "y" }, "}}y"],
    ["{{ /* }} */ a }}", { a: "x" }, "x"],
    [String.raw`{{ $replace(a, /x\}\}/, '-') }}`, { a: "1x}}2" }, "1-2"],
    ["{{ a / b }} {{ b / a }}", { a: 4, b: 2 }, "2 0.5"],
    ["{ a } }} {", {}, "{ a } }} {"],
    ['{{ "{{" }}', {}, "{{"],
  ])("%s", async (text, body, expected) => {
    expect(await bindTemplate(text).render(message(body))).toBe(expected);
  });

  test("knows its constant beginning", () => {
    expect(bindTemplate("a/b")).toMatchObject({ isConstant: true, literalStart: "a/b", text: "a/b" });
    expect(bindTemplate("a/{{ b }}/c")).toMatchObject({ isConstant: false, literalStart: "a/" });
    expect(bindTemplate("")).toMatchObject({ isConstant: true, literalStart: "" });
  });

  test("a hole without a result, or with a mistake, says where", async () => {
    const missing = await failureOf(() => bindTemplate("abc {{ nope }}").render(message({})));
    expect(missing).toMatchObject({ code: "EXPRESSION_NO_RESULT", at: { line: 1, column: 7 } });
    const second = await failureOf(() => bindTemplate("{{ a }} {{ nope }}").render(message({ a: 1 })));
    expect(second.at).toMatchObject({ column: 11 });
    expect(await failureOf(() => bindTemplate("x {{ a"))).toMatchObject({
      code: "CONFIG_TEMPLATE_SYNTAX",
      at: { column: 3 },
    });
    expect(await failureOf(() => bindTemplate("x {{ ) }}"))).toMatchObject({
      code: "CONFIG_EXPRESSION_SYNTAX",
      at: { column: 6 },
    });
  });
});

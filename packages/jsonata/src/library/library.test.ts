import { expect, test } from "vitest";
import { compile, ExpressionError } from "../index.ts";
import { builtins } from "../reference/reference.ts";
import { convertibleUnits, library } from "./index.ts";
import { readUnit } from "./unit-text.ts";

const evaluate = (text: string, input?: unknown): unknown => compile(text, { functions: library }).evaluate(input);
const entries = Object.entries(library);
const examples = entries.flatMap(([name, { examples }]) => examples.map((example) => ({ name, ...example })));

test.each(examples)("$$$name: $expression", async ({ expression, input, result }) => {
  expect(await evaluate(expression, input)).toEqual(result);
});

test.each(entries)("$%s is told: name, usage, summary, topic, an example that calls it", (name, definition) => {
  expect(name).toMatch(/^[a-z][a-zA-Z0-9]+$/);
  expect(builtins.has(name)).toBe(false);
  expect(definition.usage).toMatch(new RegExp(`^\\$${name}\\(\\w+(, \\w+)*\\)$`));
  expect(definition.summary).toMatch(/^[A-Z].*\.$/);
  expect(definition.topic).toMatch(/^[A-Z]/);
  expect(definition.examples.length).toBeGreaterThan(0);
  for (const { expression } of definition.examples) expect(expression).toContain(`$${name}(`);
});

test.each(entries)("$%s gives nothing when nothing is given for an argument it needs", async (name, { call }) => {
  expect(call.length).toBeGreaterThan(0);
  for (let missing = 0; missing < call.length; missing++) {
    const args = examples.find((example) => example.name === name && example.input === undefined);
    expect(
      call(...Array.from({ length: call.length }, (_, at) => (at === missing ? undefined : args))),
    ).toBeUndefined();
  }
  const nothings = Array.from({ length: call.length }, () => "missing").join(", ");
  expect(await evaluate(`$${name}(${nothings})`, {})).toBeUndefined();
});

const hostile: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  1e308,
  Number.NaN,
  "",
  "\ud800",
  "__proto__",
  "x".repeat(100_000),
  [],
  [[]],
  [256],
  ["constructor"],
  Array.from({ length: 1024 * 1024 + 1 }, () => 0),
  {},
  JSON.parse('{"__proto__": 1, "constructor": "x", "bits": 12, "endian": []}'),
  () => 1,
  Symbol.iterator,
];

/** What a call came to, as far as it is fit: "value", a message; or what is wrong with it. */
function outcomeOf(call: () => unknown): string {
  try {
    const type = typeof call();
    return /^(?:undefined|number|string|boolean|object)$/.test(type) ? "value" : `a result of type ${type}`;
  } catch (error) {
    if (!(error instanceof Error) || error.constructor !== Error) return `thrown: ${String(error)}`;
    return error.message.length > 10 && error.message.length < 250 ? "sentence" : `said: ${error.message}`;
  }
}

test.each(entries)("$%s answers or throws an Error with a sentence, whatever it is given", (_, { call, usage }) => {
  const before = Object.getOwnPropertyNames(Object.prototype);
  const taken = usage.split(",").length;
  const outcomes = new Set<string>();
  for (const first of hostile) {
    for (const second of taken > 1 ? hostile : [1]) {
      for (const third of taken > 2 ? hostile : [1]) outcomes.add(outcomeOf(() => call(first, second, third)));
    }
  }
  outcomes.delete("value");
  expect([...outcomes]).toEqual(["sentence"]);
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
});

test("an error of a function is an error of its place in the expression", async () => {
  const text = 'data.bytes ~> $readInt(1, {"bits": 16})';
  const failure = await Promise.resolve()
    .then(() => evaluate(text, { data: { bytes: [1, 2] } }))
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ExpressionError);
  expect(failure).toMatchObject({
    code: "FUNCTION_FAILED",
    message: "function $readInt failed: 2 bytes at offset 1 lie outside the 2 that there are",
  });
});

test("functions work on each item of a list, without taking its index for an option", async () => {
  expect(await evaluate('$map(["01", "02ff"], $hexToBytes)')).toEqual([[1], [2, 255]]);
  expect(await evaluate("$map([1, 2], $writeInt)")).toEqual([[1], [2]]);
  expect(await evaluate('values.$convert("km/h", "m/s")', { values: [36, 72] })).toEqual([10, 20]);
});

test("each unit of the list can be read", () => {
  const symbols = convertibleUnits.flatMap(({ symbols }) => symbols.map((symbol) => symbol.replace("*", "")));
  expect(symbols.length).toBeGreaterThan(100);
  for (const symbol of symbols) expect(readUnit(symbol).length).toBeGreaterThan(0);
});

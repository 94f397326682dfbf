import { expect, test } from "vitest";
import { exceptionFor } from "./exceptions.ts";
import { minimize } from "./minimize.ts";
import { agrees, isSame, prepare, run, type Outcome, type Trial } from "./outcome.ts";

test.each([
  [{ a: 1, b: 2 }, { a: 1, b: 2 }, true],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, false],
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [[1, undefined], [1, null], true],
  [[1], [1, undefined], false],
  [0, -0, true],
  [[1], { 0: 1 }, false],
  [undefined, null, false],
  ["1", 1, false],
  [NaN, NaN, true],
  [Object.assign([1], { sequence: true }), [1], true],
])("%j and %j are the same: %s", (one, other, same) => {
  expect(isSame(one, other)).toBe(same);
});

const value = (value: unknown): Outcome => ({ kind: "value", value });
const error = (code: string, position?: number, token?: string): Outcome => ({ kind: "error", code, position, token });
const trial = (reference: Outcome, ours: Outcome, text = "a"): Trial => ({
  text,
  given: { input: {} },
  reference,
  ours,
  hasWritten: false,
  hasReferenceWritten: false,
  isRerun: false,
});

test.each<[string, Trial, boolean]>([
  ["equal values", trial(value([1]), value([1])), true],
  ["other values", trial(value([1]), value(1)), false],
  ["nothing and null", trial(value(undefined), value(null)), false],
  ["a value and an error", trial(value(1), error("T2001", 3, "+")), false],
  ["equal errors", trial(error("T2001", 3, "+"), error("T2001", 3, "+")), true],
  ["another place", trial(error("T2001", 3, "+"), error("T2001", 2, "+")), false],
  ["another token", trial(error("T2001", 3, "+"), error("T2001", 3, "-")), false],
  ["another code", trial(error("T2001", 3, "+"), error("T2002", 3, "+")), false],
  ["an input that was written to", { ...trial(value(1), value(1)), hasWritten: true }, false],
])("%s agree as they should", (_, given, same) => {
  expect(agrees(given)).toBe(same);
});

test("both engines get their own copy of the input, and only what they write to it is noticed", async () => {
  const input = { list: [] };
  const result = await run(prepare('[list{"a": 1}, $count(list)]'), { input });
  expect(input).toEqual({ list: [] });
  expect(result).toMatchObject({ hasWritten: false, hasReferenceWritten: true });
});

test("the place of an error does not depend on what ran before", async () => {
  const places = [];
  for (let round = 0; round < 2; round++) {
    const { reference } = await run(prepare("list ~> $uppercase"), { input: { list: [1] } });
    places.push(reference);
    await run(prepare('          $uppercase("a")'), { input: {} });
  }
  expect(places[0]).toEqual(error("T0410"));
  expect(places[1]).toEqual(places[0]);
});

test.each([
  ["an assignment between elements", "[$x := 1, $x]", "assignment-between-elements"],
  ["one in an object", '{"a": $x := 1, "b": $x}', "assignment-between-elements"],
  ["one in a grouping", 'list{"a": $x := 1, "b": $x}', "assignment-between-elements"],
  ["one in a block of its own", "[($x := 1; $x), 2]", undefined],
  ["one in a function of its own", "[(function() { ($x := 1; $x) })(), 2]", undefined],
  ["a regular expression in a variable", '($r := /a/; [$match("a", $r), $match("b", $r)])', "regex-between-elements"],
  ["a group over a list that may be empty", '($list := [a]; $list{"b": $list})', "empty-list-written"],
  ["a group over a list of the data", 'list{"b": 1}', undefined],
  ["an empty list and no group", "[a]", undefined],
  ["a text that cannot be parsed", "[$x := ", undefined],
])("a difference over %s is explained only where it is documented", (_, text, name) => {
  expect(exceptionFor(trial(value(1), value(2), text))?.name).toBe(name);
});

test.each([
  ["$spread()", [], "empty-input-spread"],
  ["($f := $spread; $f())", [], "empty-input-spread"],
  ["$spread([])", [], undefined],
  ["$spread()", [1], undefined],
])("%s on %j is explained only where the input is empty", (text, input, name) => {
  expect(exceptionFor({ ...trial(value([]), value(undefined), text), given: { input } })?.name).toBe(name);
});

test("an expression and its input are reduced to what matters", async () => {
  const shown = {
    text: '{"a": $sum(readings[quality = "good"].value) + $count($map(list, function($v) { $v.x })), "b": "text"}',
    input: { readings: [{ value: 1, quality: "good" }], list: [{ x: 1 }, { x: 2 }], more: { a: { b: 1 } } },
  };
  const small = await minimize(shown, (text, input) =>
    Promise.resolve(text.includes("$map") && JSON.stringify(input ?? null).includes('"x"')),
  );
  expect(small.text).toBe("$map");
  expect(small.input).toEqual({ x: 1 });
});

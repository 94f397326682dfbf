// Writes expressions that give a number, a text or a boolean.
import { aggregate, call } from "./calls.ts";
import { numberLiterals, regexes, textLiterals } from "./literals.ts";
import { applied, common, counted } from "./programs.ts";
import { reference } from "./paths.ts";
import { choose, head, make, operand, type Scope } from "./scope.ts";

export function number(scope: Scope): string {
  const { random } = scope;
  const literal = (): string => random.pick(numberLiterals);
  const place = (): string => reference(scope, "number")?.text ?? literal();
  if (scope.room <= 0)
    return choose(scope, [
      [1, literal],
      [3, place],
    ]);
  const math = (): string =>
    `${operand(scope, "number")} ${random.pick(["+", "-", "*", "/", "%"])} ${operand(scope, "number")}`;
  return choose(scope, [
    [1, literal],
    [5, place],
    [4, math],
    [0.6, () => `${math()} ${random.pick(["+", "*", "-"])} ${literal()}`],
    [0.4, () => `-${head(scope, "number")}`],
    [3, () => call(scope, "number")],
    [3, () => aggregate(scope)],
    [0.7, () => counted(scope)],
    [0.5, () => `$reduce(${make(scope, "numbers")}, ${reducer(scope)})`],
    [2, () => common(scope, "number")],
    [0.6, () => applied(scope, "number")],
  ]);
}

const reducer = (scope: Scope): string =>
  scope.random.pick([
    "function($a, $b) { $a + $b }",
    "function($a, $b, $i) { $a + $b * $i }",
    "function($a, $b, $i, $all) { $a + $b / $count($all) }",
    "function($a, $b) { $a > $b ? $a : $b }",
    "function($a, $b) { $a * 2 + $b }, 1",
    "$power",
    "function($a) { $a }",
    "$append",
  ]);

export function text(scope: Scope): string {
  const { random } = scope;
  const literal = (): string => random.pick(textLiterals);
  const place = (): string => reference(scope, "text")?.text ?? literal();
  if (scope.room <= 0)
    return choose(scope, [
      [1, literal],
      [3, place],
    ]);
  const joined = (): string => `${operand(scope, "text")} & ${operand(scope, random.pick(["text", "number", "any"]))}`;
  return choose(scope, [
    [1, literal],
    [5, place],
    [2, joined],
    [0.6, () => `${joined()} & ${literal()}`],
    [7, () => call(scope, "text")],
    [2, () => common(scope, "text")],
    [0.8, () => applied(scope, "text")],
    [
      0.5,
      () =>
        `$match(${make(scope, "text")}, ${random.pick(regexes)})${random.pick([".match", "[0].match", ".groups[0]"])}`,
    ],
    [0.4, () => `$reduce(${make(scope, "texts")}, function($a, $b) { $a & "," & $b })`],
  ]);
}

const comparisons = ["=", "!=", "<", "<=", ">", ">="] as const;

export function boolean(scope: Scope): string {
  const { random } = scope;
  const literal = (): string => random.pick(["true", "false"]);
  const place = (): string => reference(scope, "boolean")?.text ?? literal();
  const compared = (): string => {
    const kind = random.pick(["number", "number", "text"] as const);
    return `${operand(scope, kind)} ${random.pick(comparisons)} ${operand(scope, kind)}`;
  };
  if (scope.room <= 0)
    return choose(scope, [
      [1, literal],
      [2, place],
      [3, compared],
    ]);
  const logic = (): string =>
    `${operand(scope, "boolean")} ${random.pick(["and", "or"])} ${operand(scope, random.chance(0.8) ? "boolean" : "any")}`;
  return choose(scope, [
    [0.5, literal],
    [2, place],
    [6, compared],
    [2, logic],
    [0.5, () => `${operand(scope, "any")} ${random.pick(["=", "!="])} ${operand(scope, "any")}`],
    [
      1,
      () =>
        `${operand(scope, random.pick(["text", "number", "any"]))} in ${operand(scope, random.pick(["texts", "numbers", "list", "any"]))}`,
    ],
    [3, () => call(scope, "boolean")],
    [1, () => common(scope, "boolean")],
    [0.3, () => applied(scope, "boolean")],
  ]);
}

// Operators: arithmetic, comparison, logic, text, conditions. Each first tries what is nearly always the case, numbers for
// arithmetic and so on, in plain JavaScript, and leaves the rest to runtime/operators.ts, which also knows the errors.
import type { Ast, Binary, Condition, Minus } from "../syntax/ast.ts";
import { isSafe, join, operand, type Lines, type Operand } from "./code.ts";
import type { Generator } from "./generator.ts";
import { branch, deeper, type Place } from "./place.ts";

/** A number to be computed: in one go, and by helpers that check every step. */
interface Arithmetic {
  readonly quick: string;
  readonly careful: string;
  /** Names whose type has to be checked for the quick way. */
  readonly operands: readonly string[];
  /** Names that must be finite as well: an infinite divisor gives a finite result. */
  readonly divisors: readonly string[];
}

const isArithmetic = (node: Ast): node is Binary | Minus =>
  ((node.type === "binary" && /^[-+*/%]$/.test(node.value)) || (node.type === "unary" && node.value === "-")) &&
  node.predicate === undefined &&
  node.group === undefined;

export function arithmetic(g: Generator, node: Binary | Minus, place: Place): Operand {
  const { quick, careful, operands, divisors } = compute(g, node, place);
  const result = g.id("t");
  const checks = [
    ...[...new Set(operands)].map((name) => `typeof ${name} === "number"`),
    ...[...new Set(divisors)].map((name) => `${name} - ${name} === 0`),
    `(${result} = ${quick}) - ${result} === 0`,
  ];
  place.out.push(`let ${result};`, `if (!(${checks.join(" && ")})) ${result} = ${careful};`);
  return operand(result, "number", { optional: true });
}

function compute(g: Generator, node: Ast, place: Place): Arithmetic {
  if (!isArithmetic(node)) return leaf(g, node, place);
  const { position = 0 } = node;
  if (node.type === "unary") {
    const side = compute(g, node.expression, deeper(place));
    const careful = `${g.helper("negative")}(${side.careful}, ${position})`;
    return { ...side, quick: `(-${side.quick})`, careful };
  }
  const left = compute(g, node.lhs, deeper(place));
  const right = /[/%]/.test(node.value) ? divisor(g, node.rhs, deeper(place)) : compute(g, node.rhs, deeper(place));
  return {
    quick: `(${left.quick} ${node.value} ${right.quick})`,
    careful: `${g.helper("arithmetic")}("${node.value}", ${left.careful}, ${right.careful}, ${position})`,
    operands: [...left.operands, ...right.operands],
    divisors: [...left.divisors, ...right.divisors],
  };
}

function leaf(g: Generator, node: Ast, place: Place): Arithmetic {
  const value = g.value(node, place);
  const isKnown = typeof value.literal === "number";
  return { quick: value.js, careful: value.js, operands: isKnown ? [] : [value.js], divisors: [] };
}

function divisor(g: Generator, node: Ast, place: Place): Arithmetic {
  const value = g.value(node, place);
  if (typeof value.literal === "number") return { quick: value.js, careful: value.js, operands: [], divisors: [] };
  return { quick: value.js, careful: value.js, operands: [value.js], divisors: [value.js] };
}

export function comparison(g: Generator, node: Binary, place: Place): Operand {
  const left = g.value(node.lhs, deeper(place));
  const right = g.value(node.rhs, deeper(place));
  const careful = `${g.helper("compare")}("${node.value}", ${left.js}, ${right.js}, ${node.position ?? 0})`;
  const checks = [left, right].filter((side) => side.literal === undefined);
  const isText = typeof left.literal === "string" || typeof right.literal === "string";
  const type = isText ? "string" : "number";
  const isOther = [left, right].some(({ literal: known }) => known === null || typeof known === "boolean");
  if (checks.length === 0 || isOther) return operand(g.name(place.out, "t", careful), "boolean", { optional: true });
  const quick = checks.map((side) => `typeof ${side.js} === "${type}"`).join(" && ");
  const result = g.name(place.out, "t", `${quick} ? ${left.js} ${node.value} ${right.js} : ${careful}`);
  return operand(result, "boolean", { optional: true });
}

export function equality(g: Generator, node: Binary, place: Place): Operand {
  const left = g.value(node.lhs, deeper(place));
  const right = g.value(node.rhs, deeper(place));
  const isEqual = node.value === "=";
  const [known, other] = left.literal === undefined ? [right, left] : [left, right];
  let js: string;
  if (known.literal !== undefined) {
    js = isEqual
      ? `${other.js} === ${known.js}`
      : other.optional
        ? `${other.js} !== undefined && ${other.js} !== ${known.js}`
        : `${other.js} !== ${known.js}`;
  } else {
    js = `${g.helper(isEqual ? "equal" : "unequal")}(${left.js}, ${right.js})`;
  }
  return operand(g.name(place.out, "t", js), "boolean", { optional: false });
}

export function inclusion(g: Generator, node: Binary, place: Place): Operand {
  const left = g.value(node.lhs, deeper(place));
  const right = g.value(node.rhs, deeper(place));
  const js = `${g.helper("isIn")}(${left.js}, ${right.js})`;
  return operand(g.name(place.out, "t", js), "boolean", { optional: false });
}

export function logic(g: Generator, node: Binary, place: Place): Operand {
  const left = truth(g, g.value(node.lhs, deeper(place)));
  const result = g.id("t");
  const inner: Lines = [];
  const right = truth(g, g.value(node.rhs, branch(deeper(place), inner)));
  place.out.push(`let ${result} = ${left};`);
  place.out.push(`if (${node.value === "and" ? result : `!${result}`}) {`, inner, `${result} = ${right};`, `}`);
  return operand(result, "boolean", { optional: false });
}

/** A value as a condition: an expression of JavaScript that is true or false. */
export function truth(g: Generator, value: Operand): string {
  const { js, kind, optional } = value;
  if (kind === "boolean") return optional ? `${js} === true` : js;
  if (kind === "string") return optional ? `(${js} !== undefined && ${js} !== "")` : `${js} !== ""`;
  if (kind === "undefined" || kind === "function") return "false";
  if (kind === "any") return `(${js} === true || (${js} !== false && ${g.helper("truthy")}(${js})))`;
  return `${g.helper("truthy")}(${js})`;
}

export function concatenation(g: Generator, node: Binary, place: Place): Operand {
  const sides: string[] = [];
  collect(node);
  // Where nothing repeats, a text is no longer than what it is made of, and that came with the message.
  const js = g.isGrowing
    ? sides.reduce((left, right) => `${g.helper("joined")}(${left}, ${right})`)
    : sides.length > 1
      ? sides.join(" + ")
      : `"" + ${sides[0] ?? '""'}`;
  return operand(g.name(place.out, "s", js), "string", { optional: false });

  function collect(side: Ast): void {
    if (side.type === "binary" && side.value === "&" && side.predicate === undefined && side.group === undefined) {
      collect(side.lhs);
      collect(side.rhs);
      return;
    }
    const value = g.value(side, deeper(place));
    if (typeof value.literal === "string" || (value.kind === "string" && !value.optional)) sides.push(value.js);
    else sides.push(`(typeof ${value.js} === "string" ? ${value.js} : ${g.helper("text")}(${value.js}))`);
  }
}

export function range(g: Generator, node: Binary, place: Place): Operand {
  const from = g.value(node.lhs, deeper(place));
  const to = g.value(node.rhs, deeper(place));
  g.isTimed = true;
  const js = `${g.helper("range")}(${from.js}, ${to.js}, ${node.position ?? 0})`;
  return operand(g.name(place.out, "t", js), "any", { isFresh: true });
}

export function condition(g: Generator, node: Condition, place: Place): Operand {
  const test = truth(g, g.value(node.condition, deeper(place)));
  const result = g.id("t");
  const [yes, no]: [Lines, Lines] = [[], []];
  const inner = deeper(place);
  const then = g.value(node.then, branch(inner, yes));
  const otherwise = node.else === undefined ? undefined : g.value(node.else, branch(inner, no));
  place.out.push(`let ${result};`, `if (${test}) {`, yes, `${result} = ${then.js};`);
  if (otherwise !== undefined) place.out.push(`} else {`, no, `${result} = ${otherwise.js};`);
  place.out.push(`}`);
  const other = otherwise ?? operand("undefined", "undefined");
  return join(result, asPart(then), asPart(other));
}

/** A literal null stands for no container. */
const asPart = (value: Operand): Operand => (value.literal === null ? { ...value, isFresh: true } : value);

/** What a container charges for a value it holds; nothing for what is small or already accounted for. */
export function weight(g: Generator, value: Operand): string | undefined {
  if (value.kind === "string" && value.literal === undefined) return `${value.js}${value.optional ? "?" : ""}.length`;
  if (isSafe(value) || value.isFresh === true || value.literal !== undefined) return undefined;
  const { js } = value;
  return `(typeof ${js} === "number" ? 0 : typeof ${js} === "string" ? ${js}.length : ${g.helper("weigh")}(${js}))`;
}

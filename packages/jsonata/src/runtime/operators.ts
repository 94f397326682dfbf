// Operators on values of unknown type: what generated code calls when its own quick checks do not hold.
import { builtIns } from "../functions/built-ins.ts";
import { budget } from "./budget.ts";
import { deepEqual } from "./compare.ts";
import { raise } from "./raise.ts";
import { asSequence, isFiniteNumber } from "./values.ts";

/** Whether an operator may compute with it; an infinite number is an error. */
function isNumeric(value: unknown, position: number, token: string): value is number {
  if (isFiniteNumber(value)) return true;
  if (value === Infinity || value === -Infinity) raise("D1001", { value, position, token });
  return false;
}

/** + - * / % */
export function arithmetic(operator: string, left: unknown, right: unknown, position: number): number | undefined {
  if (left !== undefined && !isNumeric(left, position, operator)) {
    raise("T2001", { value: left, position, token: operator });
  }
  if (right !== undefined && !isNumeric(right, position, operator)) {
    raise("T2002", { value: right, position, token: operator });
  }
  if (left === undefined || right === undefined) return undefined;
  const [a, b] = [left, right];
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    default:
      return a % b;
  }
}

export function negative(value: unknown, position: number): number | undefined {
  if (value === undefined) return undefined;
  if (isFiniteNumber(value)) return -value;
  if (value === Infinity || value === -Infinity) raise("D1001", { value });
  return raise("D1002", { value, position, token: "-" });
}

const isComparable = (value: unknown): boolean => typeof value === "string" || typeof value === "number";

/** < <= > >= */
export function compare(operator: string, left: unknown, right: unknown, position: number): boolean | undefined {
  const hasLeft = left !== undefined;
  const hasRight = right !== undefined;
  if ((hasLeft && !isComparable(left)) || (hasRight && !isComparable(right))) {
    raise("T2010", { value: isComparable(left) ? right : left, position, token: operator });
  }
  if (!hasLeft || !hasRight) return undefined;
  if (typeof left !== typeof right) raise("T2009", { value: left, value2: right, position, token: operator });
  const [a, b] = [left as number, right as number];
  switch (operator) {
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    default:
      return a >= b;
  }
}

/** `=` of two values. */
export function equal(left: unknown, right: unknown): boolean {
  if (left === undefined || right === undefined) return false;
  return left === right || (typeof left === "object" && typeof right === "object" && deepEqual(left, right));
}

/** `!=` of two values: false, not true, when one is missing. */
export function unequal(left: unknown, right: unknown): boolean {
  return left !== undefined && right !== undefined && !equal(left, right);
}

export function isIn(left: unknown, right: unknown): boolean {
  if (left === undefined || right === undefined) return false;
  return Array.isArray(right) ? right.includes(left) && left === left : left === right;
}

const asText = builtIns.get("string")?.direct[1] ?? builtIns.get("string")?.value;

/** A side of `&`. */
export function text(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined ? "" : (asText?.(value, null) as string);
}

/** `&` where an expression could repeat itself: what it makes is counted. */
export function joined(left: string, right: string): string {
  budget.text(left.length + right.length);
  return left + right;
}

const longestRange = 1e7;

/** [from..to] */
export function range(from: unknown, to: unknown, position: number): unknown {
  if (from !== undefined && !Number.isInteger(from)) raise("T2003", { value: from, position, token: ".." });
  if (to !== undefined && !Number.isInteger(to)) raise("T2004", { value: to, position, token: ".." });
  if (from === undefined || to === undefined) return undefined;
  const [first, last] = [from as number, to as number];
  if (first > last) return undefined;
  const size = last - first + 1;
  if (size > longestRange) raise("D2014", { value: size, position, token: ".." });
  budget.items(size);
  budget.spend(size);
  if (size === 1) return first;
  const items = Array.from<unknown>({ length: size });
  for (let index = 0; index < size; index++) items[index] = first + index;
  return asSequence(items);
}

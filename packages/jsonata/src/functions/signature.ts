// Signatures of functions, "<s-n?:s>": what arguments they take. A signature becomes a pattern over one letter per argument;
// which argument a letter belongs to, and so which one the context stands in for, is what the pattern's groups say.
import { raise } from "../runtime/raise.ts";

/** Arguments as the function gets them: an array where it wants one, the context where one is left out. Throws T041x. */
export type Check = (args: unknown[], context: unknown) => unknown[];

interface Parameter {
  pattern: string;
  type?: string;
  /** Letter of the items of an array. */
  items?: string;
  /** What the context must be to stand in for it. */
  context?: RegExp;
}

const plurals: Record<string, string> = {
  a: "arrays",
  b: "booleans",
  f: "functions",
  n: "numbers",
  o: "objects",
  s: "strings",
};

const letters: Record<string, string> = {
  s: "[sm]",
  n: "[nm]",
  b: "[bm]",
  l: "[lm]",
  o: "[om]",
  a: "[asnblfom]",
  f: "f",
  j: "[asnblom]",
  x: "[asnblfom]",
};

/** The letter of a value: m for one that is missing. */
function letterOf(value: unknown): string {
  switch (typeof value) {
    case "string":
      return "s";
    case "number":
      return "n";
    case "boolean":
      return "b";
    case "function":
      return "f";
    case "object":
      return value === null ? "l" : Array.isArray(value) ? "a" : "o";
    default:
      return "m";
  }
}

/** Index of the bracket that closes the one at `start`, or the length of the text. */
function closing(text: string, start: number, close: string): number {
  const open = text[start];
  let depth = 1;
  let index = start;
  while (index < text.length) {
    index++;
    if (text[index] === close) depth--;
    else if (text[index] === open) depth++;
    if (depth === 0) break;
  }
  return index;
}

/** @throws S0401, S0402 as the reference does, and SyntaxError for a choice of types that makes no sense */
export function parseSignature(text: string): Check {
  const parameters = parametersOf(text);
  const whole = new RegExp(`^${parameters.map(({ pattern }) => `(${pattern})`).join("")}$`);
  return (args, context) => {
    let given = "";
    for (let index = 0; index < args.length; index++) given += letterOf(args[index]);
    const parts = whole.exec(given);
    if (parts === null) return refuse(parameters, given, args);
    return assign(parameters, { parts, args, context });
  };
}

function parametersOf(text: string): Parameter[] {
  const parameters: Parameter[] = [];
  let current: Parameter = { pattern: "undefined" };
  let last = current;
  const add = (pattern: string, type: string): void => {
    current.pattern = pattern;
    current.type = type;
    parameters.push(current);
    last = current;
    current = { pattern: "undefined" };
  };
  for (let index = 1; index < text.length && text[index] !== ":"; index++) {
    const symbol = text.charAt(index);
    const pattern = letters[symbol];
    if (pattern !== undefined) add(pattern, symbol);
    else if (symbol === "-") {
      last.context = new RegExp(last.pattern);
      last.pattern += "?";
    } else if (symbol === "?" || symbol === "+") last.pattern += symbol;
    else if (symbol === "(") {
      const end = closing(text, index, ")");
      const choice = text.slice(index + 1, end);
      if (choice.includes("<")) raise("S0402", { value: choice, offset: index });
      index = end;
      add(`[${choice}m]`, `(${choice})`);
    } else if (symbol === "<") {
      if (last.type !== "a" && last.type !== "f") raise("S0401", { value: last.type, offset: index });
      const end = closing(text, index, ">");
      last.items = text.slice(index + 1, end);
      index = end;
    }
  }
  return parameters;
}

interface Given {
  parts: RegExpExecArray;
  args: unknown[];
  context: unknown;
}

function assign(parameters: Parameter[], { parts, args, context }: Given): unknown[] {
  const result: unknown[] = [];
  let next = 0;
  for (let index = 0; index < parameters.length; index++) {
    const parameter = parameters[index] as Parameter;
    const part = parts[index + 1] as string;
    if (part === "" && parameter.context !== undefined) {
      if (!parameter.context.test(letterOf(context))) raise("T0411", { value: context, index: next + 1 });
      result.push(context);
    } else if (part === "") {
      result.push(args[next++]);
    } else {
      for (const letter of part) {
        const value = args[next++];
        result.push(parameter.type === "a" ? asArray(value, parameter, { letter, part, index: next }) : value);
      }
    }
  }
  return result;
}

interface Spot {
  letter: string;
  part: string;
  /** Number of the argument, from 1. */
  index: number;
}

function asArray(value: unknown, { items }: Parameter, { letter, part, index }: Spot): unknown {
  if (letter === "m") return undefined;
  const isWrong =
    items !== undefined && (letter === "a" ? !holdsOnly(value as unknown[], items.charAt(0)) : part !== items);
  if (isWrong) raise("T0412", { value, index, type: plurals[items] });
  return letter === "a" ? value : [value];
}

function holdsOnly(array: unknown[], letter: string): boolean {
  for (let index = 0; index < array.length; index++) if (letterOf(array[index]) !== letter) return false;
  return true;
}

/** Finds the argument that does not fit, and says so. */
function refuse(parameters: Parameter[], given: string, args: unknown[]): never {
  let pattern = "^";
  let fitting = 0;
  for (const parameter of parameters) {
    pattern += parameter.pattern;
    const found = new RegExp(pattern).exec(given);
    if (found === null) break;
    fitting = found[0].length;
  }
  raise("T0410", { value: args[fitting], index: fitting + 1 });
}

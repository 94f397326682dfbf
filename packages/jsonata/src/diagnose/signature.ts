// JSONata's signatures of functions, "<s-nn?:s>", as what they let through.
import * as types from "./types-table.ts";

export interface Parameter {
  /** Types of values that are let through. */
  accepts: number;
  /** It may be left out: an option, or filled with the context. */
  isOptional: boolean;
  isRepeated: boolean;
}

export interface Signature {
  parameters: readonly Parameter[];
  /** Types of the result; whatever it says, there may be none. */
  result: number;
}

const letters: Readonly<Record<string, number>> = {
  s: types.text,
  n: types.number,
  b: types.boolean,
  l: types.nothing | types.null,
  o: types.object,
  a: types.anything,
  f: types.function,
  j: types.anything & ~types.function,
  x: types.anything,
};

const known = new Map<string, Signature>();

export function readSignature(definition: string): Signature {
  let signature = known.get(definition);
  if (signature === undefined) known.set(definition, (signature = parse(definition)));
  return signature;
}

/** One parameter: a letter or a choice of letters, the types inside it, and how often it may stand. */
const parameter = /(?:\(([a-z]+)\)|([a-z]))((?:<(?:[^<>]|<[^<>]*>)*>)?)([-?+]*)/y;

function parse(definition: string): Signature {
  const parameters: Parameter[] = [];
  parameter.lastIndex = 1;
  let end = 1;
  for (let found = parameter.exec(definition); found !== null; found = parameter.exec(definition)) {
    const [, choice, letter = "", inner = "", marks = ""] = found;
    end = parameter.lastIndex;
    parameters.push({
      accepts:
        choice === undefined
          ? acceptedBy(letter, inner)
          : Array.from(choice).reduce((all, one) => all | typeOf(one), types.nothing),
      isOptional: /[-?]/.test(marks),
      isRepeated: marks.includes("+"),
    });
  }
  const [, result = ""] = /^:([snb])>$/.exec(definition.slice(end)) ?? [];
  return { parameters, result: result === "" ? types.anything : typeOf(result) | types.nothing };
}

const typeOf = (letter: string): number => letters[letter] ?? types.anything;

/** An array of a type takes one value of it, too. Everything but a function may be nothing. */
function acceptedBy(letter: string, inner: string): number {
  if (letter === "f") return types.function;
  if (letter === "a" && inner !== "") return types.array | types.nothing | typeOf(inner.charAt(1));
  return typeOf(letter) | types.nothing;
}

/** Whether arguments of these types can get through. */
export function accepts({ parameters }: Signature, given: readonly number[], from = 0, at = 0): boolean {
  const next = parameters[from];
  if (next === undefined) return at === given.length;
  if (next.isOptional && accepts({ parameters, result: 0 }, given, from + 1, at)) return true;
  if (((given[at] ?? 0) & next.accepts) === 0) return false;
  const rest = { parameters, result: 0 };
  return accepts(rest, given, from + 1, at + 1) || (next.isRepeated && accepts(rest, given, from, at + 1));
}

/** How many arguments it takes, in words: "2", "1 to 3", "at least 1". */
export function countOf({ parameters }: Signature): string {
  const least = parameters.filter(({ isOptional }) => !isOptional).length;
  if (parameters.some(({ isRepeated }) => isRepeated)) return `at least ${least} argument${least === 1 ? "" : "s"}`;
  const most = parameters.length;
  const range = least === most ? "" : least === 0 ? "at most " : `${least} to `;
  return `${range}${most === 0 ? "no" : most} argument${most === 1 ? "" : "s"}`;
}

import { analyse, type NameUse } from "./analyse.ts";
import { compile, type CompileOptions } from "./compile.ts";
import { ExpressionError, type Location } from "./errors.ts";
import { parseBounded } from "./parse.ts";
import { startOfToken } from "./position.ts";
import { builtins, type Node } from "./reference.ts";
import { suggest } from "./suggest.ts";

/** One finding about a text. */
export interface Problem {
  /** Where it starts in the text, from 0, in UTF-16 units. */
  offset: number;
  /** jsonata's code for syntax and calls; FUNCTION_UNKNOWN or VARIABLE_UNKNOWN. */
  code: string;
  message: string;
  /** What the author may have meant, as it is written: "$uppercase". */
  suggestion?: string;
  location?: Location;
}

/**
 * Everything that is wrong with a text as far as can be told without data, in the order of the text. After a syntax error
 * the parser cannot be trusted, so there is at most one; names before it are still checked.
 * A `$variable` is unknown only when `options.variables` says which ones there are.
 */
export function problems(text: string, options: CompileOptions = {}): readonly Problem[] {
  const { tree, syntax } = read(text, options);
  const names = tree === undefined ? [] : [...unknownNames(text, tree, options), ...bareCalls(text, tree, options)];
  const found = [...names.filter((name) => name.offset < (syntax?.offset ?? Infinity)), ...(syntax ? [syntax] : [])];
  found.sort((a, b) => a.offset - b.offset);
  return found.map((problem) => (options.locate ? { ...problem, location: options.locate(problem.offset) } : problem));
}

function read(text: string, options: CompileOptions): { tree?: Node; syntax?: Problem } {
  try {
    compile(text, options);
    return { tree: parseBounded(text).ast() };
  } catch (cause) {
    if (!(cause instanceof ExpressionError)) throw cause;
    const syntax = { offset: cause.position ?? 0, code: cause.code, message: cause.message };
    const tree = recovered(text);
    return tree === undefined ? { syntax } : { syntax, tree };
  }
}

/** The tree up to a syntax error. The errors the parser lists after the first are consequences of it, and left out. */
function recovered(text: string): Node | undefined {
  try {
    return parseBounded(text, true).ast();
  } catch {
    return undefined;
  }
}

function unknownNames(text: string, tree: Node, options: CompileOptions): Problem[] {
  const { functions = {}, variables } = options;
  return analyse(tree).uses.flatMap((use) => {
    if (builtins.has(use.name) || Object.hasOwn(functions, use.name) || variables?.includes(use.name)) return [];
    if (!use.isCalled && variables === undefined) return [];
    return [unknownName(text, use, options)];
  });
}

function unknownName(text: string, use: NameUse, { functions = {}, variables = [] }: CompileOptions): Problem {
  const known = use.isCalled
    ? [...builtins.keys(), ...Object.keys(functions), ...use.bound]
    : [...variables, ...use.bound, ...builtins.keys()];
  const meant = suggest(use.name, known);
  return {
    offset: startOfToken(text, { position: use.node.position ?? 0, token: use.name }) ?? 0,
    code: use.isCalled ? "FUNCTION_UNKNOWN" : "VARIABLE_UNKNOWN",
    message: use.isCalled ? `there is no function $${use.name}` : `there is no variable $${use.name}`,
    ...(meant === undefined ? {} : { suggestion: `$${meant}` }),
  };
}

function bareCalls(text: string, tree: Node, { functions = {} }: CompileOptions): Problem[] {
  return analyse(tree).bareCalls.map(({ name, node }) => {
    const meant = suggest(name, [...builtins.keys(), ...Object.keys(functions)]);
    return {
      offset: startOfToken(text, { position: node.position ?? 0, token: name }) ?? 0,
      code: builtins.has(name) || Object.hasOwn(functions, name) ? "T1005" : "T1006",
      message: `${name} is a field, not a function: the names of functions start with $`,
      ...(meant === undefined ? {} : { suggestion: `$${meant}` }),
    };
  });
}

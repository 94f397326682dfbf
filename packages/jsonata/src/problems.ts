import { compile, type CompileOptions } from "./compile.ts";
import { diagnose } from "./diagnose/diagnose.ts";
import { unknownNames } from "./diagnose/names.ts";
import { error, type Problem, warning } from "./diagnose/problem.ts";
import { invalidRegex } from "./diagnose/regexes.ts";
import { type Names, subjectOf } from "./diagnose/subject.ts";
import { ExpressionError } from "./errors.ts";
import type { Node } from "./reference/reference.ts";
import { parseBounded } from "./syntax/parse.ts";

export { type Problem } from "./diagnose/problem.ts";

export interface ProblemOptions extends CompileOptions {
  /**
   * Names of the fields that a variable has, by the variable's name without `$`. "request.path" names a field of a field;
   * a field with none named under it may hold anything. Default: unknown.
   */
  fields?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Everything that is wrong with a text, or suspicious, as far as can be told without data; in the order of the text. After
 * a syntax error the parser cannot be trusted, so there is at most one; names before it are still checked.
 * A `$variable` is unknown only when `options.variables` says which ones there are.
 */
export function problems(text: string, { fields = {}, ...options }: ProblemOptions = {}): readonly Problem[] {
  const { functions = {}, variables, locate } = options;
  const { tree, syntax } = read(text, options);
  const found = tree === undefined ? [] : judge(text, tree, { names: { functions, variables, fields }, syntax });
  const all = distinct(syntax === undefined ? found : [...found, syntax]);
  all.sort((a, b) => a.offset - b.offset);
  return all.map((problem) => (locate ? { ...problem, location: locate(problem.offset) } : problem));
}

interface Reading {
  tree?: Node;
  syntax?: Problem;
}

function judge(text: string, tree: Node, { names, syntax }: { names: Names; syntax: Problem | undefined }): Problem[] {
  try {
    const subject = subjectOf(text, tree, names);
    if (syntax === undefined) return diagnose(subject);
    return [...unknownNames(subject)].filter(({ offset }) => offset < syntax.offset);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const message = "this is nested too deeply to be checked; only its syntax was";
    return syntax === undefined ? [warning(0, "DEPTH_UNCHECKED", message)] : [];
  }
}

function read(text: string, options: CompileOptions): Reading {
  try {
    compile(text, options);
    return { tree: parseBounded(text).ast() };
  } catch (cause) {
    if (!(cause instanceof ExpressionError)) throw cause;
    if (cause.cause instanceof SyntaxError) return { syntax: invalidRegex(text, cause.cause) };
    const syntax = error(cause.offset ?? 0, cause.code, cause.message);
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

/** The parser copies what stands left of `??` and `?:`, and so do findings about it. */
function distinct(found: readonly Problem[]): Problem[] {
  const byPlace = new Map(found.map((problem) => [`${problem.offset} ${problem.code}`, problem]));
  return [...byPlace.values()];
}

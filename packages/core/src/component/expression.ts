import type { Location } from "../location.ts";
import type { Message } from "../message.ts";
import { SignalboxError } from "../errors/error.ts";
import { excerpt } from "../excerpt.ts";

/**
 * A JSONata expression of a pipeline, compiled and bound: it sees the message's body as `$`, its metadata as `$meta`,
 * the pipeline's `vars` as `$vars`, and stays within the pipeline's limits.
 */
export interface Expression {
  readonly text: string;
  /** Where the expression starts in the author's file. */
  readonly at: Location;
  /** What it sees as `$vars`. */
  readonly vars: Readonly<Record<string, unknown>>;
  /**
   * The value for `message`, undefined when there is none; a promise only where the evaluation must wait.
   * Fails (throws or rejects) with EXPRESSION_FAILED or EXPRESSION_LIMIT, located in the YAML file. `variables` are the
   * values of those its field has beside `$meta` and `$vars`, by name without `$`.
   */
  evaluate(message: Message, variables?: Readonly<Record<string, unknown>>): unknown;
}

/** Text with `{{ JSONata }}` holes, compiled and bound like an Expression. */
export interface Template {
  readonly text: string;
  readonly at: Location;
  /** True when there are no holes: `render` gives the same text for every message. */
  readonly isConstant: boolean;
  /** What every rendered text begins with: the literal text before the first hole, `${}` replaced. */
  readonly literalStart: string;
  /** The text for `message`; a hole without a result fails with EXPRESSION_NO_RESULT. A promise only where it must wait. */
  render(message: Message): string | Promise<string>;
}

/** `true` keeps, `false` filters, `nothing` filters too and is counted apart. */
export type Verdict = "true" | "false" | "nothing";

/** A condition's verdict on a message; anything but a boolean or nothing fails with EXPRESSION_NOT_BOOLEAN. */
export function judge(condition: Expression, message: Message): Verdict | Promise<Verdict> {
  const value = condition.evaluate(message);
  return value instanceof Promise ? value.then((late) => verdictOf(late, condition)) : verdictOf(value, condition);
}

function verdictOf(value: unknown, condition: Expression): Verdict {
  if (value === true) return "true";
  if (value === false) return "false";
  if (value === undefined) return "nothing";
  throw new SignalboxError("EXPRESSION_NOT_BOOLEAN", `the condition gave ${describe(value)}, not true or false`, {
    at: condition.at,
    hint: "compare explicitly, or wrap it in $boolean( )",
  });
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object") return "an object";
  return `the ${typeof value} ${excerpt(JSON.stringify(value), 40)}`;
}

import type { Location } from "../errors.ts";

/** One finding about a text. */
export interface Problem {
  /** Where it starts in the text, from 0, in UTF-16 units. */
  offset: number;
  /**
   * jsonata's code for syntax and bare calls; else one of ours. Errors: FUNCTION_UNKNOWN, VARIABLE_UNKNOWN, ARGUMENTS_COUNT,
   * ARGUMENT_TYPE, OPERAND_TYPE (a warning where there may be no value), KEY_DOUBLE, KEY_TYPE, REGEX_INVALID. Warnings:
   * CONDITION_CONSTANT, COMPARISON_NEVER, COMPARISON_ALWAYS, FIELD_UNKNOWN, VARIABLE_UNUSED, BIND_IN_ELEMENT, REGEX_NEVER,
   * REGEX_EMPTY, EVAL_SLOW, DEPTH_UNCHECKED.
   */
  code: string;
  message: string;
  /** An error is a text that does not compile, a name that does not exist, or what fails whenever it is evaluated. */
  severity: "error" | "warning";
  /** What the author may have meant, as it is written: "$uppercase". */
  suggestion?: string;
  location?: Location;
}

export const error = (offset: number, code: string, message: string, suggestion?: string): Problem => ({
  offset,
  code,
  message,
  severity: "error",
  ...(suggestion === undefined ? {} : { suggestion }),
});

export const warning = (offset: number, code: string, message: string, suggestion?: string): Problem => ({
  ...error(offset, code, message, suggestion),
  severity: "warning",
});

import { z } from "zod";
import type { Expression, Template } from "./expression.ts";
import { parseDuration, parseSize } from "./units.ts";

/**
 * Field types beyond plain values. The configuration reads `fieldFacts` to know what is a literal, an expression or a
 * template, what is secret, and which kind of connection a name must be; schema, reference and redaction read the same.
 */
export interface FieldFacts {
  readonly type?: "expression" | "template" | "duration" | "size";
  /** The value is never shown: it is redacted in logs, status, `validate --json` and errors. */
  readonly isSecret?: boolean;
  /** Of an expression: the variables it sees beside `$meta` and `$vars`, with the fields that each has. */
  readonly variables?: Variables;
  /** The value is the name of a connection of one of these kinds. */
  readonly connection?: readonly string[];
  /** The value is the name of a pipeline. */
  readonly isPipeline?: boolean;
  /** A word of the language that is not built yet: using it is CONFIG_NOT_YET. */
  readonly isPlanned?: boolean;
}

/** Variables by name without `$`, with the names of their fields. */
export type Variables = Readonly<Record<string, readonly string[]>>;

export const fieldFacts = z.registry<FieldFacts>();

/**
 * JSONata, written as text or as `{ file: air.jsonata }`. In the parsed configuration: a bound Expression, which gets the
 * values of `variables` with each evaluation.
 */
export function expression(variables?: Variables): z.ZodType<Expression> {
  const schema = z.custom<Expression>((value) => typeof value === "object" && value !== null && "evaluate" in value);
  fieldFacts.add(schema, { type: "expression", ...(variables === undefined ? {} : { variables }) });
  return schema;
}

/** Text with `{{ JSONata }}` holes. In the parsed configuration: a bound Template. */
export function template(): z.ZodType<Template> {
  const schema = z.custom<Template>((value) => typeof value === "object" && value !== null && "render" in value);
  fieldFacts.add(schema, { type: "template" });
  return schema;
}

/** `500ms`, `30s`, `5m`, `2h`, `1d`; milliseconds in the parsed configuration. Give defaults with `.prefault("30s")`. */
export function duration(): z.ZodType<number, string> {
  const schema = z.string().transform((text, check) => {
    const milliseconds = parseDuration(text);
    if (milliseconds !== undefined) return milliseconds;
    check.addIssue({
      code: "custom",
      message: `"${text}" is not a duration`,
      params: { code: "CONFIG_DURATION_INVALID" },
    });
    return z.NEVER;
  });
  fieldFacts.add(schema, { type: "duration" });
  return schema;
}

/** `64kB`, `4MiB`; bytes in the parsed configuration. */
export function size(): z.ZodType<number, string> {
  const schema = z.string().transform((text, check) => {
    const bytes = parseSize(text);
    if (bytes !== undefined) return bytes;
    check.addIssue({ code: "custom", message: `"${text}" is not a size`, params: { code: "CONFIG_SIZE_INVALID" } });
    return z.NEVER;
  });
  fieldFacts.add(schema, { type: "size" });
  return schema;
}

/** Text that is never shown. */
export function secret(): z.ZodType<string> {
  const schema = z.string().min(1);
  fieldFacts.add(schema, { isSecret: true });
  return schema;
}

/** The name of a connection of one of `kinds`. */
export function connectionName(...kinds: readonly string[]): z.ZodType<string> {
  const schema = z.string().min(1);
  fieldFacts.add(schema, { connection: kinds });
  return schema;
}

/** The name of a pipeline that takes messages from others: validated to be there, and not to close a circle. */
export function pipelineName(): z.ZodType<string> {
  const schema = z.string().min(1);
  fieldFacts.add(schema, { isPipeline: true });
  return schema;
}

/** A word that is planned and not built: it validates as CONFIG_NOT_YET, never silently. */
export function planned(description: string): z.ZodType {
  const schema = z.unknown().optional().describe(description);
  fieldFacts.add(schema, { isPlanned: true });
  return schema;
}

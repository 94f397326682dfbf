import type { Finding, Pipeline } from "./model.ts";

/** What is worth knowing of pipelines that can run, at the time of looking: warnings, in the order of the pipelines. */
export function reviewPipelines(pipelines: readonly Pipeline[], now: number): readonly Finding[] {
  return pipelines.flatMap(({ source }) => {
    const remarks = source.definition.review?.(source.config, now) ?? [];
    return remarks.map(({ field, code, message }): Finding => {
      return { severity: "warning", code, message, at: source.fieldsAt.get(field) ?? source.at };
    });
  });
}

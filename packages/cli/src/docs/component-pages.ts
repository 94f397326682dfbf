import {
  type ComponentKind,
  type Definition,
  formatDuration,
  type SinkDefinition,
  type SourceDefinition,
} from "@signalbox/core";
import { fieldRows } from "./field-rows.ts";
import { codeBlock, fieldTable, generatedMark, page } from "./markdown.ts";

/** A file of the reference; `path` is relative to its folder and uses `/`. */
export interface ReferenceFile {
  readonly path: string;
  readonly text: string;
}

export const kinds: readonly ComponentKind[] = ["source", "step", "sink", "connection"];

export function componentPath({ kind, name }: Definition): string {
  return `${kind}s/${name}.md`;
}

/** The page of one component, from its definition alone. */
export function componentPage(definition: Definition): ReferenceFile {
  const { kind, name, summary, description, schema, examples } = definition;
  const text = page(
    generatedMark,
    `# \`${name}\` ${kind}`,
    `**${summary}**`,
    description,
    "## Fields",
    fieldTable(fieldRows(schema), name),
    "*Literal* fields take `${VARIABLES}`; *expression* is JSONata; *template* is text with `{{ JSONata }}` holes.",
    besideFields(definition),
    "## Examples",
    examples.flatMap(({ title, yaml }) => [`### ${title}`, codeBlock(`yaml ${kind}`, yaml)]),
  );
  return { path: componentPath(definition), text };
}

/** What stands beside the component's own fields: common keys and what holds when they are not set. */
function besideFields(definition: Definition): readonly string[] {
  switch (definition.kind) {
    case "source":
      return [sourceDefaults(definition)];
    case "step":
      return ["Beside the key: `name` and `when`, see [keys of a step](../pipeline.md#keys-of-a-step)."];
    case "sink":
      return [sinkDefaults(definition)];
    case "connection":
      return ["Stands in `signalbox.yaml` under `connections:`, see [settings](../settings.md)."];
  }
}

function sourceDefaults({ defaultOrder }: SourceDefinition): string {
  const meaning =
    defaultOrder === "perKey" ? "messages of one device keep their order" : "messages may overtake one another";
  return `Without \`order:\` in the pipeline: \`${defaultOrder}\` (${meaning}).`;
}

function sinkDefaults({ defaults }: SinkDefinition): string {
  const { batchCount, concurrency, timeoutMs } = defaults;
  const handed = batchCount === 1 ? "one message at a time" : `up to ${batchCount} messages at a time`;
  const writes = concurrency === 1 ? "one write under way" : `up to ${concurrency} writes under way at once`;
  return (
    "Beside the key: `name`, `when`, `transform`, `batch`, `retry` and `timeout`, see " +
    `[keys of a sink](../pipeline.md#keys-of-a-sink). Without them: ${handed}, ${writes}, ` +
    `\`timeout: ${formatDuration(timeoutMs)}\`.`
  );
}

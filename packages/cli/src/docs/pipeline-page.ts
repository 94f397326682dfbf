import { pipelineKeys, type Registry, sinkKeys, stepKeys } from "@signalbox/core";
import type { ReferenceFile } from "./component-pages.ts";
import { fieldRows } from "./field-rows.ts";
import { componentTable } from "./index-page.ts";
import { codeBlock, fieldTable, generatedMark, page, table } from "./markdown.ts";

const example = `
# yaml-language-server: $schema=../docs/reference/pipeline.schema.json
name: heartbeat
description: Say every minute that the engine is alive.
source:
  schedule: { every: 1m }
steps:
  - transform: '{ "alive": true, "at": plannedAt }'
sinks:
  - log: {}
`;

/** The page of a pipeline's own keys and of the keys beside its components. */
export function pipelinePage(registry: Registry): ReferenceFile {
  const text = page(
    generatedMark,
    "# Pipeline",
    "One YAML document is one pipeline; a file may hold several, separated by `---`. Files named `*.test.yaml` are never " +
      "pipelines.",
    codeBlock("yaml pipeline", example),
    "## Keys of a pipeline",
    "Three keys hold components, each chosen by its key:",
    table(
      ["Key", "What stands there"],
      [
        ["`source`", "one source"],
        ["`steps`", "a list of steps, run in order; may be left out"],
        ["`sinks`", "a list of sinks, each independent of the others"],
      ],
    ),
    "All others:",
    fieldTable(fieldRows(pipelineKeys), ""),
    "## Keys of a step",
    "They stand beside the component's key, not inside it.",
    fieldTable(fieldRows(stepKeys), ""),
    "## Keys of a sink",
    "They stand beside the component's key, not inside it, and work in this order: `when`, `transform`, `batch`.",
    fieldTable(fieldRows(sinkKeys), ""),
    "## Kinds of field",
    table(
      ["Read as", "Meaning"],
      [
        [
          "literal",
          "what is written; `${NAME}`, `${NAME:-default}` and `${file:/path}` in it are replaced. An optional field that " +
            "they leave empty, as `${NAME:-}` may, counts as not given",
        ],
        [
          "expression",
          "JSONata on the message: `$` its body, `$meta` its metadata, `$vars` the pipeline's `vars`; or `{ file: x.jsonata }`. " +
            "It can call [functions of ours](functions.md)",
        ],
        ["template", "text with `{{ JSONata }}` holes"],
      ],
    ),
    "## Components",
    (["source", "step", "sink"] as const).flatMap((kind) => [`### ${kind}s`, componentTable(registry, kind)]),
  );
  return { path: "pipeline.md", text };
}

import {
  createRegistry,
  defineConnection,
  type Finding,
  parseProject,
  type SinkItem,
  type SourceItem,
} from "@signalbox/core";
import { dropSink, generateSource } from "@signalbox/core";
import type { ComponentOptions } from "@signalbox/core/testing";
import { z } from "zod";
import { akenzaConnection, akenzaDownlinkSink, akenzaMessageSink, akenzaSource } from "../index.ts";

const postgres = defineConnection({
  name: "postgres",
  summary: "A database of the tests.",
  description: "Only its name is looked at.",
  schema: z.strictObject({}),
  examples: [],
  create: () => ({}),
});

const registry = createRegistry([
  akenzaConnection,
  akenzaSource,
  akenzaDownlinkSink,
  akenzaMessageSink,
  postgres,
  generateSource,
  dropSink,
]);

const key = "0011223344556677.00000000-0000-4000-8000-000000000000";

/** What the text of an akenza item needs around it. */
export const project: PipelineAroundOptions = { definitions: [akenzaConnection], env: { AKENZA_API_KEY: key } };

/** A signalbox.yaml with another akenza beside the one from the environment. */
export const second = "version: 1\nconnections:\n  second:\n    akenza: { apiKey: another-key }\n";

type PipelineAroundOptions = NonNullable<ComponentOptions["project"]>;

export interface Parsed {
  readonly findings: readonly Finding[];
  readonly source: SourceItem | undefined;
  readonly sink: SinkItem | undefined;
  readonly secrets: readonly string[];
}

/** What the configuration makes of the text of a pipeline, and of signalbox.yaml where one is given. */
export function parse(pipeline: string, options: { settings?: string; env?: Record<string, string> } = {}): Parsed {
  const settings = options.settings === undefined ? [] : [{ path: "signalbox.yaml", text: options.settings }];
  const project = parseProject([{ path: "pipelines/a.yaml", text: pipeline }, ...settings], {
    registry,
    env: options.env ?? { AKENZA_API_KEY: key },
  });
  const [first] = project.pipelines;
  return { findings: project.findings, source: first?.source, sink: first?.sinks[0], secrets: project.secrets };
}

/** A pipeline around the YAML of a source. */
export function aroundSource(yaml: string): string {
  return `name: a\nsource:\n${indent(yaml, 2)}\nsinks:\n  - drop: {}\n`;
}

/** The item of an akenza source. */
export function sourceItem(yaml: string): SourceItem {
  const { findings, source } = parse(aroundSource(yaml));
  if (source === undefined || findings.length > 0) throw new Error(JSON.stringify(findings));
  return source;
}

function indent(yaml: string, spaces: number): string {
  return yaml
    .split("\n")
    .map((line) => " ".repeat(spaces) + line)
    .join("\n");
}

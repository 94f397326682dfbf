import type { Connection, Sink, Source, Step } from "../component/contracts.ts";
import type {
  ConnectionDefinition,
  Definition,
  SinkDefinition,
  SourceDefinition,
  StepDefinition,
} from "../component/definition.ts";
import { parseProject } from "../config/project.ts";
import { SignalboxError } from "../errors/error.ts";
import type { Message, Meta } from "../message.ts";
import { createRegistry } from "../registry.ts";
import { createTestContext, type TestContextOptions } from "./context.ts";
import { pipelineAround, type PipelineAroundOptions } from "./project.ts";

// Components from the YAML item a user would write, common keys included, each on its own.
// Not here: running a pipeline.

export interface ComponentOptions extends TestContextOptions {
  /** What the item's text needs around it: settings, variables, other definitions and pipelines. */
  readonly project?: PipelineAroundOptions;
}

const time = "2026-01-01T00:00:00.000Z";

/** A message with a body; everything else has a plain value unless given. */
export function testMessage(body: unknown, given: { id?: string; meta?: Partial<Meta> } = {}): Message {
  const meta = { pipeline: "test", source: "test", time, receivedAt: time, ...given.meta };
  return { id: given.id ?? "m1", meta, body };
}

export function sourceFrom(
  definition: SourceDefinition,
  yaml: string,
  { project, ...given }: ComponentOptions = {},
): Source {
  const { source } = pipelineAround(definition, yaml, project);
  return definition.create(source.config, createTestContext(given));
}

export function stepFrom(definition: StepDefinition, yaml: string, { project, ...given }: ComponentOptions = {}): Step {
  const item = only(pipelineAround(definition, yaml, project).steps);
  return definition.create(item.config, createTestContext({ name: item.name, ...given }));
}

export function sinkFrom(definition: SinkDefinition, yaml: string, { project, ...given }: ComponentOptions = {}): Sink {
  const item = only(pipelineAround(definition, yaml, project).sinks);
  const common = { name: item.name, at: item.at, isBatched: item.batch !== undefined, retry: item.retry };
  return definition.create(item.config, createTestContext({ ...common, ...given }));
}

/** A connection from the YAML that stands under its name in `connections:`. */
export function connectionFrom(
  definition: ConnectionDefinition,
  yaml: string,
  { project, ...given }: ComponentOptions = {},
): Connection {
  const indented = yaml
    .trim()
    .split("\n")
    .map((line) => `    ${line}`);
  const text = ["version: 1", "connections:", "  test:", ...indented].join("\n");
  const { settings, findings } = parseProject([{ path: "signalbox.yaml", text }], {
    registry: createRegistry([definition]),
    env: project?.env ?? {},
  });
  const [finding] = findings;
  if (finding !== undefined) throw new SignalboxError(finding.code, finding.message, { at: finding.at });
  const item = settings.connections.find((each) => each.name === "test");
  return definition.create(
    only(item === undefined ? [] : [item]).config,
    createTestContext({ name: "test", ...given }),
  );
}

function only<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) throw new Error("the pipeline has no such item");
  return item;
}

/** The first finding about an item, as its code and the words of the item it points at: `CONFIG_CRON_INVALID: 0 25 * * *`. */
export function refusalOf(definition: Definition, yaml: string, project?: PipelineAroundOptions): string {
  try {
    pipelineAround(definition, yaml, project);
  } catch (error) {
    if (!(error instanceof SignalboxError) || error.at === undefined) throw error;
    const indent = definition.kind === "source" ? { lines: 2, columns: 2 } : { lines: 4, columns: 4 };
    const line = yaml.trim().split("\n")[error.at.line - indent.lines - 1] ?? "";
    const words = /^"[^"]*"|^.[^,}\]]*/.exec(line.slice(error.at.column - indent.columns - 1))?.[0] ?? "";
    return `${error.code}: ${words.trim()}`;
  }
  return "nothing is refused";
}

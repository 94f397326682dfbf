// Projects for tests: in a temporary folder, or as one pipeline around one item.
// Not here: running them.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { defineSink, defineSource, type Definition } from "../component/definition.ts";
import type { Pipeline } from "../config/model.ts";
import { parseProject } from "../config/project.ts";
import { SignalboxError } from "../errors/error.ts";
import { formatLocation } from "../location.ts";
import { createRegistry } from "../registry.ts";
import { z } from "zod";

export interface TestProject {
  /** Absolute. */
  readonly dir: string;
  /** Writes or overwrites a file; folders are made. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  remove(): Promise<void>;
}

/** Writes files (paths relative to the project folder) into a new temporary folder. */
export async function writeProject(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<TestProject> {
  const dir = await mkdtemp(join(tmpdir(), "signalbox-project-"));
  const write = async (path: string, content: string | Uint8Array): Promise<void> => {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  };
  for (const [path, content] of Object.entries(files)) await write(path, content);
  return { dir, write, remove: () => rm(dir, { recursive: true, force: true }) };
}

export interface PipelineAroundOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Further components, such as the connection an item refers to. */
  readonly definitions?: readonly Definition[];
  /** Text of signalbox.yaml. */
  readonly settings?: string;
  readonly readText?: (path: string) => string;
  /** Further pipelines, which the item speaks of. */
  readonly alongside?: string;
}

/**
 * The validated pipeline `test` around one item, from the YAML an author would write (`http: { ... }` with its common
 * keys). What the item's kind leaves out is filled with components that do nothing. Throws the first finding.
 */
export function pipelineAround(definition: Definition, yaml: string, options: PipelineAroundOptions = {}): Pipeline {
  const { definitions = [], env = {}, settings, readText, alongside } = options;
  const fillers = [idleSource, idleSink].filter((each) => each.name !== definition.name);
  const project = parseProject(
    [
      { path: "pipelines/test.yaml", text: documentAround(definition, yaml) },
      ...(alongside === undefined ? [] : [{ path: "pipelines/alongside.yaml", text: alongside }]),
      ...(settings === undefined ? [] : [{ path: "signalbox.yaml", text: settings }]),
    ],
    {
      registry: createRegistry([definition, ...definitions, ...fillers]),
      env,
      ...(readText === undefined ? {} : { readText }),
    },
  );
  const [finding] = project.findings;
  const pipeline = project.pipelines.find((each) => each.name === "test");
  if (finding !== undefined) {
    const text = `${formatLocation(finding.at)} ${finding.message}`;
    throw new SignalboxError(finding.code, text, {
      at: finding.at,
      ...(finding.suggestion === undefined ? {} : { hint: finding.suggestion }),
    });
  }
  if (pipeline === undefined) throw new Error("the item made no pipeline, and no finding");
  return pipeline;
}

function documentAround({ kind }: Definition, yaml: string): string {
  const item = yaml.trim().split("\n");
  const listed = item.map((line, index) => (index === 0 ? `  - ${line}` : `    ${line}`)).join("\n");
  const source = kind === "source" ? item.map((line) => `  ${line}`).join("\n") : "  idle-source: {}";
  const steps = kind === "step" ? `steps:\n${listed}\n` : "";
  const sinks = kind === "sink" ? listed : "  - idle-sink: {}";
  return `name: test\nsource:\n${source}\n${steps}sinks:\n${sinks}\n`;
}

const nothing = { summary: "Does nothing.", description: "For tests.", schema: z.strictObject({}), examples: [] };

const idleSource = defineSource({
  ...nothing,
  name: "idle-source",
  defaultOrder: "none",
  create: () => ({
    // oxlint-disable-next-line require-yield -- it never has a message
    async *deliveries(signal) {
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    },
  }),
});

const idleSink = defineSink({
  ...nothing,
  name: "idle-sink",
  defaults: { batchCount: 1, concurrency: 1, timeoutMs: 1000 },
  create: () => ({ write: (batch) => Promise.resolve(batch.map(() => ({ status: "delivered" }) as const)) }),
});

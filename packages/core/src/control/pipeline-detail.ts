// A pipeline as its page shows it: how it stands, what is written of it, what it is made of.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Finding, Pipeline, SinkItem } from "../config/model.ts";
import { SignalboxError } from "../errors/error.ts";
import type { Location } from "../location.ts";
import type { Engine } from "../runtime/engine.ts";
import type { PipelineChange } from "../runtime/reload/result.ts";
import type { PipelineStatus } from "../runtime/status.ts";
import { shownConfig } from "./shown-config.ts";

/** One pipeline, closely. */
export interface PipelineDetail {
  readonly status: PipelineStatus;
  /** What the file holds now; undefined where it cannot be read any more. */
  readonly file: { readonly path: string; readonly line: number; readonly text: string | undefined };
  /** What the latest reading of the files has to say of this file. */
  readonly findings: readonly Finding[];
  /** Why what the files say now is not what runs; undefined where it is. */
  readonly refused?: PipelineChange;
  readonly graph: PipelineGraph;
}

/** What runs, in order; of values that components do not say themselves, the defaults. */
export interface PipelineGraph {
  readonly source: Part;
  readonly steps: readonly Part[];
  readonly sinks: readonly SinkPart[];
  readonly route: "all" | "first";
  readonly order: "perKey" | "none";
  readonly delivery: "direct" | "queued";
  readonly maxInFlight: number;
}

export interface Part {
  readonly name: string;
  readonly component: string;
  readonly at: Location;
  /** The text of its condition. */
  readonly when?: string;
  /** Its fields with their defaults: expressions as text, durations in milliseconds, sizes in bytes. */
  readonly fields: unknown;
  /** The pipeline that a `pipeline` sink hands on to. */
  readonly target?: string;
}

export interface SinkPart extends Part {
  /** The text of its transformation. */
  readonly transform?: string;
  readonly options: Pick<SinkItem, "batch" | "retry" | "timeoutMs" | "breaker" | "maxInFlight" | "parked">;
}

export interface DetailOptions {
  readonly engine: Pick<Engine, "status" | "pipeline">;
  readonly projectDir: string;
  /** Of the latest reading of the files. */
  readonly findings: () => readonly Finding[];
}

/** Fails with CONTROL_PIPELINE_UNKNOWN. */
export async function pipelineDetail(
  { engine, projectDir, findings }: DetailOptions,
  name: string,
): Promise<PipelineDetail> {
  const { pipelines, reload } = engine.status();
  const status = pipelines.find((each) => each.name === name);
  const pipeline = engine.pipeline(name);
  if (status === undefined || pipeline === undefined) {
    throw new SignalboxError("CONTROL_PIPELINE_UNKNOWN", `no pipeline "${name}" runs here`);
  }
  const { file, line } = pipeline.at;
  const refused = reload?.changes.find((change) => change.pipeline === name && change.what === "refused");
  return {
    status,
    file: { path: file, line, text: await readFile(resolve(projectDir, file), "utf8").catch(() => undefined) },
    findings: findings().filter(({ at, related = [] }) => [at, ...related].some((each) => each.file === file)),
    ...(refused !== undefined && { refused }),
    graph: graphOf(pipeline),
  };
}

function graphOf({ source, steps, sinks, route, order, delivery, maxInFlight }: Pipeline): PipelineGraph {
  return {
    source: { name: source.name, component: source.definition.name, at: source.at, fields: shownConfig(source.config) },
    steps: steps.map(partOf),
    sinks: sinks.map((sink) => {
      const { transform, batch, retry, timeoutMs, breaker, maxInFlight, parked } = sink;
      const options = { batch, retry, timeoutMs, breaker, maxInFlight, parked };
      return { ...partOf(sink), ...(transform !== undefined && { transform: transform.text }), options };
    }),
    route,
    order,
    delivery,
    maxInFlight,
  };
}

function partOf({ name, definition, at, when, config }: Pipeline["steps"][number] | SinkItem): Part {
  const fields = shownConfig(config);
  const part = { name, component: definition.name, at, fields, ...(when !== undefined && { when: when.text }) };
  // Its whole configuration is the name.
  return definition.name === "pipeline" && typeof config === "string" ? { ...part, target: config } : part;
}

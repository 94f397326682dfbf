// Reads one document of a pipeline file: its own keys first, since expressions need `vars` and `limits`, then its items.
// Not here: what concerns several pipelines (cross-checks.ts), files (load.ts).

import { z } from "zod";
import type { Location } from "../location.ts";
import type { Registry } from "../registry.ts";
import type { Findings } from "./findings.ts";
import type { Variables } from "./interpolate.ts";
import { readItem, type ReadItem } from "./item.ts";
import type { Pipeline } from "./model.ts";
import { nameSinks, nameSteps } from "./item-names.ts";
import { asSource, backfillOf, sinkItem, sourceItem, stepItem } from "./pipeline-items.ts";
import { type PipelineKeys, pipelineKeys, type SinkKeys, sinkKeys, type StepKeys, stepKeys } from "./pipeline-keys.ts";
import { readValue } from "./read-value.ts";
import { createScope, type Scope } from "./scope.ts";
import { didYouMean } from "./suggest.ts";
import { entryOf, kindOf, locationOf, type YamlMap, type YamlNode } from "./yaml/node.ts";

export interface PipelineReading {
  readonly findings: Findings;
  readonly variables: Variables;
  readonly registry: Registry;
}

/** What a document says, as far as it could be read. */
export interface PipelineDocument {
  /** Undefined when it has none that can be used. */
  readonly name: string | undefined;
  readonly nameAt: Location;
  /** The former name it gives, and where. */
  readonly formerName: { readonly name: string; readonly at: Location } | undefined;
  /** Undefined when there are findings. */
  readonly pipeline: Omit<Pipeline, "hash" | "sourceHash"> | undefined;
  readonly scope: Scope;
  readonly sourceName: string | undefined;
  /** What the hash is made of. */
  readonly input: unknown;
  /** The same of the source: its own fields, and what its expressions see and may use. */
  readonly sourceInput: unknown;
}

const itemKeys = ["source", "steps", "sinks"];
const noKeys = z.strictObject({});

/** Undefined, with a finding, when the document is no mapping at all. */
export function readPipeline(node: YamlNode, reading: PipelineReading): PipelineDocument | undefined {
  const { findings } = reading;
  if (node.kind !== "map") {
    findings.error({
      code: "CONFIG_VALUE_TYPE",
      message: `a pipeline is a mapping with the keys name, source, steps and sinks, not ${kindOf(node)}`,
      at: locationOf(node),
    });
    return undefined;
  }
  const before = findings.errorCount();
  const at = locationOf(node.entries[0]?.key ?? node);
  const parts = readParts(node, reading, at);
  const { scope, source, steps, sinks, input, sourceInput } = parts;
  const stepNames = nameSteps(steps, findings);
  const sinkNames = nameSinks(sinks, findings);
  const isGood = findings.errorCount() === before;
  const nameEntry = entryOf(node, "name");
  const name = nameEntry?.value.kind === "scalar" ? nameEntry.value.value : undefined;
  return {
    name: pipelineKeys.shape.name.safeParse(name).data,
    nameAt: nameEntry === undefined ? at : locationOf(nameEntry.value),
    formerName: formerNameIn(node),
    scope,
    sourceName: source?.definition.name,
    input,
    sourceInput,
    pipeline: isGood ? toPipeline(parts, { at, stepNames, sinkNames }) : undefined,
  };
}

function formerNameIn(node: YamlMap): PipelineDocument["formerName"] {
  const value = entryOf(node, "renamedFrom")?.value;
  if (value?.kind !== "scalar") return undefined;
  const name = pipelineKeys.shape.renamedFrom.safeParse(value.value).data;
  return name === undefined ? undefined : { name, at: locationOf(value) };
}

interface Parts {
  readonly keys: PipelineKeys | undefined;
  readonly scope: Scope;
  readonly source: ReadItem<object> | undefined;
  readonly steps: readonly ReadItem<StepKeys>[];
  readonly sinks: readonly ReadItem<SinkKeys>[];
  readonly input: unknown;
  readonly sourceInput: unknown;
}

function readParts(node: YamlMap, reading: PipelineReading, at: Location): Parts {
  const { keys, scope, input: keysInput } = readKeys(node, reading, at);
  const inside: Inside = { ...reading, scope, at };
  const source = readSource(node, inside);
  const steps = readItems<StepKeys>(node, "steps", inside);
  const sinks = readItems<SinkKeys>(node, "sinks", inside);
  const input = {
    keys: keysInput,
    source: source?.input,
    steps: steps.map((each) => each.input),
    sinks: sinks.map((each) => each.input),
  };
  const { vars, limits } = keysInput;
  return { keys, scope, source, steps, sinks, input, sourceInput: { source: source?.input, vars, limits } };
}

interface Named {
  readonly at: Location;
  readonly stepNames: readonly string[];
  readonly sinkNames: readonly string[];
}

function toPipeline(
  { keys, source, steps, sinks }: Parts,
  { at, stepNames, sinkNames }: Named,
): Omit<Pipeline, "hash" | "sourceHash"> | undefined {
  if (keys === undefined || source === undefined) return undefined;
  return {
    ...settingsOf(keys),
    at,
    source: sourceItem(source),
    steps: steps.map((step, index) => stepItem(step, stepNames[index] ?? "")),
    sinks: sinks.map((sink, index) => sinkItem(sink, sinkNames[index] ?? "")),
    order: keys.order ?? asSource(source).defaultOrder,
    backfill: backfillOf(keys, sinks),
  };
}

interface Inside extends PipelineReading {
  readonly scope: Scope;
  /** The place of the document. */
  readonly at: Location;
}

function readKeys(
  node: YamlMap,
  reading: PipelineReading,
  at: Location,
): { keys: PipelineKeys | undefined; scope: Scope; input: Partial<PipelineKeys> } {
  const first = createScope(reading);
  reportUnknownKeys(node, reading.findings);
  const known = Object.keys(pipelineKeys.shape);
  const keysNode: YamlMap = { ...node, entries: node.entries.filter(({ key }) => known.includes(key.text)) };
  const result = readValue({ schema: pipelineKeys, node: keysNode, label: "the pipeline", keyAt: at }, first);
  // the output of that very schema
  const keys = result.value as PipelineKeys | undefined;
  const written = (result.input ?? {}) as Partial<PipelineKeys>;
  if (keys === undefined) return { keys, scope: first, input: written };
  const { time, depth, sequence, output } = keys.limits;
  // What it is for does not change what it does.
  const { description: _, ...input } = written;
  const scope = createScope(reading, {
    vars: keys.vars,
    limits: { timeMs: time, depth, sequence, outputBytes: output },
  });
  for (const secret of first.secrets) scope.secrets.add(secret);
  return { keys, scope, input };
}

function reportUnknownKeys(node: YamlMap, findings: Findings): void {
  const known = [...Object.keys(pipelineKeys.shape), ...itemKeys];
  for (const { key } of node.entries) {
    if (known.includes(key.text)) continue;
    findings.error({
      code: "CONFIG_FIELD_UNKNOWN",
      message: `a pipeline has no key "${key.text}"`,
      suggestion:
        didYouMean(key.text, known) ?? `keys: ${[...itemKeys, ...Object.keys(pipelineKeys.shape)].join(", ")}`,
      at: locationOf(key),
    });
  }
}

function readSource(node: YamlMap, inside: Inside): ReadItem<object> | undefined {
  const entry = entryOf(node, "source");
  if (entry === undefined) {
    reportMissing("source", inside);
    return undefined;
  }
  const keyAt = locationOf(entry.key);
  return readItem<object>(entry.value, { ...inside, kind: "source", commonKeys: noKeys, keyAt });
}

function readItems<Keys extends object>(
  node: YamlMap,
  key: "steps" | "sinks",
  inside: Inside,
): readonly ReadItem<Keys>[] {
  const entry = entryOf(node, key);
  const kind = key === "steps" ? "step" : "sink";
  if (entry === undefined) {
    if (key === "sinks") reportMissing("sinks", inside);
    return [];
  }
  const { value } = entry;
  const keyAt = locationOf(entry.key);
  if (value.kind !== "list") {
    inside.findings.error({
      code: "CONFIG_VALUE_TYPE",
      message: `"${key}" must be a list, not ${kindOf(value)}`,
      suggestion: value.kind === "map" ? `put "- " before each ${kind}` : "give it a list, or leave the key out",
      at: value.kind === "map" ? locationOf(value) : keyAt,
    });
    return [];
  }
  if (key === "sinks" && value.items.length === 0) reportMissing("sinks", { ...inside, at: keyAt });
  const commonKeys = key === "steps" ? stepKeys : sinkKeys;
  return value.items
    .map((item) => readItem<Keys>(item, { ...inside, kind, commonKeys, keyAt }))
    .filter((item) => item !== undefined);
}

function reportMissing(key: "source" | "sinks", { findings, at }: Inside): void {
  findings.error({
    code: "CONFIG_FIELD_MISSING",
    message: key === "source" ? 'the pipeline needs a "source"' : 'the pipeline needs at least one sink under "sinks"',
    suggestion: key === "source" ? 'add "source"' : 'add one; "drop: {}" is a sink that does nothing',
    at,
  });
}

function settingsOf(keys: PipelineKeys) {
  const { name, description, route, delivery, maxInFlight, enabled, renamedFrom } = keys;
  return { name, description, route, delivery, maxInFlight, isEnabled: enabled, renamedFrom };
}

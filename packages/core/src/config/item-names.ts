import type { Findings } from "./findings.ts";
import type { ReadItem } from "./item.ts";

type Named = Pick<ReadItem<{ readonly name?: string | undefined }>, "definition" | "keys" | "nameAt">;

/** Names of steps, in order: their own, or the component key, numbered where it repeats. */
export function nameSteps(steps: readonly Named[], findings: Findings): readonly string[] {
  reportTaken("step", steps, findings);
  const taken = new Set(steps.map((step) => step.keys.name));
  return steps.map((step) => {
    if (step.keys.name !== undefined) return step.keys.name;
    let name = step.definition.name;
    for (let number = 2; taken.has(name); number += 1) name = `${step.definition.name}-${number}`;
    taken.add(name);
    return name;
  });
}

/** Names of sinks, in order. Two alike without names are an error: parked messages remember the name. */
export function nameSinks(sinks: readonly Named[], findings: Findings): readonly string[] {
  reportTaken("sink", sinks, findings);
  const unnamed = new Map<string, Named>();
  const named = new Map(sinks.map((sink) => [sink.keys.name, sink]));
  for (const sink of sinks) {
    if (sink.keys.name !== undefined) continue;
    const { name } = sink.definition;
    const other = unnamed.get(name) ?? named.get(name);
    unnamed.set(name, other ?? sink);
    if (other === undefined) continue;
    findings.error({
      code: "CONFIG_NAME_MISSING",
      message: `two sinks of this pipeline would be called "${name}"`,
      suggestion: "give each a name: parked and dead messages remember it",
      at: sink.nameAt,
      related: [other.nameAt],
    });
  }
  return sinks.map((sink) => sink.keys.name ?? sink.definition.name);
}

function reportTaken(kind: "step" | "sink", items: readonly Named[], findings: Findings): void {
  const taken = new Map<string, Named>();
  for (const item of items) {
    const { name } = item.keys;
    if (name === undefined) continue;
    const other = taken.get(name);
    taken.set(name, other ?? item);
    if (other === undefined) continue;
    findings.error({
      code: "CONFIG_NAME_TAKEN",
      message: `two ${kind}s of this pipeline are called "${name}"`,
      suggestion: "rename one of them",
      at: item.nameAt,
      related: [other.nameAt],
    });
  }
}

// Reads an item of a pipeline: finds the component by its key, reads its fields and the common keys beside it.
// Not here: the pipeline around it (pipeline.ts).

import type { z } from "zod";
import type { ComponentKind, Definition } from "../component/definition.ts";
import type { Location } from "../location.ts";
import type { Registry } from "../registry.ts";
import { listHint, mergeKeyHint } from "./keys.ts";
import { readValue } from "./read-value.ts";
import { shapeOf } from "./schema-shape.ts";
import type { Scope } from "./scope.ts";
import { didYouMean, nearestWord } from "./suggest.ts";
import { kindOf, locationOf, type YamlEntry, type YamlMap, type YamlNode } from "./yaml/node.ts";

export interface ItemReading {
  readonly scope: Scope;
  readonly registry: Registry;
  readonly kind: ComponentKind;
  /** The keys that may stand beside the component's. */
  readonly commonKeys: z.ZodObject;
  /** The place of the key that the item stands under, for an item that is not there at all. */
  readonly keyAt: Location;
}

export interface ReadItem<Keys> {
  readonly definition: Definition;
  readonly config: unknown;
  readonly keys: Keys;
  /** The place of the component's key. */
  readonly at: Location;
  /** The place of `name`, or of the component's key where it has none. */
  readonly nameAt: Location;
  /** The places of what stands under the component's key, by field. */
  readonly fieldsAt: ReadonlyMap<string, Location>;
  /** What the pipeline's hash is made of. */
  readonly input: unknown;
  readonly isGood: boolean;
}

/** The item; undefined, with findings, when no component could be found in it. */
export function readItem<Keys extends object>(node: YamlNode, reading: ItemReading): ReadItem<Keys> | undefined {
  const { scope, kind } = reading;
  if (node.kind !== "map" || node.entries.length === 0) {
    reportNoItem(node, reading);
    return undefined;
  }
  const common = Object.keys(reading.commonKeys.shape);
  const entry = findComponent(node, reading, common);
  const definition = entry === undefined ? undefined : lookUp(reading, entry.key.text);
  const label = definition === undefined ? `this ${kind}` : `${kind} "${definition.name}"`;
  const keysNode: YamlMap = { ...node, entries: node.entries.filter(({ key }) => common.includes(key.text)) };
  const keys = readValue({ schema: reading.commonKeys, node: keysNode, label, keyAt: locationOf(node) }, scope);
  if (entry === undefined || definition === undefined) return undefined;
  const at = locationOf(entry.key);
  const own = readValue({ schema: definition.schema, node: entry.value, label, keyAt: at, commonKeys: common }, scope);
  const nameKey = keysNode.entries.find(({ key }) => key.text === "name")?.key;
  return {
    definition,
    config: own.value,
    // the caller names the type of the schema it gave
    keys: (keys.value ?? {}) as Keys,
    at,
    nameAt: nameKey === undefined ? at : locationOf(nameKey),
    fieldsAt: placesOf(entry.value),
    input: { [definition.name]: own.input, keys: keys.input },
    isGood: own.isGood && keys.isGood,
  };
}

function placesOf(node: YamlNode): ReadonlyMap<string, Location> {
  if (node.kind !== "map") return new Map();
  return new Map(node.entries.map(({ key, value }) => [key.text, locationOf(value)]));
}

function lookUp({ registry, kind }: ItemReading, name: string): Definition | undefined {
  return registry[kind](name);
}

function reportNoItem(node: YamlNode, { scope, kind, registry, keyAt }: ItemReading): void {
  const name = node.kind === "scalar" ? String(node.value) : "";
  const isKnown = registry.names(kind).includes(name);
  const isNothing = node.kind === "scalar" && node.value === null;
  const suggestion = isKnown ? `write "${name}: {}"` : listHint(registry.names(kind));
  scope.findings.error({
    code: "CONFIG_COMPONENT_MISSING",
    message: isNothing
      ? `there is no ${kind} here`
      : `a ${kind} is a mapping with its component's key, not ${describeNode(node)}`,
    at: isNothing ? keyAt : locationOf(node),
    ...(suggestion === undefined ? {} : { suggestion }),
  });
}

function describeNode(node: YamlNode): string {
  return node.kind === "map" ? "an empty mapping" : kindOf(node);
}

/** The entry of the one component in `node`; every other key that is not common is reported. */
function findComponent(node: YamlMap, reading: ItemReading, common: readonly string[]): YamlEntry | undefined {
  const { scope, kind } = reading;
  const others = node.entries.filter(({ key }) => !common.includes(key.text));
  const components = others.filter(({ key }) => lookUp(reading, key.text) !== undefined);
  const [first, second] = components;
  if (second !== undefined) {
    scope.findings.error({
      code: "CONFIG_COMPONENT_AMBIGUOUS",
      message: `this ${kind} names two components: ${components.map(({ key }) => key.text).join(" and ")}`,
      suggestion: kind === "source" ? "a pipeline has one source" : `put "- " before "${second.key.text}"`,
      at: locationOf(second.key),
      ...(first === undefined ? {} : { related: [locationOf(first.key)] }),
    });
    return undefined;
  }
  if (first !== undefined) {
    for (const entry of others) if (entry !== first) reportStray(entry, first.key.text, { ...reading, common });
    return first;
  }
  reportUnknownComponent(node, others, reading);
  return undefined;
}

/** A key that is neither common nor a component's: perhaps a field that belongs inside the component. */
function reportStray(
  { key }: YamlEntry,
  component: string,
  reading: ItemReading & { readonly common: readonly string[] },
): void {
  const { scope, kind, common } = reading;
  const at = locationOf(key);
  if (fieldsOf(lookUp(reading, component)).includes(key.text)) {
    scope.findings.error({
      code: "CONFIG_FIELD_MISPLACED",
      message: `"${key.text}" is a field of ${component} and stands inside it`,
      suggestion: `indent it under "${component}:"`,
      at,
    });
    return;
  }
  const elsewhere = otherKind(reading, key.text);
  const suggestion = mergeKeyHint(key) ?? didYouMean(key.text, [...common, ...fieldsOf(lookUp(reading, component))]);
  scope.findings.error({
    code: "CONFIG_FIELD_UNKNOWN",
    message:
      elsewhere === undefined
        ? `${kind} "${component}" has no common key "${key.text}"`
        : `"${key.text}" is a ${elsewhere}, and stands in ${kind} "${component}"`,
    suggestion:
      suggestion ?? (common.length === 0 ? "nothing stands beside a source" : `common keys: ${common.join(", ")}`),
    at,
  });
}

export function fieldsOf(definition: Definition | undefined): readonly string[] {
  if (definition === undefined) return [];
  const { def } = shapeOf(definition.schema);
  return def.type === "object" ? Object.keys(def.shape) : [];
}

function otherKind({ registry, kind }: ItemReading, name: string): ComponentKind | undefined {
  const kinds: readonly ComponentKind[] = ["source", "step", "sink", "connection"];
  return kinds.find((each) => each !== kind && registry[each](name) !== undefined);
}

function reportUnknownComponent(node: YamlMap, others: readonly YamlEntry[], reading: ItemReading): void {
  const { scope, kind, registry } = reading;
  const names = registry.names(kind);
  const [entry] = others;
  if (entry === undefined) {
    scope.findings.error({
      code: "CONFIG_COMPONENT_MISSING",
      message: `this ${kind} names no component`,
      suggestion: listHint(names) === undefined ? `add the key of a ${kind}` : `one of: ${names.join(", ")}`,
      at: locationOf(node.entries[0]?.key ?? node),
    });
    return;
  }
  // Of several unknown keys the one that looks most like a component is meant to be it.
  const { key } = others.find((each) => nearestWord(each.key.text, names) !== undefined) ?? entry;
  const elsewhere = otherKind(reading, key.text);
  const suggestion = mergeKeyHint(key) ?? didYouMean(key.text, names);
  scope.findings.error({
    code: "CONFIG_COMPONENT_UNKNOWN",
    message:
      elsewhere === undefined ? `there is no ${kind} "${key.text}"` : `"${key.text}" is a ${elsewhere}, not a ${kind}`,
    suggestion: suggestion ?? `${kind}s: ${names.join(", ")}`,
    at: locationOf(key),
  });
}

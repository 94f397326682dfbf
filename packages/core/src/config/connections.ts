// Reads `connections:` of signalbox.yaml, and adds those that exist by default from the environment.
// Not here: who uses them (cross-checks.ts).

import { z } from "zod";
import type { ConnectionDefinition } from "../component/definition.ts";
import type { Location } from "../location.ts";
import type { Registry } from "../registry.ts";
import { pipelineHash } from "./hash.ts";
import { readItem } from "./item.ts";
import type { ConnectionItem } from "./model.ts";
import { nameField } from "./names.ts";
import { createScope, type Scope } from "./scope.ts";
import { shapeOf } from "./schema-shape.ts";
import { noteSecret } from "./secrets.ts";
import type { SettingsReading } from "./settings.ts";
import { kindOf, locationOf, type YamlEntry } from "./yaml/node.ts";

/** A connection as other files see it. */
export interface KnownConnection {
  readonly name: string;
  /** The definition's name; undefined when even that could not be read. */
  readonly kind: string | undefined;
  /** Where it is declared; undefined for one that exists by default. */
  readonly at: Location | undefined;
  /** Undefined when its configuration is wrong. */
  readonly item: ConnectionItem | undefined;
  /** Why a default one is not usable, in words that follow "connection X". */
  readonly problem?: string;
  /** The environment variables a default one is made of. */
  readonly variables?: readonly string[];
  /** What the hashes of its pipelines are made of. */
  readonly input: unknown;
  readonly scope: Scope;
}

type Reading = SettingsReading & { readonly registry: Registry; readonly settingsAt: Location };

export function readConnections(entry: YamlEntry | undefined, reading: Reading): ReadonlyMap<string, KnownConnection> {
  const known = new Map<string, KnownConnection>();
  for (const each of declared(entry, reading)) known.set(each.name, each);
  for (const definition of reading.registry.all) {
    if (definition.kind !== "connection" || known.has(definition.name)) continue;
    const byDefault = fromEnvironment(definition, reading);
    if (byDefault !== undefined) known.set(definition.name, byDefault);
  }
  return known;
}

function declared(entry: YamlEntry | undefined, reading: Reading): readonly KnownConnection[] {
  if (entry === undefined) return [];
  const { value } = entry;
  if (value.kind === "map") return value.entries.map((each) => readConnection(each, reading));
  reading.findings.error({
    code: "CONFIG_VALUE_TYPE",
    message: `"connections" must be a mapping of names to connections, not ${kindOf(value)}`,
    suggestion: "write connections: { name: { kind: { ... } } }",
    at: value.kind === "list" ? locationOf(value) : locationOf(entry.key),
  });
  return [];
}

function readConnection({ key, value }: YamlEntry, reading: Reading): KnownConnection {
  const { findings, registry } = reading;
  const at = locationOf(key);
  if (!nameField().safeParse(key.text).success) {
    findings.error({
      code: "CONFIG_NAME_INVALID",
      message: `"${key.text}" is not a name for a connection`,
      suggestion: "use letters, digits, dots, underscores and hyphens, a letter or digit first",
      at,
    });
  }
  const scope = createScope(reading);
  const item = readItem<object>(value, {
    scope,
    registry,
    kind: "connection",
    commonKeys: z.strictObject({}),
    keyAt: at,
  });
  const { definition, config, input, isGood } = item ?? {};
  const isUsable = isGood === true && definition?.kind === "connection";
  return {
    name: key.text,
    kind: definition?.name,
    at,
    item: isUsable ? { name: key.text, config, at, definition, hash: hashOf(definition, input, scope) } : undefined,
    input,
    scope,
  };
}

function fromEnvironment(definition: ConnectionDefinition, reading: Reading): KnownConnection | undefined {
  const { variables, settingsAt: at } = reading;
  if (definition.fromEnvironment === undefined) return undefined;
  const { env, namesRead } = watched(variables.env);
  const input = definition.fromEnvironment(env);
  const scope = createScope(reading);
  const { name } = definition;
  const known = { name, kind: name, at: undefined, item: undefined, input, scope, variables: namesRead() };
  if (input === undefined) return { ...known, problem: "is not set up" };
  noteSecrets(definition, input, scope.secrets);
  const parsed = definition.schema.safeParse(input);
  if (parsed.success) {
    const item = { name, config: parsed.data, at, definition, hash: hashOf(definition, input, scope) };
    return { ...known, item };
  }
  return { ...known, problem: describeProblem(parsed.error.issues[0]) };
}

function hashOf({ name: kind }: ConnectionDefinition, input: unknown, scope: Scope): string {
  return pipelineHash({ kind, input }, scope);
}

/** The environment, and which of its variables were asked for: a definition need not list them a second time. */
function watched(env: SettingsReading["variables"]["env"]): { env: typeof env; namesRead: () => readonly string[] } {
  const names = new Set<string>();
  const proxy = new Proxy(env, {
    get(target, name) {
      if (typeof name === "string") names.add(name);
      return typeof name === "string" && Object.hasOwn(target, name) ? target[name] : undefined;
    },
  });
  return { env: proxy, namesRead: () => [...names] };
}

function describeProblem(issue: z.core.$ZodIssue | undefined): string {
  const field = issue?.path.join(".") ?? "";
  if (issue?.code === "invalid_type" && field !== "") return `is not complete: it needs "${field}"`;
  return `is not complete: ${field === "" ? "" : `"${field}": `}${issue?.message ?? "its configuration is wrong"}`;
}

function noteSecrets(
  definition: ConnectionDefinition,
  input: Readonly<Record<string, unknown>>,
  secrets: Set<string>,
): void {
  const { def } = shapeOf(definition.schema);
  if (def.type !== "object") return;
  for (const [name, field] of Object.entries(def.shape)) {
    const value = input[name];
    if (shapeOf(field).facts.isSecret === true && typeof value === "string") noteSecret(secrets, value);
  }
}

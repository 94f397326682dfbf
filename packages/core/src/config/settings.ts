// Reads signalbox.yaml, with what the environment and the defaults add.
// Not here: connections (connections.ts), the keys themselves (settings-keys.ts).

import { createHash } from "node:crypto";
import { isAbsolute, join, resolve } from "node:path";
import type { Location } from "../location.ts";
import type { Findings } from "./findings.ts";
import { isEmptied, type Variables } from "./interpolate.ts";
import { isLoopback } from "../loopback.ts";
import type { ConsoleSettings, Settings, StoreSettings, TelemetrySettings } from "./model.ts";
import { readValue } from "./read-value.ts";
import { createScope } from "./scope.ts";
import { noteHeader, noteSecret } from "./secrets.ts";
import { redisServers, type StoreProblem } from "./redis-keys.ts";
import {
  consoleTokenVariable,
  settingsFile,
  type SettingsKeys,
  settingsKeys,
  settingsVariables,
  shortestToken,
} from "./settings-keys.ts";
import { didYouMean } from "./suggest.ts";
import { createSourceText, type SourceText } from "./source-text.ts";
import { entryOf, kindOf, locationOf, type YamlEntry, type YamlMap, type YamlNode } from "./yaml/node.ts";
import { readYaml } from "./yaml/read-yaml.ts";

export interface SettingsReading {
  readonly findings: Findings;
  readonly variables: Variables;
  readonly projectDir: string;
}

export interface ReadSettings {
  readonly settings: Omit<Settings, "connections">;
  /** The entry of `connections`, for connections.ts. */
  readonly connections: YamlEntry | undefined;
  /** The entry of `pipelines`, to point at when a path is missing. */
  readonly pipelines: YamlEntry | undefined;
  /** Where the file says each of its keys. */
  readonly at: ReadonlyMap<string, Location>;
  readonly secrets: ReadonlySet<string>;
}

/** Settings of the text of signalbox.yaml; without one, the defaults. What is wrong takes its default, and is a finding. */
export function readSettings(text: string | undefined, reading: SettingsReading): ReadSettings {
  const source = createSourceText(settingsFile, text ?? "");
  const root = readRoot(source, reading.findings);
  const scope = createScope(reading);
  const known = Object.keys(settingsKeys.shape);
  for (const { key } of root.entries) {
    if (known.includes(key.text) || key.text === "connections") continue;
    reading.findings.error({
      code: "CONFIG_FIELD_UNKNOWN",
      message: `${settingsFile} has no key "${key.text}"`,
      suggestion: didYouMean(key.text, [...known, "connections"]) ?? `keys: ${[...known, "connections"].join(", ")}`,
      at: locationOf(key),
    });
  }
  const node: YamlMap = { ...root, entries: root.entries.filter(({ key }) => known.includes(key.text)) };
  const { value } = readValue({ schema: settingsKeys, node, label: settingsFile, keyAt: locationOf(root) }, scope);
  // the output of that very schema
  const keys = (value ?? settingsKeys.parse({})) as SettingsKeys;
  const settings = toSettings(withEnvironment(keys, root, reading), root, reading);
  if ("url" in settings.store) noteSecret(scope.secrets, settings.store.url);
  const token = ownToken(reading.variables);
  if (token !== undefined) scope.secrets.add(token);
  for (const value of Object.values(settings.telemetry?.headers ?? {})) {
    noteSecret(scope.secrets, value);
    noteHeader(scope.secrets, value);
  }
  return {
    settings,
    connections: entryOf(root, "connections"),
    pipelines: entryOf(root, "pipelines"),
    at: new Map(root.entries.map(({ key }) => [key.text, locationOf(key)])),
    secrets: scope.secrets,
  };
}

function readRoot(source: SourceText, findings: Findings): YamlMap {
  const nothing: YamlMap = { kind: "map", entries: [], source, start: 0 };
  const [root, second] = readYaml(source, findings);
  if (second !== undefined) {
    findings.error({
      code: "CONFIG_YAML_SYNTAX",
      message: `${settingsFile} holds one document, and here begins another`,
      at: locationOf(second),
    });
  }
  if (root === undefined) return nothing;
  if (root.kind === "map") return root;
  findings.error({
    code: "CONFIG_VALUE_TYPE",
    message: `${settingsFile} is a mapping, not ${kindOf(root)}`,
    at: locationOf(root),
  });
  return nothing;
}

/** The keys, with variables where the file says nothing. */
function withEnvironment(keys: SettingsKeys, root: YamlMap, { variables, findings }: SettingsReading): SettingsKeys {
  let input: Record<string, unknown> = {};
  for (const [variable, path] of Object.entries(settingsVariables)) {
    const text = variables.env[variable];
    if (text === undefined || text === "" || isWritten(root, path, variables)) continue;
    const [outer = "", inner] = path;
    const value = readVariable(inner, text);
    const parsed = settingsKeys.safeParse(inner === undefined ? { [outer]: value } : { [outer]: { [inner]: value } });
    if (parsed.success) input = merge(input, pick(parsed.data, path), path);
    else {
      findings.error({
        code: "CONFIG_ENVIRONMENT_INVALID",
        message: `the environment variable ${variable} has a value that ${path.join(".")} does not allow`,
        suggestion: "correct it, or write the setting in signalbox.yaml",
        at: root.source.locate(0),
      });
    }
  }
  // the same shape, deeper values replaced
  return mergeDeep(keys, input) as SettingsKeys;
}

/** The value of a variable as the setting wants it; a text that cannot be read is left to be refused. */
function readVariable(setting: string | undefined, text: string): unknown {
  if (setting === "port" && /^\d+$/.test(text)) return Number(text);
  if (setting === "sample" && /^[\d.]+$/.test(text)) return Number(text);
  return setting === "headers" ? readPairs(text) : text;
}

/** `name=value,other=value`, percent-encoded, as OpenTelemetry writes headers in a variable. */
function readPairs(text: string): unknown {
  try {
    const pairs = text.split(",").map((pair): [string, string] => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())];
    });
    return Object.fromEntries(pairs);
  } catch {
    return text;
  }
}

function isWritten(root: YamlNode, path: readonly string[], variables: Variables): boolean {
  let node: YamlNode | undefined = root;
  for (const key of path) {
    // What is written in place of a mapping speaks for all of it: `console: false`.
    if (node?.kind !== "map") break;
    node = entryOf(node, key)?.value;
  }
  if (node?.kind === "scalar" && typeof node.value === "string") return !isEmptied(node.value, variables);
  return node !== undefined;
}

function pick(value: unknown, path: readonly string[]): unknown {
  // settingsVariables names paths that exist
  return path.reduce((inner, key) => (inner as Record<string, unknown>)[key], value);
}

function merge(into: Record<string, unknown>, value: unknown, [outer = "", inner]: readonly string[]) {
  return mergeDeep(into, { [outer]: inner === undefined ? value : { [inner]: value } });
}

function mergeDeep(base: object, extra: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(extra)) {
    const old = result[key];
    const isBoth = typeof old === "object" && old !== null && typeof value === "object" && value !== null;
    result[key] = isBoth ? { ...old, ...value } : value;
  }
  return result;
}

function toSettings(keys: SettingsKeys, root: YamlMap, reading: SettingsReading): Omit<Settings, "connections"> {
  const { projectDir } = reading;
  return {
    projectDir,
    store: toStore(keys, root, reading),
    pipelines: keys.pipelines.map((path) => absolute(projectDir, path)),
    http: keys.http,
    console: toConsole(keys, root, reading),
    control: { socket: absolute(projectDir, keys.control.socket) },
    deadLetters: {
      keep: keys.deadLetters.keep,
      maxAgeMs: keys.deadLetters.maxAge,
      alarm: keys.deadLetters.alarm,
    },
    commands: { rows: keys.commands.keep, ageMs: keys.commands.maxAge },
    changes: { rows: keys.changes.keep, ageMs: keys.changes.maxAge },
    telemetry: toTelemetry(keys),
    shutdownTimeoutMs: keys.shutdownTimeout,
    simulator: keys.simulator,
  };
}

function toTelemetry({ telemetry }: SettingsKeys): TelemetrySettings | undefined {
  if (telemetry === false || telemetry.endpoint === undefined) return undefined;
  const { endpoint, headers, service, sample: share } = telemetry;
  return { endpoint, headers, service, share };
}

function absolute(projectDir: string, path: string): string {
  return isAbsolute(path) ? path : resolve(projectDir, path);
}

function toConsole(
  { console: keys }: SettingsKeys,
  root: YamlMap,
  { variables, findings }: SettingsReading,
): ConsoleSettings | undefined {
  if (keys === false) return undefined;
  const { host, port, hosts, trustProxy } = keys;
  const own = keys.tokens.length === 0 ? ownToken(variables) : undefined;
  if (own !== undefined && own.length < shortestToken) {
    findings.error({
      code: "CONFIG_ENVIRONMENT_INVALID",
      message: `the environment variable ${consoleTokenVariable} has less than ${shortestToken} characters`,
      suggestion: "make a longer one by chance, as with: openssl rand -hex 24",
      at: root.source.locate(0),
    });
  }
  const given = own === undefined ? keys.tokens : [{ name: "operator", role: "operator" as const, token: own }];
  const tokens = given.map(({ name, role, token }) => ({ name, role, hash: sha256(token) }));
  const others = { port, tokens, hosts, trustProxy };
  if (isLoopback(host) || tokens.length > 0) return { host, ...others };
  const entry = entryOf(root, "console");
  const written = entry?.value.kind === "map" ? entryOf(entry.value, "host") : undefined;
  findings.error({
    code: "CONFIG_CONSOLE_EXPOSED",
    message: `"${host}" can be reached from other machines, and the console asks nobody who they are`,
    suggestion: `give it tokens, or set ${consoleTokenVariable}; or leave \`host\` out, and come through a tunnel`,
    at: locationOf(written?.value ?? root),
  });
  return { host: "127.0.0.1", ...others };
}

function ownToken({ env }: Variables): string | undefined {
  const text = env[consoleTokenVariable];
  return isSet(text) ? text : undefined;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function toStore({ store }: SettingsKeys, root: YamlMap, reading: SettingsReading): StoreSettings {
  const { projectDir, variables } = reading;
  const { REDIS_URL, DATABASE_URL } = variables.env;
  const embedded: StoreSettings = { kind: "embedded", path: join(projectDir, ".signalbox") };
  if (store === undefined) {
    if (isSet(REDIS_URL)) return { kind: "redis", url: REDIS_URL, prefix: "signalbox" };
    return isSet(DATABASE_URL) ? { kind: "postgres", url: DATABASE_URL, schema: "signalbox" } : embedded;
  }
  if (store.embedded !== undefined) return { kind: "embedded", path: absolute(projectDir, store.embedded.path) };
  if (store.redis !== undefined) {
    const { servers, problems } = redisServers(store.redis, REDIS_URL);
    for (const problem of problems) report("redis", problem);
    return servers === undefined ? embedded : { kind: "redis", prefix: store.redis.prefix, ...servers };
  }
  const url = store.postgres?.url ?? DATABASE_URL;
  if (isSet(url) && store.postgres !== undefined) return { kind: "postgres", url, schema: store.postgres.schema };
  const hint = 'add "url", or set DATABASE_URL';
  report("postgres", { code: "CONFIG_FIELD_MISSING", message: 'the postgres store needs "url"', hint });
  return embedded;

  function report(kind: "redis" | "postgres", { code, message, hint }: StoreProblem): void {
    const entry = entryOf(root, "store");
    const inner = entry?.value.kind === "map" ? entryOf(entry.value, kind) : undefined;
    const at = locationOf(inner?.key ?? root);
    reading.findings.error({ code, message, at, ...(hint === undefined ? {} : { suggestion: hint }) });
  }
}

function isSet(text: string | undefined): text is string {
  return text !== undefined && text !== "";
}

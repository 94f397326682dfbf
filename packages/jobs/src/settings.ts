import { join } from "node:path";
import { type RedisServers, SignalboxError } from "@signalbox/core";

/** Which store and queue to use. */
export type BackendSettings =
  | RedisSettings
  | {
      readonly kind: "postgres";
      /** `postgres:` or `postgresql:`. */
      readonly url: string;
      /** Schema of the store's tables; the queue's are in `<schema>_queue`. Default `signalbox`. */
      readonly schema?: string;
    }
  | {
      readonly kind: "embedded";
      /** Folder of the database, created when missing. */
      readonly path: string;
    }
  | { readonly kind: "memory" };

export type RedisSettings = RedisServers & {
  readonly kind: "redis";
  /** Stands before every key, so that several engines can share a Redis without sharing state; default `signalbox`. */
  readonly prefix?: string;
};

export const defaultPrefix = "signalbox";
export const defaultSchema = "signalbox";

/** Where the embedded store of a project is unless it is told otherwise. */
export function defaultEmbeddedPath(projectDir: string): string {
  return join(projectDir, ".signalbox");
}

/** Throws STORE_SETTINGS_INVALID for what can be seen to be wrong without connecting. */
export function checkSettings(settings: BackendSettings): void {
  if (settings.kind === "redis") {
    if ("url" in settings) parseUrl("Redis", settings.url, ["redis:", "rediss:"]);
    else checkAddresses("cluster" in settings ? settings.cluster : settings.sentinels);
    const prefix = settings.prefix ?? defaultPrefix;
    // Braces would move the keys' hash tag; anything else is a matter of taste.
    if (!/^[\w.:-]+$/.test(prefix)) invalid(`store prefix "${prefix}" may hold letters, digits and _ . : - only`);
  }
  if (settings.kind === "postgres") {
    parseUrl("PostgreSQL", settings.url, ["postgres:", "postgresql:"]);
    const schema = settings.schema ?? defaultSchema;
    // PostgreSQL cuts names at 63 bytes, and `_queue` has to fit.
    if (!/^[a-z_][a-z0-9_]{0,56}$/.test(schema)) {
      invalid(`store schema "${schema}" must be lower-case letters, digits and _ (at most 57)`);
    }
  }
}

/** The store in words for a person: where it is, without user, password or query. */
export function describeSettings(settings: BackendSettings): string {
  switch (settings.kind) {
    case "redis":
      return `${describeRedis(settings)}, prefix ${settings.prefix ?? defaultPrefix}`;
    case "postgres":
      return `PostgreSQL at ${place(settings.url, "5432")}, schema ${settings.schema ?? defaultSchema}`;
    case "embedded":
      return `embedded store in ${settings.path}`;
    case "memory":
      return "memory (nothing survives the process)";
  }
}

function describeRedis(servers: RedisServers): string {
  if ("cluster" in servers) return `Redis Cluster at ${servers.cluster.join(", ")}`;
  if ("sentinels" in servers) return `Redis "${servers.name}" of the sentinels ${servers.sentinels.join(", ")}`;
  return `Redis at ${place(servers.url, "6379")}`;
}

function place(text: string, defaultPort: string): string {
  const url = new URL(text);
  return `${url.hostname || "localhost"}:${url.port || defaultPort}${url.pathname === "/" ? "" : url.pathname}`;
}

function parseUrl(product: string, text: string, protocols: readonly string[]): void {
  const example = product === "Redis" ? "redis://host:6379" : "postgres://user:password@host:5432/database";
  const hint = `it looks like ${example}`;
  if (!URL.canParse(text)) invalid(`the ${product} URL is not a URL`, hint);
  const { protocol } = new URL(text);
  if (!protocols.includes(protocol)) invalid(`the ${product} URL starts with "${protocol}//"`, hint);
}

function checkAddresses(addresses: readonly string[]): void {
  if (addresses.length === 0) invalid("a Redis has at least one address");
  for (const each of addresses) if (!isAddress(each)) invalid(`"${each}" is not host:port`);
}

function isAddress(text: string): boolean {
  return URL.canParse(`redis://${text}`) && new URL(`redis://${text}`).host === text;
}

function invalid(message: string, hint?: string): never {
  throw new SignalboxError("STORE_SETTINGS_INVALID", message, hint === undefined ? {} : { hint });
}

import type { RedisServers, RedisTls } from "@signalbox/core";
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from "ioredis";
import type { ConnectionOptions } from "node:tls";

// From settings to clients of ioredis, in each of the forms a Redis can have. Not here: connecting, watching and closing
// them (redis-link.ts).

/** A client of one server (given, or found by sentinels), or of a cluster. Both take the same commands. */
export type RedisClient = Redis | Cluster;

/** Whether a command fails soon when Redis is away, or waits until it is back. */
export type Patience = "soon" | "patient";

/** A server that hangs, or is gone without a word, is given up after this long, one that refuses connections at once. */
const answerTimeoutMs = 10_000;
export const connectTimeoutMs = 5_000;
/** BullMQ's workers wait this long for a job in one request. */
const longestBlockMs = 10_000;
/** How often a cluster is asked for its nodes, so that one that was promoted is found while nobody asks for it. */
const refreshMs = 5_000;

export function createRedisClient(servers: RedisServers, patience: Patience): RedisClient {
  const { username, password } = servers;
  const options = {
    lazyConnect: true,
    // What BullMQ is made for: the newer protocol answers some commands in other shapes.
    protocol: 2,
    connectTimeout: connectTimeoutMs,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...patienceOptions[patience],
  } satisfies RedisOptions;
  if ("cluster" in servers) return createCluster(servers, patience, options);
  if ("sentinels" in servers) return new Redis({ ...options, ...reconnecting, ...sentinelOptions(servers) });
  return new Redis(servers.url, { ...options, ...reconnecting, ...tlsPart(servers.tls) });
}

/** Without the option whose type decides what all commands answer. */
type Options = Omit<RedisOptions, "replyMapping">;

const patienceOptions = {
  soon: { maxRetriesPerRequest: 3, commandTimeout: answerTimeoutMs, socketTimeout: answerTimeoutMs },
  patient: { maxRetriesPerRequest: null, socketTimeout: longestBlockMs + answerTimeoutMs / 2 },
} satisfies Record<Patience, RedisOptions>;

const reconnecting = {
  retryStrategy: delayMs,
  // A replica that was promoted away answers READONLY: who is master has to be looked up again.
  reconnectOnError: (error: Error) => (/\bREADONLY\b/.test(error.message) ? 2 : false),
} satisfies RedisOptions;

function delayMs(tries: number): number {
  return Math.min(100 * 2 ** tries, 2_000) * (0.75 + Math.random() / 2);
}

function sentinelOptions(servers: Extract<RedisServers, { sentinels: unknown }>): Options {
  const { sentinels, name, sentinelUsername, sentinelPassword, tls } = servers;
  return {
    sentinels: sentinels.map((address) => parseAddress(address, 26_379)),
    name,
    sentinelRetryStrategy: delayMs,
    sentinelCommandTimeout: connectTimeoutMs,
    ...(sentinelUsername === undefined ? {} : { sentinelUsername }),
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    ...(tls === undefined ? {} : { ...tlsPart(tls), sentinelTLS: tlsOptions(tls), enableTLSForSentinelMode: true }),
  };
}

function createCluster(
  { cluster, tls }: Extract<RedisServers, { cluster: unknown }>,
  patience: Patience,
  options: Options,
): Cluster {
  const clusterOptions = {
    lazyConnect: true,
    clusterRetryStrategy: delayMs,
    slotsRefreshInterval: refreshMs,
    slotsRefreshTimeout: connectTimeoutMs,
    // Each counts as one redirection, 100 ms apart: a failover takes longer than those of the hurried.
    maxRedirections: patience === "soon" ? 16 : 1_000,
    // Without it, what is asked while no node is known fails at once instead of waiting for one without limit.
    enableOfflineQueue: patience === "patient",
    redisOptions: { ...options, ...tlsPart(tls) },
    // Certificates name hosts, not their IP addresses.
    ...(tls === undefined ? {} : { dnsLookup: (host, done) => done(null, host) }),
  } satisfies ClusterOptions;
  return new Cluster(
    cluster.map((address) => parseAddress(address, 6_379)),
    clusterOptions,
  );
}

function tlsPart(tls: RedisTls | undefined): { readonly tls?: ConnectionOptions } {
  return tls === undefined ? {} : { tls: tlsOptions(tls) };
}

function tlsOptions(tls: RedisTls): ConnectionOptions {
  return Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));
}

/** `host`, `host:port` or `[IPv6]:port`. */
function parseAddress(text: string, defaultPort: number): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(`redis://${text}`);
  return { host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? defaultPort : Number(port) };
}

/** The servers behind a client, replicas of a cluster among them. */
export function nodesOf(client: RedisClient): readonly Redis[] {
  return client instanceof Cluster ? client.nodes("all") : [client];
}

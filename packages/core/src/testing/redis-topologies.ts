import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { testCertificates } from "./certificates.ts";
import { freePort } from "./free-port.ts";
import { launch, ownFolder, supervise, type TestServer } from "./servers.ts";

// Real Redis as it runs in production, for tests: over TLS, watched by a sentinel, as a cluster.
// Not here: the single plain server (servers.ts).

/** Lines of a redis.conf, which Redis and its sentinels rewrite when roles change. */
type Config = readonly string[];

/** A Redis that serves TLS only, and only clients with a certificate; `testCertificates` are what it trusts and shows. */
export async function startRedisTls(): Promise<TestServer> {
  const port = await freePort();
  const folder = ownFolder("redis-tls");
  return startConfigured({ folder, url: `rediss://localhost:${port}`, config: [...listenOn(port, true), ...durable] });
}

/** A master with one replica, and a sentinel that calls the master `main` and replaces it after half a second. */
export interface SentinelRedis {
  readonly name: string;
  /** `host:port`. */
  readonly sentinel: TestServer;
  /** The first master. */
  readonly master: TestServer;
  readonly replica: TestServer;
  stop(): Promise<void>;
}

/** With `isTls`, all of them serve TLS only, as `startRedisTls` does. */
export async function startSentinelRedis({ isTls = false } = {}): Promise<SentinelRedis> {
  const name = "main";
  // Without the delay in which a master waits for more replicas to come.
  const master = await startNode({ config: ["repl-diskless-sync-delay 0"], isTls });
  const port = portOf(master);
  const synced = "Finished with success";
  const replica = await startNode({ config: [`replicaof 127.0.0.1 ${port}`], ready: synced, isTls });
  const watched = [
    `sentinel monitor ${name} 127.0.0.1 ${port} 1`,
    `sentinel down-after-milliseconds ${name} 500`,
    `sentinel failover-timeout ${name} 3000`,
  ];
  const own = await freePort();
  const sentinel = await startConfigured({
    folder: ownFolder("sentinel"),
    url: `redis://127.0.0.1:${own}`,
    config: [...listenOn(own, isTls), ...watched],
    flags: ["--sentinel"],
    // Without a replica that it knows it could promote none.
    ready: "+slave slave",
  });
  const stop = async (): Promise<void> => {
    for (const server of [sentinel, replica, master]) await server.stop();
  };
  return { name, sentinel, master, replica, stop };
}

/** A Redis Cluster of three masters without replicas. */
export interface RedisClusterServers {
  readonly nodes: readonly TestServer[];
  /** `host:port` of each node. */
  readonly addresses: readonly string[];
  stop(): Promise<void>;
}

export async function startRedisCluster(): Promise<RedisClusterServers> {
  const settings = ["cluster-enabled yes", "cluster-node-timeout 1000"];
  const nodes: TestServer[] = [];
  for (let index = 0; index < 3; index += 1) {
    // By default the nodes would talk to each other on a port that is 10,000 higher, and may not exist.
    nodes.push(await startNode({ config: [...settings, `cluster-port ${await freePort()}`] }));
  }
  const addresses = nodes.map((node) => new URL(node.url).host);
  execFileSync("redis-cli", ["--cluster", "create", ...addresses, "--cluster-yes"], { stdio: "pipe" });
  const stop = async (): Promise<void> => {
    for (const node of nodes) await node.stop();
  };
  return { nodes, addresses, stop };
}

/** Asks a server through redis-cli; the answer as text. */
export function askRedis(server: TestServer, ...command: readonly string[]): string {
  return execFileSync("redis-cli", ["-p", portOf(server), ...command], { encoding: "utf8" }).trim();
}

export function portOf(server: TestServer): string {
  return new URL(server.url).port;
}

interface NodePlan {
  readonly config: Config;
  /** What its output says once it serves. */
  readonly ready?: string;
  readonly isTls?: boolean;
}

async function startNode({ config, ready, isTls = false }: NodePlan): Promise<TestServer> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const all = [...listenOn(port, isTls), ...durable, ...config];
  return startConfigured({ folder: ownFolder("redis"), url, config: all, ready });
}

function listenOn(port: number, isTls: boolean): Config {
  if (!isTls) return [`port ${port}`];
  const files = ["tls-ca-cert-file ca.pem", "tls-cert-file cert.pem", "tls-key-file key.pem"];
  return ["port 0", `tls-port ${port}`, "tls-auth-clients yes", "tls-replication yes", ...files];
}

const durable: Config = ["appendonly yes", "appendfsync always", 'save ""', "maxmemory-policy noeviction"];

interface ConfiguredServer {
  readonly folder: string;
  readonly url: string;
  readonly config: Config;
  readonly flags?: readonly string[];
  /** What its output says once it serves. */
  readonly ready?: string | undefined;
}

function startConfigured({ folder, url, config, flags = [], ready }: ConfiguredServer): Promise<TestServer> {
  const { ca, server } = testCertificates;
  for (const [name, text] of Object.entries({ ca, ...server })) writeFileSync(join(folder, `${name}.pem`), text);
  writeFileSync(join(folder, "redis.conf"), ["bind 127.0.0.1", `dir ${folder}`, ...config, ""].join("\n"));
  return supervise({
    folder,
    url,
    start: () => launch("redis-server", [join(folder, "redis.conf"), ...flags], folder),
    isReady: (output) => output.includes(ready ?? "Ready to accept connections"),
    stopSignal: "SIGTERM",
    endSignal: "SIGKILL",
  });
}

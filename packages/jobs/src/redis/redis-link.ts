import { type Clock, type Logger, type RedisServers, sleep, type Timer } from "@signalbox/core";
import { Cluster } from "ioredis";
import { createOutage } from "../outage.ts";
import { type Shared, shared } from "../shared.ts";
import { connectTimeoutMs, createRedisClient, type RedisClient } from "./redis-clients.ts";
import { toStoreError } from "./redis-error.ts";

// Opens, shares and watches an engine's connections to Redis. Not here: how they are made (redis-clients.ts), and what is
// asked over them.

/** The connections of one engine to Redis. */
export interface RedisLink {
  /** For everything that somebody waits for: a command fails within seconds when Redis is away. */
  readonly commands: RedisClient;
  /** For BullMQ's workers, who wait for Redis as long as it takes; they make their own blocking copies of it. */
  readonly patient: RedisClient;
}

export interface RedisLinkOptions {
  readonly servers: RedisServers;
  /** What stands before the keys: in a cluster it tells which node holds them. */
  readonly prefix: string;
  /** The store in words, without credentials. */
  readonly place: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Time for a sentinel's or node's answer and then a connection. */
const openTimeoutMs = 2 * connectTimeoutMs;
const closeTimeoutMs = 3_000;
const probeMs = 1_000;

interface OpenLink extends RedisLink {
  stopWatching(): void;
}

/** Connections to a Redis, shared by store and queue. */
export function redisLink(options: RedisLinkOptions): Shared<RedisLink> {
  const { servers, clock } = options;

  async function open(signal?: AbortSignal): Promise<OpenLink> {
    const commands = createRedisClient(servers, "soon");
    const patient = createRedisClient(servers, "patient");
    const stopWatching = watch(commands, patient, options);
    try {
      // One after the other: where the first is refused, there is no second to be cut off amid its TLS handshake.
      for (const client of [commands, patient]) await connect(client, clock, signal);
      return { commands, patient, stopWatching };
    } catch (cause) {
      stopWatching();
      for (const client of [commands, patient]) client.disconnect();
      throw toStoreError(cause);
    }
  }

  async function close(link: OpenLink): Promise<void> {
    link.stopWatching();
    await Promise.all([link.commands, link.patient].map((client) => quit(client, clock)));
  }

  return shared<OpenLink>(open, close);
}

/** Resolves once connected. The first trouble ends it: whoever opens decides whether to try again. */
export async function connect(client: RedisClient, clock: Clock, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  let cancel = (): void => undefined;
  const connected = new Promise<void>((resolve, reject) => {
    const succeed = (): void => resolve();
    // What connect() itself rejects with says no more than "closed".
    const fail = (error: unknown): void => reject(nodeErrorOf(error));
    const onAbort = (): void => fail(signal?.reason);
    const timer = clock.setTimer(
      () => fail(new Error(`no connection after ${openTimeoutMs / 1_000} s`)),
      openTimeoutMs,
    );
    client.once("error", fail);
    // A cluster that is not ready at once is asked again by itself, of which connect() never tells.
    client.once("ready", succeed);
    signal?.addEventListener("abort", onAbort, { once: true });
    cancel = () => {
      timer.cancel();
      client.off("error", fail);
      client.off("ready", succeed);
      signal?.removeEventListener("abort", onAbort);
    };
  });
  try {
    await Promise.race([connected, client.connect()]);
  } finally {
    cancel();
  }
}

/** A cluster's own error says only that no node could be asked. */
function nodeErrorOf(error: unknown): unknown {
  return error instanceof Error && "lastNodeError" in error ? (error.lastNodeError ?? error) : error;
}

/** A Redis that is away cannot be said goodbye to, and one that hangs does not answer. */
async function quit(client: RedisClient, clock: Clock): Promise<void> {
  const goodbye = client.status === "ready" ? client.quit().catch(() => undefined) : undefined;
  await Promise.race([goodbye, sleep(clock, closeTimeoutMs)]);
  client.disconnect();
}

/** Says once that the keys cannot be reached, and asks for them every second until they can. Answers how to end it. */
function watch(commands: RedisClient, patient: RedisClient, options: RedisLinkOptions): () => void {
  const { prefix, place, clock, log } = options;
  const outage = createOutage(log, place);
  let timer: Timer | undefined;
  let isEnded = false;

  function note(error: unknown): void {
    if (isEnded) return;
    outage.down(nodeErrorOf(error));
    timer ??= clock.setTimer(ask, probeMs);
  }

  function ask(): void {
    timer?.cancel();
    timer = undefined;
    if (isEnded) return;
    // A refusal is an answer, too.
    const failed = (error: unknown): void => (toStoreError(error).isRetryable ? note(error) : outage.up());
    commands.exists(`{${prefix}}:s:version`).then(outage.up, failed);
  }

  for (const client of [commands, patient]) {
    client.on("error", note);
  }
  if (commands instanceof Cluster) {
    // The loss of a node is an outage only where it is the one with the keys.
    for (const event of ["node error", "-node"]) commands.on(event, ask);
    commands.on("close", () => note(new Error("no node is connected")));
  }
  commands.on("ready", ask);
  return () => {
    isEnded = true;
    timer?.cancel();
  };
}

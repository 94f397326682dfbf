import { type Logger, messageOf, SignalboxError } from "@signalbox/core";
import { Redis, type RedisOptions } from "ioredis";
import { createOutage } from "../outage.ts";
import { type Shared, shared } from "../shared.ts";

/** The connections of one engine to Redis. */
export interface RedisLink {
  /** For everything that somebody waits for: a command fails within seconds when Redis is away. */
  readonly commands: Redis;
  /** For BullMQ's workers, who wait for Redis as long as it takes; they make their own blocking copies of it. */
  readonly patient: Redis;
}

/** A frozen server is given up after this long, one that refuses connections after about a second. */
const answerTimeoutMs = 10_000;
const openTimeoutMs = 5_000;

/** Connections to the Redis at `url`, shared by store and queue. */
export function redisLink(url: string, place: string, log: Logger): Shared<RedisLink> {
  async function open(signal?: AbortSignal): Promise<RedisLink> {
    const common = {
      lazyConnect: true,
      // What BullMQ is made for: the newer protocol answers some commands in other shapes.
      protocol: 2,
      connectTimeout: openTimeoutMs,
      retryStrategy: (tries: number) => Math.min(100 * 2 ** tries, 2_000) * (0.75 + Math.random() / 2),
      // A replica that was promoted away answers READONLY: the name has to be looked up again.
      reconnectOnError: (error: Error) => (error.message.startsWith("READONLY") ? 2 : false),
    } satisfies RedisOptions;
    const commands = new Redis(url, { ...common, maxRetriesPerRequest: 3, commandTimeout: answerTimeoutMs });
    const patient = new Redis(url, { ...common, maxRetriesPerRequest: null });
    const outage = createOutage(log, place);
    for (const client of [commands, patient]) client.on("error", outage.down);
    commands.on("ready", outage.up);
    // What connect() itself rejects with says no more than "closed".
    let said: unknown;
    commands.on("error", (error) => (said = error));
    const stop = (): void => void [commands, patient].map((client) => client.disconnect());
    signal?.addEventListener("abort", stop, { once: true });
    try {
      await Promise.all([commands.connect(), patient.connect()]);
      return { commands, patient };
    } catch (cause) {
      stop();
      throw toStoreError(said ?? cause);
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  async function close({ commands, patient }: RedisLink): Promise<void> {
    // A Redis that is away cannot be said goodbye to.
    for (const client of [commands, patient]) {
      if (client.status === "ready") await client.quit().catch(() => client.disconnect());
      else client.disconnect();
    }
  }

  return shared(open, close);
}

/** States in which Redis answers, but only to say that it cannot serve now. */
const passing = /^(LOADING|READONLY|OOM|MISCONF|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|NOREPLICAS)\b/;

/** What went wrong with a command, in the store port's terms. */
export function toStoreError(cause: unknown): SignalboxError {
  if (cause instanceof SignalboxError) return cause;
  const message = messageOf(cause);
  const isAnswer = cause instanceof Error && cause.name === "ReplyError";
  if (isAnswer && !passing.test(message)) {
    // Without the driver's error as its cause: that one carries the command, which may hold a password or a message.
    return new SignalboxError("STORE_REQUEST_REFUSED", `Redis refused a command: ${message}`);
  }
  return new SignalboxError("STORE_UNREACHABLE", `Redis does not serve: ${message}`, { isRetryable: true });
}

import { type E2eStore, embedded, postgres, redis } from "../e2e/testing/stores.ts";
import { sleep, systemClock } from "@signalbox/core";
import { startPostgres, startRedis, type TestServer } from "@signalbox/core/testing";

export const storeNames = ["embedded", "redis", "postgres"] as const;
export type StoreName = (typeof storeNames)[number];

/** The store of a run, with what can happen to it. */
export interface StoreServer {
  /** What an engine on it needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Resolves when it answers again; one after the other. A store inside the engine's process has no life of its own. */
  restart(): Promise<void>;
  crash(forMs: number): Promise<void>;
  freeze(forMs: number): Promise<void>;
  stop(): Promise<void>;
}

const known: Readonly<Record<StoreName, E2eStore>> = { embedded, redis, postgres };

/** Why a store cannot be used here; undefined when it can. */
export function missingStore(name: StoreName): string | undefined {
  return known[name].skip;
}

export async function startStore(name: StoreName): Promise<StoreServer> {
  if (name === "embedded") return insideTheEngine;
  const server = name === "redis" ? await startRedis() : await startPostgres();
  return aroundServer(server, { [name === "redis" ? "REDIS_URL" : "DATABASE_URL"]: server.url });
}

const insideTheEngine: StoreServer = {
  env: {},
  restart: () => Promise.resolve(),
  crash: () => Promise.resolve(),
  freeze: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};

function aroundServer(server: TestServer, env: Readonly<Record<string, string>>): StoreServer {
  let last: Promise<void> = Promise.resolve();
  const inTurn = (act: () => Promise<void>): Promise<void> => (last = last.then(act));
  return {
    env,
    restart: () => inTurn(() => server.restart()),
    crash: (forMs) =>
      inTurn(async () => {
        await server.kill();
        await sleep(systemClock, forMs);
        await server.restart();
      }),
    freeze: (forMs) =>
      inTurn(async () => {
        server.freeze();
        await sleep(systemClock, forMs);
        server.thaw();
      }),
    stop: () => inTurn(() => server.stop()),
  };
}

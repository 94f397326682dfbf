import { missingServer, startPostgres, startRedis } from "@signalbox/core/testing";

/** A store of an engine under test, as its user would choose it. */
export interface E2eStore {
  readonly name: "embedded" | "redis" | "postgres";
  /** Why it cannot be tested here. */
  readonly skip: string | undefined;
  /** Environment variables of an engine on a store of its own, and how to end that. */
  start(): Promise<{ readonly env: Readonly<Record<string, string>>; stop(): Promise<void> }>;
}

/** What an engine without settings has; it lives in the project folder. */
export const embedded: E2eStore = {
  name: "embedded",
  skip: undefined,
  start: async () => ({ env: {}, stop: async () => undefined }),
};

export const redis: E2eStore = {
  name: "redis",
  skip: missingServer("redis"),
  async start() {
    const server = await startRedis();
    return { env: { REDIS_URL: server.url }, stop: () => server.stop() };
  },
};

export const postgres: E2eStore = {
  name: "postgres",
  skip: missingServer("postgres"),
  async start() {
    const server = await startPostgres();
    return { env: { DATABASE_URL: server.url }, stop: () => server.stop() };
  },
};

/** Every store an engine can have. */
export const stores: readonly E2eStore[] = [embedded, redis, postgres];

/** The name of a test on a store, with the reason where it is skipped. */
export function titleOf({ name, skip }: E2eStore): string {
  return skip === undefined ? name : `${name} (skipped: ${skip})`;
}

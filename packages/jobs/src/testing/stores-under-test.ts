import { silentLogger } from "@signalbox/core";
import {
  type DeliverySuite,
  type LedgerSuite,
  missingServer,
  startPostgres,
  startRedis,
} from "@signalbox/core/testing";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BackendSettings } from "../settings.ts";
import { testBackend } from "./fixtures.ts";

/** A place of its own for one store, and how to end it. */
export interface StorePlace {
  readonly settings: BackendSettings;
  stop(): Promise<void>;
}

export interface StoreUnderTest {
  readonly name: BackendSettings["kind"];
  readonly skip?: string | undefined;
  start(): Promise<StorePlace>;
}

/** Each store there is. */
export const storeUnderTest = {
  memory: { name: "memory", start: async () => ({ settings: { kind: "memory" }, stop: async () => undefined }) },
  redis: {
    name: "redis",
    skip: missingServer("redis"),
    async start() {
      const server = await startRedis();
      return { settings: { kind: "redis", url: server.url }, stop: () => server.stop() };
    },
  },
  postgres: {
    name: "postgres",
    skip: missingServer("postgres"),
    async start() {
      const server = await startPostgres();
      return { settings: { kind: "postgres", url: server.url }, stop: () => server.stop() };
    },
  },
  embedded: {
    name: "embedded",
    async start() {
      const path = mkdtempSync(join(tmpdir(), "signalbox-ledger-"));
      const stop = async (): Promise<void> => rmSync(path, { recursive: true, force: true });
      return { settings: { kind: "embedded", path }, stop };
    },
  },
} satisfies Record<string, StoreUnderTest>;

/** Every one of them. */
export const storesUnderTest: readonly StoreUnderTest[] = Object.values(storeUnderTest);

/** The suite of a ledger on one store. */
export function ledgerSuite({ name, skip, start }: StoreUnderTest): LedgerSuite {
  return {
    name,
    skip,
    async setup() {
      const place = await start();
      const { store, queue } = testBackend(place.settings, silentLogger);
      await store.open();
      await queue.open();
      return {
        store,
        queue,
        async stop() {
          await queue.close();
          await store.close();
          await place.stop();
        },
      };
    },
  };
}

/** The rules of delivery on one store. */
export function deliverySuiteOf({ name, skip, start }: StoreUnderTest): DeliverySuite {
  return {
    name,
    skip,
    async setup() {
      const { settings, stop } = await start();
      // Memory is gone with its backend: what its next engine finds must be the same one.
      const memory = settings.kind === "memory" ? testBackend(settings) : undefined;
      return { create: () => memory ?? testBackend(settings), stop };
    },
  };
}

import {
  missingServer,
  startRedisTls,
  startSentinelRedis,
  testCertificates,
  type TestServer,
} from "@signalbox/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RedisSettings } from "../settings.ts";
import { testBackend } from "../testing/fixtures.ts";
import { clientTls } from "../testing/redis-forms.ts";

const refused = { code: "STORE_UNREACHABLE", isRetryable: true };

async function openAndClose(settings: RedisSettings): Promise<void> {
  const { store } = testBackend(settings);
  try {
    await store.open();
    await store.lanes.append("l", [{ row: "r", value: "v" }], { dueAt: 0, attempts: 0 });
  } finally {
    await store.close();
  }
}

describe.skipIf(missingServer("redis") !== undefined)("Redis over TLS", () => {
  let server: TestServer;
  let base: { readonly kind: "redis"; readonly url: string };
  beforeAll(async () => {
    server = await startRedisTls();
    base = { kind: "redis", url: server.url };
  });
  afterAll(() => server.stop());

  test("ca, cert and key: trusted, and let in", async () => {
    await expect(openAndClose({ ...base, tls: clientTls })).resolves.toBeUndefined();
  });

  test("an authority that is not known is not trusted, unless told to trust anyone", async () => {
    const { cert, key } = testCertificates.client;
    const strangers = { cert, key, rejectUnauthorized: true };
    await expect(openAndClose({ ...base, tls: strangers })).rejects.toMatchObject(refused);
    await expect(openAndClose({ ...base, tls: { ...strangers, rejectUnauthorized: false } })).resolves.toBeUndefined();
    await expect(openAndClose(base)).rejects.toMatchObject(refused);
  });

  test("servername: what the certificate is checked against", async () => {
    const named = (servername: string): RedisSettings => ({ ...base, tls: { ...clientTls, servername } });
    await expect(openAndClose(named("device.test"))).resolves.toBeUndefined();
    await expect(openAndClose(named("other.test"))).rejects.toMatchObject(refused);
  });

  test("without its certificate a client is not let in", async () => {
    const { ca } = testCertificates;
    await expect(openAndClose({ ...base, tls: { ca, rejectUnauthorized: true } })).rejects.toMatchObject(refused);
  });

  test("sentinels are spoken to over TLS as well", async () => {
    const { sentinel, name, stop } = await startSentinelRedis({ isTls: true });
    try {
      const watched = { kind: "redis", sentinels: [new URL(sentinel.url).host], name } as const;
      await expect(
        openAndClose({ ...watched, tls: { ...clientTls, servername: "localhost" } }),
      ).resolves.toBeUndefined();
      await expect(openAndClose(watched)).rejects.toMatchObject(refused);
    } finally {
      await stop();
    }
  });
});

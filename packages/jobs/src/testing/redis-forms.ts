import {
  startRedis,
  startRedisCluster,
  startRedisTls,
  startSentinelRedis,
  testCertificates,
} from "@signalbox/core/testing";
import type { RedisSettings } from "../settings.ts";

/** A form in which a Redis can be had. */
export interface RedisForm {
  readonly name: string;
  start(): Promise<{ readonly settings: RedisSettings; stop(): Promise<void> }>;
}

/** Every form there is. */
export const redisForms: readonly RedisForm[] = [
  {
    name: "redis",
    async start() {
      const server = await startRedis();
      return { settings: { kind: "redis", url: server.url }, stop: () => server.stop() };
    },
  },
  {
    name: "redis over TLS",
    async start() {
      const server = await startRedisTls();
      return { settings: { kind: "redis", url: server.url, tls: clientTls }, stop: () => server.stop() };
    },
  },
  {
    name: "redis behind a sentinel",
    async start() {
      const { sentinel, name, stop } = await startSentinelRedis();
      return { settings: { kind: "redis", sentinels: [new URL(sentinel.url).host], name }, stop };
    },
  },
  {
    name: "redis cluster",
    async start() {
      const { addresses, stop } = await startRedisCluster();
      return { settings: { kind: "redis", cluster: addresses }, stop };
    },
  },
];

/** What a client of `startRedisTls` trusts and shows. */
export const clientTls = { ca: testCertificates.ca, ...testCertificates.client, rejectUnauthorized: true };

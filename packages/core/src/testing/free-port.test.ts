import { createServer } from "node:net";
import { once } from "node:events";
import { afterEach, expect, test, vi } from "vitest";
import { freePort } from "./free-port.ts";

const servers: { close(): unknown }[] = [];

afterEach(() => servers.splice(0).forEach((server) => void server.close()));

test("gives ports that can be listened on, none that is taken, and none twice in a row", async () => {
  const ports: number[] = [];
  for (let n = 0; n < 30; n += 1) ports.push(await freePort());
  expect(new Set(ports).size).toBe(30);
  const [first = 0] = ports;
  const taken = createServer().listen(first, "127.0.0.1");
  servers.push(taken);
  await once(taken, "listening");
  const more: number[] = [];
  for (let n = 0; n < 99; n += 1) more.push(await freePort());
  expect(more).not.toContain(first);
  // Below those that systems give away by themselves.
  expect(Math.max(...ports, ...more)).toBeLessThan(32_768);
});

test("another process, here another copy of the module, is given others", async () => {
  const ours = new Set<number>();
  for (let n = 0; n < 99; n += 1) ours.add(await freePort());
  vi.resetModules();
  const other = await import("./free-port.ts");
  for (let n = 0; n < 99; n += 1) expect(ours).not.toContain(await other.freePort());
});

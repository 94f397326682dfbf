import { systemClock } from "@signalbox/core";
import { createSimulator, type Simulator } from "@signalbox/akenza-simulator";
import { afterEach, beforeEach, expect, test } from "vitest";
import { json, startHttpServer } from "../testing/http-server.ts";
import { RestClient } from "./client.ts";
import { postDownlink } from "./downlink.ts";
import { listDevices, organizationOfKey, readDevice, workspaceOfTag } from "./inventory.ts";
import { querySamples } from "./samples.ts";

const never = new AbortController().signal;
let simulator: Simulator;
let rest: RestClient;

const clientOf = (baseUrl: string, key: string): RestClient =>
  new RestClient({
    baseUrl,
    authorization: () => ({ "x-api-key": key }),
    clock: systemClock,
    rateLimit: { perSecond: 1_000, burst: 1_000 },
    timeoutMs: 30_000,
  });

beforeEach(async () => {
  simulator = await createSimulator({ rateLimit: "off" });
  rest = clientOf(simulator.url, simulator.apiKey);
});

afterEach(async () => {
  await rest.close();
  await simulator.close();
});

test("devices are listed over all pages", async () => {
  for (let n = 0; n < 450; n += 1) simulator.addDevice({ name: `more ${n}` });
  const organizationId = await organizationOfKey(rest, never);
  const devices = await listDevices(rest, { organizationId }, never);
  expect(new Set(devices.map((each) => each.id))).toEqual(new Set(simulator.devices.map((each) => each.id)));
  expect(simulator.requests.entries.filter((each) => each.path === "/v3/assets")).toHaveLength(3);
});

test("devices are listed by workspace and tag, and one is read with its tags", async () => {
  const tag = { id: "7100000000000001", name: "indoor" };
  const { id } = simulator.addDevice({ name: "tagged", tags: [tag] });
  const workspaceId = await workspaceOfTag(rest, tag.id, never);
  expect((await listDevices(rest, { workspaceId, tag: tag.id }, never)).map((each) => each.id)).toEqual([id]);
  expect(await readDevice(rest, id, never)).toMatchObject({ id, name: "tagged", tags: [{ id: tag.id }] });
});

test("a server that never says last ends with its first empty page", async () => {
  let pages = 0;
  const server = await startHttpServer((_, response) => {
    pages += 1;
    json(response, 200, { content: pages < 4 ? [{ id: `020000000000000${pages}` }] : [] });
  });
  const own = clientOf(server.url, "key");
  expect(await listDevices(own, { workspaceId: "29" }, never)).toHaveLength(3);
  await own.close();
  await server.close();
});

test("stored samples come newest first, within bounds", async () => {
  const device = simulator.addDevice({ name: "air" }).id;
  for (let minute = 0; minute < 5; minute += 1) {
    simulator.emit({ deviceId: device, timestamp: `2026-01-01T00:0${minute}:00Z`, data: { minute } });
  }
  const bounds = { device, fromMs: Date.UTC(2026, 0, 1, 0, 1), beforeMs: Date.UTC(2026, 0, 1, 0, 4) };
  const samples = await querySamples(rest, bounds, never);
  expect(samples.map((each) => (each.body.data as { minute: number }).minute)).toEqual([3, 2, 1]);
  expect(samples[0]).toMatchObject({
    topic: "default",
    timestamp: "2026-01-01T00:03:00.000000000Z",
    dateStored: expect.stringMatching(/Z$/),
    body: { deviceId: device, timestamp: "2026-01-01T00:03:00Z" },
  });
  const [second] = await querySamples(rest, { ...bounds, topic: "default", limit: 1, skip: 1 }, never);
  expect(second?.body.data).toEqual({ minute: 2 });
});

const downlink = { raw: true, loraDownlink: { port: 3, confirmed: false, payloadHex: "0e14" } };

test.each([204 as const, 200 as const])("a downlink answered with %i is accepted", async (status) => {
  const own = await createSimulator({ fleet: {}, downlinkStatus: status });
  const device = own.addDevice({ name: "valve" }).id;
  const client = clientOf(own.url, own.apiKey);
  const result = await postDownlink(client, { device, body: downlink }, never);
  expect(result).toMatchObject({ status: "accepted", detail: expect.stringContaining(`HTTP ${status}`) });
  expect(own.downlinks.entries[0]).toMatchObject({ deviceId: device, body: downlink });
  await client.close();
  await own.close();
});

test.each([
  [{ status: 400 }, "rejected", "AKENZA_REQUEST_REJECTED"],
  [{ status: 404 }, "rejected", "AKENZA_REQUEST_REJECTED"],
  [{ status: 401 }, "retryable", "AKENZA_AUTH_REFUSED"],
  [{ status: 403 }, "retryable", "AKENZA_AUTH_REFUSED"],
  [{ status: 429, retryAfter: 2 }, "retryable", "AKENZA_RATE_LIMITED"],
  [{ status: 503 }, "retryable", "AKENZA_UNREACHABLE"],
  [{ status: 500 }, "unknown", "AKENZA_UNREACHABLE"],
  [{ status: 502 }, "unknown", "AKENZA_UNREACHABLE"],
  [{ status: 504 }, "unknown", "AKENZA_UNREACHABLE"],
  [{ cut: "before" as const }, "unknown", "AKENZA_ANSWER_MISSING"],
  [{ cut: "after" as const }, "unknown", "AKENZA_ANSWER_MISSING"],
])("a downlink met by %j is %s", async (fault, status, code) => {
  const device = simulator.addDevice({ name: "valve" }).id;
  simulator.faults.failRequests(fault);
  const result = await postDownlink(rest, { device, body: downlink }, never);
  expect(result).toMatchObject({ status, cause: { code } });
  expect(simulator.downlinks.total).toBe("cut" in fault && fault.cut === "after" ? 1 : 0);
  expect(simulator.requests.total).toBeLessThanOrEqual(1);
});

test("a device that is not known or takes no downlinks rejects", async () => {
  const sensor = simulator.addDevice({ name: "web sensor", connectivity: "HTTP" }).id;
  expect(await postDownlink(rest, { device: sensor, body: downlink }, never)).toMatchObject({ status: "rejected" });
  expect(await postDownlink(rest, { device: "02ffffffffffffff", body: downlink }, never)).toMatchObject({
    status: "rejected",
  });
});

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { DEMO_API_KEY } from "./access.ts";
import type { SimulatorOptions } from "./options.ts";
import { createSimulator } from "./simulator.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { call, startSimulator } from "./testing/start.ts";
import { connect, subscribe } from "./testing/stream-client.ts";

test("by default: twenty devices, one documented key, ids of the right kind", async () => {
  const simulator = await startSimulator();
  expect(simulator.devices).toHaveLength(20);
  expect(simulator.apiKey).toBe(DEMO_API_KEY);
  expect(DEMO_API_KEY).toMatch(/^[0-9a-f]{16}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(simulator.url).toBe(`http://127.0.0.1:${simulator.port}`);
  for (const { id, tags, workspaceId } of simulator.devices) {
    expect(id).toMatch(/^02[0-9a-f]{14}$/);
    expect(workspaceId).toMatch(/^29[0-9a-f]{14}$/);
    for (const tag of tags) expect(tag.id).toMatch(/^71[0-9a-f]{14}$/);
  }
});

test("the first ids of the default fleet stay what they are: examples name them", async () => {
  const simulator = await startSimulator();
  const ids = Object.fromEntries(simulator.devices.map(({ name, id }) => [name, id]));
  expect(ids).toMatchObject({
    "Room air 1": "02642426325c0f22",
    "Desk 1": "0215aa084de58f37",
    "Door 1": "022465d5265f5166",
    "Heat meter 1": "02aea6934fb48121",
    "Van 1": "025b19498ae20034",
    "Radiator valve 1": "021fbd21a351c443",
    "Smart plug 1": "022a0187bdb937f9",
    "Weather station 1": "022b85834b34c1e8",
  });
  expect(simulator.tags.find(({ name }) => name === "Climate")?.id).toBe("71bb81a1bd27c186");
  expect(simulator.tags.find(({ name }) => name === "Heating")?.id).toBe("713e37f487ef0edc");
});

test.each<[SimulatorOptions, string]>([
  [{ fleet: { toaster: 1 } as object }, "no device model is called toaster; there are climate, occupancy"],
  [{ fleet: { valve: 1.5 } }, "fleet.valve must be a count"],
  [{ startAt: "soon" }, 'startAt must be an ISO 8601 time, not "soon"'],
  [{ samplesPerMinute: 0 }, "samplesPerMinute must be a number above 0"],
  [{ stepMs: -1 }, "stepMs must be a number above 0"],
  [{ rateLimit: { burst: 0 } }, "rateLimit.burst must be a number above 0"],
  [{ devices: [{ name: "x", workspaceId: "29" }] }, "no workspace has the id 29"],
  [
    {
      devices: [
        { id: "02", name: "x" },
        { id: "02", name: "y" },
      ],
    },
    "a device with the id 02 exists already",
  ],
])("refuses the options %j", async (options, message) => {
  await expect(createSimulator(options)).rejects.toThrow(message);
});

test("says when its port is taken", async () => {
  const { port } = await startSimulator();
  await expect(createSimulator({ port })).rejects.toMatchObject({
    code: "SIMULATOR_PORT_TAKEN",
    message: `cannot listen on 127.0.0.1:${port}; is another simulator running? Port 0 takes a free one`,
  });
});

test("closing ends sockets, hanging requests and waits, twice over", async () => {
  const simulator = await startSimulator();
  const client = await connect(simulator);
  simulator.faults.failRequests({ hang: "before" });
  const hanging = call(simulator, "GET /v3/assets").catch((cause: Error) => cause.message);
  await simulator.requests.waitForTotal(1);
  const waiting = simulator.until(() => false).catch((cause: { code: string }) => cause.code);
  simulator.start();
  await Promise.all([simulator.close(), simulator.close()]);
  expect((await client.closed).code).toBe(1006);
  expect(await hanging).toBe("fetch failed");
  expect(await waiting).toBe("SIMULATOR_CLOSED");
});

test("closing leaves no timer behind", async () => {
  const clock = new ManualClock("2026-03-02T06:00:00Z");
  const simulator = await startSimulator({ clock });
  await connect(simulator);
  simulator.faults.silenceConnections({ forMs: 60_000 });
  simulator.faults.delaySamples({ forMs: 60_000 });
  simulator.start();
  expect(clock.pendingTimers).toBe(3);
  await simulator.close();
  expect(clock.pendingTimers).toBe(0);
});

test("a body that is too large is 413", async () => {
  const simulator = await startSimulator();
  const answer = await call(simulator, "POST /receiver/erp", { body: "x".repeat(16 * 1024 * 1024 + 1) });
  expect(answer.body).toMatchObject({ status: 413, path: "/receiver/erp" });
  expect(simulator.receiver("erp").requests.total).toBe(0);
});

test("a fleet without living devices says so", async () => {
  const simulator = await startSimulator({ fleet: {} });
  expect(() => simulator.tick()).toThrow("the fleet has no device that makes samples");
  expect(() => simulator.emit({ deviceId: "02d2327fedce2128", data: {} })).toThrow("no device has the akenza id");
});

test("no frame of a client and no request breaks it", async () => {
  const simulator = await startSimulator({ rateLimit: "off" });
  const id = simulator.devices.find(({ model }) => model === "valve")?.id ?? "";
  const client = await subscribe(simulator, [id]);
  const type = fc.constantFrom("subscribe", "unsubscribe", "ping", "connected", 7);
  const message = fc.record(
    { type, id: fc.jsonValue(), subscriptions: fc.jsonValue(), accessToken: fc.jsonValue() },
    { requiredKeys: [] },
  );
  const frame = fc.oneof(
    fc.string(),
    fc.json(),
    message.map((value) => JSON.stringify(value)),
  );
  const path = fc.constantFrom("query", "downlink", "query/topics", "%00", "..//");
  await fc.assert(
    fc.asyncProperty(frame, path, fc.json(), async (text, tail, body) => {
      client.send(text);
      const answer = await call(simulator, `POST /v3/devices/${id}/${tail}`, { body });
      expect([200, 204, 400, 404, 405]).toContain(answer.status);
    }),
    { numRuns: 300 },
  );
  client.send({ type: "ping", id: 987_654 });
  await client.until(() => client.messages.at(-1)?.["replyTo"] === 987_654);
});

import { expect, test } from "vitest";
import type { Sample } from "../sample.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { call, startSimulator } from "../testing/start.ts";
import { connect, refusal, subscribe } from "../testing/stream-client.ts";

const ID = "02d2327fedce2128";
const OPTIONS = { fleet: {}, devices: [{ id: ID, name: "A device" }] };
const numbers = (samples: readonly Sample[]) => samples.map(({ data }) => data["n"]);

test("sends the next samples twice and stores them once", async () => {
  const simulator = await startSimulator(OPTIONS);
  const client = await subscribe(simulator, [ID]);
  simulator.faults.duplicateSamples({ times: 2 });
  for (const n of [1, 2, 3]) simulator.emit({ deviceId: ID, data: { n } });
  await client.until(() => client.samples.length === 5);
  expect(numbers(client.samples)).toEqual([1, 1, 2, 2, 3]);
  expect(client.samples[0]).toEqual(client.samples[1]);
  expect((await call(simulator, `GET /v3/devices/${ID}/query`)).body).toHaveLength(3);
});

test("holds samples back, and sends them late with the time they were made", async () => {
  const clock = new ManualClock("2026-03-02T06:00:00Z");
  const simulator = await startSimulator({ ...OPTIONS, clock });
  const client = await subscribe(simulator, [ID]);
  simulator.faults.delaySamples({ times: 2 });
  for (const n of [1, 2, 3]) {
    simulator.emit({ deviceId: ID, data: { n } });
    clock.advance(1000);
  }
  await client.until(() => client.samples.length === 1);
  const latest = async () => (await call(simulator, `GET /v3/devices/${ID}/query`)).body;
  expect(await latest()).toMatchObject([{ data: { n: 3 } }]);
  expect(simulator.state().samples.held).toBe(2);
  expect(simulator.faults.releaseSamples()).toBe(2);
  await client.until(() => client.samples.length === 3);
  expect(numbers(client.samples)).toEqual([3, 1, 2]);
  expect(client.samples.map(({ timestamp }) => timestamp)).toEqual([
    "2026-03-02T06:00:02.000Z",
    "2026-03-02T06:00:00.000Z",
    "2026-03-02T06:00:01.000Z",
  ]);
  expect(await latest()).toMatchObject([
    { data: { n: 3 } },
    { data: { n: 2 }, dateStored: "2026-03-02T06:00:03.000+00:00" },
    { data: { n: 1 }, timestamp: "2026-03-02T06:00:00.000+00:00" },
  ]);
});

test("late samples come by themselves after a time", async () => {
  const clock = new ManualClock("2026-03-02T06:00:00Z");
  const simulator = await startSimulator({ ...OPTIONS, clock });
  const client = await subscribe(simulator, [ID]);
  simulator.faults.delaySamples({ forMs: 60_000 });
  simulator.emit({ deviceId: ID, data: { n: 1 } });
  clock.advance(59_999);
  expect(simulator.sent.entries.map(({ type }) => type)).toEqual(["connected", "subscribed"]);
  clock.advance(1);
  await client.until(() => client.samples.length === 1);
});

test("an expired key is refused everywhere, an open connection subscribes in vain", async () => {
  const simulator = await startSimulator(OPTIONS);
  const { apiKey } = simulator;
  const client = await connect(simulator);
  const subscribed = async (id: number) => {
    client.send({ type: "subscribe", id, subscriptions: [{ assetId: ID, topic: "*" }] });
    await client.until(() => client.messages.some(({ replyTo }) => replyTo === id));
    return client.messages.at(-1)?.["subscriptions"];
  };
  simulator.faults.expireKey({ key: apiKey });
  expect(await subscribed(1)).toMatchObject([{ valid: false }]);
  expect((await refusal(simulator)).status).toBe(401);
  expect((await call(simulator, "GET /v3/assets")).body).toMatchObject({
    status: 401,
    message: "Invalid token provided",
  });
  simulator.faults.renewKey({ key: apiKey });
  expect(await subscribed(2)).toMatchObject([{ valid: true }]);
  expect((await call(simulator, "GET /v3/assets")).status).toBe(200);
  expect(() => simulator.faults.expireKey({ key: "other" })).toThrow("no such API key or access token");
});

test("clearing ends every fault", async () => {
  const simulator = await startSimulator(OPTIONS);
  const client = await subscribe(simulator, [ID]);
  const { faults } = simulator;
  faults.silenceConnections();
  faults.expireKey({ key: simulator.apiKey });
  faults.refuseUpgrades({ times: 0 });
  faults.failRequests({ times: 0 });
  faults.withholdGreetings({ times: 9 });
  faults.duplicateSamples({ times: 9 });
  faults.delaySamples({ times: 9 });
  simulator.receiver("erp").fail({ times: 0 });
  faults.clear();
  simulator.emit({ deviceId: ID, data: { n: 1 } });
  simulator.emit({ deviceId: ID, data: { n: 2 } });
  await client.until(() => client.samples.length === 2);
  await (await connect(simulator)).message("connected");
  expect((await call(simulator, "GET /v3/assets")).status).toBe(200);
  expect((await call(simulator, "POST /receiver/erp")).status).toBe(204);
});

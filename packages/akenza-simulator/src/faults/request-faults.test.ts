import { expect, test } from "vitest";
import type { Simulator } from "../contract.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { call, startSimulator } from "../testing/start.ts";

const downlink = (simulator: Simulator) => {
  const id = simulator.devices.find(({ model }) => model === "valve")?.id;
  return call(simulator, `POST /v3/devices/${id}/downlink`, { body: { loraDownlink: { payloadHex: "0e14" } } });
};

test.each([401, 403, 429, 500, 502, 503])("answers %i to the next requests, then as ever", async (status) => {
  const simulator = await startSimulator();
  simulator.faults.failRequests({ status, times: 2, retryAfter: 3 });
  for (let count = 0; count < 2; count++) {
    const answer = await downlink(simulator);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ status, path: expect.stringMatching(/^\/v3\/devices\/.*\/downlink$/) });
    expect(answer.headers.get("retry-after")).toBe("3");
  }
  expect(simulator.downlinks.total).toBe(0);
  expect((await downlink(simulator)).status).toBe(204);
  expect(simulator.requests.entries.map((entry) => entry.status)).toEqual([status, status, 204]);
});

test("meets only the requests it is meant for", async () => {
  const simulator = await startSimulator();
  simulator.faults.failRequests({ method: "post", path: "/v3/devices/*/downlink", status: 503 });
  expect((await call(simulator, "GET /v3/assets")).status).toBe(200);
  expect((await call(simulator, `POST /v3/devices/${simulator.devices[0]?.id}/query`, { body: {} })).status).toBe(200);
  expect(simulator.state().faults.requests).toMatchObject([{ status: 503, times: 1 }]);
  expect((await downlink(simulator)).status).toBe(503);
  expect(simulator.state().faults.requests).toEqual([]);
});

test("with no times at all it lasts until it is cleared", async () => {
  const simulator = await startSimulator();
  simulator.faults.failRequests({ times: 0 });
  for (let count = 0; count < 5; count++) expect((await downlink(simulator)).status).toBe(503);
  expect(simulator.state().faults.requests).toMatchObject([{ status: 503, times: 0 }]);
  simulator.faults.clear();
  expect((await downlink(simulator)).status).toBe(204);
});

test("cut before: the request is not carried out; cut after: it is, and nobody hears of it", async () => {
  const simulator = await startSimulator();
  simulator.faults.failRequests({ cut: "before" });
  await expect(downlink(simulator)).rejects.toThrow("fetch failed");
  expect(simulator.downlinks.total).toBe(0);
  simulator.faults.failRequests({ cut: "after" });
  await expect(downlink(simulator)).rejects.toThrow("fetch failed");
  expect(simulator.downlinks.total).toBe(1);
  expect(simulator.requests.entries.map(({ status }) => status)).toEqual(["cut", "cut"]);
});

test("hang: no answer comes, before or after the request was carried out", async () => {
  const simulator = await startSimulator();
  simulator.faults.failRequests({ hang: "before" });
  simulator.faults.failRequests({ hang: "after" });
  const lost = [];
  for (const total of [1, 2]) {
    lost.push(downlink(simulator).catch((cause: Error) => cause.message));
    await simulator.requests.waitForTotal(total);
  }
  expect(simulator.downlinks.total).toBe(1);
  expect(simulator.requests.entries.map(({ status }) => status)).toEqual(["hang", "hang"]);
  await simulator.close();
  expect(await Promise.all(lost)).toEqual(["fetch failed", "fetch failed"]);
});

test("delays an answer by the clock, with or without a status", async () => {
  const clock = new ManualClock("2026-03-02T06:00:00Z");
  const simulator = await startSimulator({ clock });
  simulator.faults.failRequests({ delayMs: 5000 });
  simulator.faults.failRequests({ delayMs: 5000, status: 504 });
  const statuses: number[] = [];
  const answers = [1, 2].map(async (total) => {
    await simulator.requests.waitForTotal(total - 1);
    statuses.push((await downlink(simulator)).status);
  });
  await simulator.requests.waitForTotal(2);
  expect(simulator.downlinks.total).toBe(1);
  clock.advance(4999);
  expect((await call(simulator, "GET /v3/tags")).status).toBe(200);
  expect(statuses).toEqual([]);
  clock.advance(1);
  await Promise.all(answers);
  expect(statuses.toSorted((a, b) => a - b)).toEqual([204, 504]);
});

test("refuses a status that HTTP does not have", async () => {
  const simulator = await startSimulator();
  expect(() => simulator.faults.failRequests({ status: 42 })).toThrow("status must be from 200 to 599, not 42");
  expect(simulator.state().faults.requests).toEqual([]);
});

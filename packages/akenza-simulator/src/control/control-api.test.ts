import { expect, test } from "vitest";
import type { Simulator } from "../contract.ts";
import { call, startSimulator } from "../testing/start.ts";
import { subscribe } from "../testing/stream-client.ts";
import { FAULT_ROUTES } from "./fault-routes.ts";

const ID = "02d2327fedce2128";
const OPTIONS = { fleet: { valve: 1 }, devices: [{ id: ID, name: "A device" }] };

const control = async (simulator: Simulator, request: string, body?: unknown) =>
  call(simulator, request.replace(" ", " /simulator/"), { headers: {}, ...(body === undefined ? {} : { body }) });

test("drives the simulator from another process", async () => {
  const simulator = await startSimulator(OPTIONS);
  const client = await subscribe(simulator, [ID]);
  expect((await control(simulator, "GET devices")).body).toMatchObject([{ model: "valve" }, { id: ID }]);
  expect((await control(simulator, "GET subscriptions")).body).toEqual(simulator.subscriptions());
  const emitted = await control(simulator, "POST emit", { deviceId: ID, data: { n: 1 } });
  expect(emitted.body).toMatchObject({ deviceId: ID, topic: "default", data: { n: 1 } });
  expect((await control(simulator, "POST tick", { count: 2 })).body).toHaveLength(2);
  const samples = [2, 3].map((n) => ({ deviceId: ID, data: { n } }));
  expect((await control(simulator, "POST play", { samples, loop: 2 })).body).toEqual({ samples: 4 });
  await client.until(() => client.samples.length === 5);
  expect((await control(simulator, "POST start", { samplesPerMinute: 1 })).body).toMatchObject({ isRunning: true });
  expect((await control(simulator, "POST stop")).body).toMatchObject({ isRunning: false });
  expect((await control(simulator, "GET state")).body).toEqual(simulator.state());
});

test("shows and empties the logs", async () => {
  const simulator = await startSimulator(OPTIONS);
  await subscribe(simulator, [ID]);
  const log = async (query: string) => (await control(simulator, `GET log${query}`)).body;
  expect(await log("")).toMatchObject({
    total: 2,
    dropped: 0,
    entries: [{ type: "connected" }, { type: "subscribed" }],
  });
  expect(await log("?of=sent&limit=1")).toMatchObject({ total: 2, entries: [{ type: "subscribed" }] });
  expect(await log("?of=received")).toMatchObject({ total: 1 });
  expect(await log("?of=connections")).toMatchObject({ entries: [{ event: "opened" }] });
  expect(await log("?of=downlinks")).toEqual({ total: 0, dropped: 0, entries: [] });
  expect(await log("?of=secrets")).toMatchObject({ code: "SIMULATOR_OPTION_INVALID" });
  await control(simulator, "DELETE log");
  expect(await log("")).toMatchObject({ total: 2, dropped: 2, entries: [] });
});

test("has every fault under its name", async () => {
  const simulator = await startSimulator(OPTIONS);
  const bodies: Record<string, unknown> = {
    "drop-connections": { closeFrame: true, code: 1012 },
    "send-garbage": { kind: "text", times: 2 },
    "refuse-upgrades": { status: 401, times: 3 },
    "fail-requests": { path: "/v3/tags", cut: "after" },
    "expire-key": { key: simulator.apiKey },
    "renew-key": { key: simulator.apiKey },
  };
  for (const name of Object.keys(FAULT_ROUTES)) {
    const answer = await control(simulator, `POST faults/${name}`, bodies[name] ?? {});
    expect([name, answer.status]).toEqual([name, 200]);
  }
  const controls = Object.keys(simulator.faults).map((name) =>
    name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
  );
  expect(Object.keys(FAULT_ROUTES).toSorted()).toEqual(controls.filter((name) => name !== "clear").toSorted());
  expect(simulator.state().faults).toEqual({
    requests: [{ path: "/v3/tags", cut: "after", times: 1 }],
    upgrades: [{ status: 401, times: 3 }],
  });
  expect((await control(simulator, "DELETE faults")).body.faults).toEqual({ requests: [], upgrades: [] });
});

test("says how many connections a fault met", async () => {
  const simulator = await startSimulator(OPTIONS);
  const client = await subscribe(simulator, [ID]);
  expect((await control(simulator, "POST faults/drop-connections", { connection: "c9" })).body).toEqual({ met: 0 });
  expect((await control(simulator, "POST faults/drop-connections")).body).toEqual({ met: 1 });
  expect((await client.closed).code).toBe(1006);
});

test("shows what the receiver got and sets how it answers", async () => {
  const simulator = await startSimulator(OPTIONS);
  await control(simulator, "POST receiver/erp/answer", { status: 201, body: "made", headers: { "x-a": "b" } });
  await control(simulator, "POST receiver/erp/fail", { status: 503 });
  const statuses = [];
  for (let count = 0; count < 2; count++) {
    statuses.push((await fetch(`${simulator.url}/receiver/erp`, { method: "POST", body: "{}" })).status);
  }
  expect(statuses).toEqual([503, 201]);
  expect((await control(simulator, "GET receiver")).body).toEqual([
    { name: "erp", requests: 2, messages: 0, sockets: 0 },
  ]);
  expect((await control(simulator, "GET receiver/erp")).body).toMatchObject({
    requests: { total: 2, entries: [{ status: 503 }, { status: 201, body: {} }] },
    messages: { total: 0 },
  });
  await control(simulator, "DELETE receiver/erp");
  expect((await control(simulator, "GET receiver/erp")).body).toMatchObject({ requests: { total: 2, entries: [] } });
  expect((await control(simulator, "POST receiver/erp/send", { text: "hello" })).status).toBe(200);
  expect((await control(simulator, "POST receiver/erp/close", { code: 1012 })).status).toBe(200);
});

test.each([
  ["POST tick", { count: -1 }, "count must be a whole number from 0 on"],
  ["POST tick", { times: 1 }, "there is no field times; there are: count"],
  ["POST tick", "[1]", "the body must be a JSON object"],
  ["POST tick", "{", "the body is not JSON"],
  ["POST emit", { deviceId: "nobody", data: {} }, 'no device has the akenza id "nobody"'],
  ["POST emit", { deviceId: ID, data: 7 }, "sample: data must be an object"],
  ["POST start", { samplesPerMinute: "fast" }, "samplesPerMinute must be a number above 0"],
  ["POST play", {}, "the field samples is required"],
  ["POST play", { samples: [{ topic: "default", data: {} }] }, "sample 1: a sample needs a deviceId or a deviceType"],
  ["POST faults/send-garbage", {}, "the field kind is required"],
  [
    "POST faults/send-garbage",
    { kind: "poetry" },
    "kind must be one of text, truncated, wrongShape, unknownType, binary, oversized, invalidUtf8, brokenFrame",
  ],
  ["POST faults/fail-requests", { cut: "sometimes" }, "cut must be one of before, after"],
  ["POST faults/release-samples", { times: 1 }, "there is no field times; there are: none"],
  ["POST receiver/erp/answer", { headers: { a: 1 } }, "headers must be an object of texts"],
])("%s refuses %j", async (request, body, message) => {
  const simulator = await startSimulator(OPTIONS);
  const answer = await control(simulator, request, body);
  expect(answer.status).toBe(400);
  expect(answer.body.message).toBe(message);
});

test.each(["GET nothing", "POST faults/nothing", "GET faults/fail-requests", "PATCH receiver/erp", "GET faults"])(
  "%s is answered with the list of calls",
  async (request) => {
    const simulator = await startSimulator(OPTIONS);
    const answer = await control(simulator, request);
    expect(answer.status).toBe(404);
    expect(answer.body.calls).toContain("POST /simulator/faults/fail-requests");
  },
);

import { expect, test } from "vitest";
import type { Simulator } from "../contract.ts";
import { call, startSimulator } from "../testing/start.ts";
import { subscribe } from "../testing/stream-client.ts";

const idOf = (simulator: Simulator, model: string) =>
  simulator.devices.find((device) => device.model === model)?.id ?? "";

const post = (simulator: Simulator, model: string, body: unknown) =>
  call(simulator, `POST /v3/devices/${idOf(simulator, model)}/downlink`, { body });

test.each([
  [
    "valve",
    '{ "raw": true, "loraDownlink": { "port": 1, "payloadHex": "FFFFFFFF", "confirmed": false, "clearQueue": true } }',
    { kind: "lora", port: 1, payloadHex: "ffffffff", confirmed: false },
    false,
  ],
  [
    "valve",
    '{ "raw": true, "loraDownlink": { "port": 3, "confirmed": false, "payloadHex": "0e14" } }',
    { kind: "lora", port: 3, payloadHex: "0e14", confirmed: false },
    true,
  ],
  [
    "valve",
    '{ "loraDownlink": { "port": 2, "confirmed": true, "payload": { "setTargetTemperature": 20 } } }',
    { kind: "lora", port: 2, payloadHex: "0e14", confirmed: true },
    true,
  ],
  [
    "plug",
    '{ "mqttDownlink": { "topic": "/command", "payload": { "key": "value" }, "contentType": "JSON" }, "raw": false }',
    { kind: "mqtt", topic: "/command", payload: { key: "value" } },
    false,
  ],
  [
    "plug",
    '{ "mqttDownlink": { "topic": "dl", "contentType": "JSON", "payload": { "on": true } } }',
    { kind: "mqtt", topic: "dl", payload: { on: true } },
    true,
  ],
])("a %s takes the printed body %s", async (model, body, command, isUnderstood) => {
  const simulator = await startSimulator();
  const answer = await post(simulator, model, body);
  expect([answer.status, answer.body]).toEqual([204, undefined]);
  expect(simulator.downlinks.entries).toMatchObject([
    { deviceId: idOf(simulator, model), body: JSON.parse(body), command, isUnderstood },
  ]);
});

test("the encoder's port and confirmation hold where the body has none", async () => {
  const simulator = await startSimulator({ downlinkStatus: 200 });
  const answer = await post(simulator, "valve", { loraDownlink: { payload: { setTargetTemperature: 20 } } });
  expect([answer.status, answer.body]).toEqual([200, { id: "dl1" }]);
  expect(simulator.downlinks.entries[0]?.command).toEqual({
    kind: "lora",
    port: 1,
    payloadHex: "0e14",
    confirmed: true,
  });
});

test("a valve that is told a setpoint reports it, and moves", async () => {
  const simulator = await startSimulator({ fleet: { climate: 2, valve: 2 }, startAt: "2026-01-12T08:00:00Z" });
  const [id, other] = simulator.devices.filter(({ model }) => model === "valve").map((device) => device.id);
  const client = await subscribe(simulator, [id ?? "", other ?? ""]);
  const tell = async (setTargetTemperature: number) => {
    const body = { loraDownlink: { payload: { setTargetTemperature } } };
    expect((await call(simulator, `POST /v3/devices/${id}/downlink`, { body })).status).toBe(204);
    // The device that got a command speaks next.
    return simulator.tick(2)[0];
  };
  expect(await tell(28)).toMatchObject({ deviceId: id, data: { targetTemperature: 28, motorPosition: 0 } });
  expect(await tell(5)).toMatchObject({ deviceId: id, data: { targetTemperature: 5, motorPosition: 300 } });
  await client.until(() => client.samples.length === 4);
  expect(client.samples.map(({ data }) => (data as Record<string, unknown>)["targetTemperature"])).toEqual([
    28,
    undefined,
    5,
    undefined,
  ]);
  const untouched = simulator.tick(20).find(({ deviceId }) => deviceId === other);
  expect(untouched?.data).toMatchObject({ targetTemperature: 20 });
});

test("a room with a warmer setpoint gets warmer", async () => {
  const simulator = await startSimulator({ fleet: { valve: 1 }, startAt: "2026-01-12T08:00:00Z", stepMs: 600_000 });
  const before = Number(simulator.tick(2)[0]?.data["sensorTemperature"]);
  await post(simulator, "valve", { raw: true, loraDownlink: { payloadHex: "0e1c" } });
  const after = simulator.tick(60).findLast(({ topic }) => topic === "default")?.data;
  expect(Number(after?.["sensorTemperature"])).toBeGreaterThan(before + 3);
});

test("a plug that is switched off draws nothing, until it is switched on", async () => {
  const simulator = await startSimulator({ fleet: { plug: 1 } });
  const told = async (on: boolean) => {
    await post(simulator, "plug", { mqttDownlink: { topic: "dl", payload: { on } } });
    return simulator.tick(2)[0]?.data;
  };
  expect(await told(false)).toMatchObject({ on: false, power: 0, current: 0 });
  const running = await told(true);
  expect(running).toMatchObject({ on: true });
  expect(running?.["power"]).toBeGreaterThan(0);
});

test.each([
  ["valve", [], "The body must be a JSON object"],
  ["valve", {}, "The body needs one of loraDownlink and mqttDownlink"],
  ["valve", { raw: "yes", loraDownlink: { payloadHex: "00" } }, "raw must be true or false"],
  ["valve", { loraDownlink: {} }, "loraDownlink needs one of payloadHex and payload"],
  ["valve", { loraDownlink: { payloadHex: "0e1" } }, "loraDownlink.payloadHex must be hex bytes"],
  ["valve", { loraDownlink: { payloadHex: "00", payload: {} } }, "loraDownlink needs one of payloadHex and payload"],
  ["valve", { loraDownlink: { payloadHex: "00", port: -1 } }, "loraDownlink.port must be a whole number from 0 to 223"],
  ["valve", { loraDownlink: { payloadHex: "00", confirmed: 1 } }, "loraDownlink.confirmed must be true or false"],
  ["valve", { loraDownlink: { payloadHex: "00", clearQueue: 1 } }, "loraDownlink.clearQueue must be true or false"],
  ["valve", { loraDownlink: { payload: "0e14" } }, "loraDownlink.payload must be an object"],
  ["valve", { raw: true, loraDownlink: { payload: {} } }, "A raw downlink needs loraDownlink.payloadHex"],
  [
    "valve",
    { loraDownlink: { payload: { setTargetTemperature: 99 } } },
    "The downlink encoder failed: setTargetTemperature must be whole degrees from 5 to 30",
  ],
  ["climate", { loraDownlink: { payload: { reboot: true } } }, "The device type has no downlink encoder"],
  ["valve", { mqttDownlink: { topic: "dl", payload: {} } }, "A device of connectivity LORA needs a loraDownlink"],
  ["plug", { loraDownlink: { payloadHex: "00" } }, "A device of connectivity MQTT needs a mqttDownlink"],
  ["plug", { mqttDownlink: { payload: {} } }, "mqttDownlink.topic is required"],
  ["plug", { mqttDownlink: { topic: "dl", payload: "on" } }, "mqttDownlink.payload must be an object"],
  [
    "plug",
    { mqttDownlink: { topic: "dl", payload: {}, contentType: "XML" } },
    'mqttDownlink.contentType must be "JSON"',
  ],
  ["weather", { mqttDownlink: { topic: "dl", payload: {} } }, "Downlinks are not supported for connectivity HTTP"],
])("a %s refuses %j", async (model, body, message) => {
  const simulator = await startSimulator();
  expect((await post(simulator, model, body)).body).toMatchObject({ status: 400, message });
  expect(simulator.downlinks.total).toBe(0);
});

test("an unknown device is 404, a key that may only read is 403", async () => {
  const simulator = await startSimulator({ apiKeys: ["all", { key: "reader", permissions: ["read"] }] });
  const body = { loraDownlink: { payloadHex: "0e14" } };
  expect((await call(simulator, "POST /v3/devices/02ffffffffffffff/downlink", { body })).status).toBe(404);
  const path = `POST /v3/devices/${idOf(simulator, "valve")}/downlink`;
  expect((await call(simulator, path, { body, headers: { "x-api-key": "reader" } })).status).toBe(403);
});

import { createSimulator, type Simulator } from "@signalbox/akenza-simulator";
import {
  type Commands,
  type Message,
  type NewCommand,
  SignalboxError,
  type Sink,
  type SinkContext,
} from "@signalbox/core";
import { sinkFrom } from "@signalbox/core/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AkenzaConnection } from "../connection.ts";
import { connectTo, noCommands } from "../testing/harness.ts";
import { project, second } from "../testing/project.ts";
import { akenzaDownlinkSink } from "./downlink.ts";

const valve = "02d2327fedce2128";
const other = "0242ac1300020001";
const never = new AbortController().signal;

let simulator: Simulator;
let connection: AkenzaConnection;
let taken: NewCommand[];
let refusal: Error | undefined;

/** Takes commands as the ledger does: durable or not at all. */
const accept: Commands["accept"] = (commands) => {
  if (refusal !== undefined) return Promise.reject(refusal);
  taken.push(...commands);
  return Promise.resolve();
};

beforeEach(async () => {
  simulator = await createSimulator({ fleet: {} });
  connection = await connectTo(simulator);
  taken = [];
  refusal = undefined;
});

afterEach(async () => {
  await connection.close();
  await simulator.close();
});

function sinkOf(yaml: string, context: Partial<SinkContext> = {}): Sink {
  return sinkFrom(akenzaDownlinkSink, yaml, {
    ...context,
    project,
    pipeline: "night-setback",
    services: { commands: { ...noCommands, accept } },
    connections: { akenza: connection },
  });
}

function message(body: unknown, given: { id?: string; device?: string } = {}): Message {
  const time = "2026-01-01T00:00:00.000Z";
  const meta = { pipeline: "night-setback", source: "schedule", time, receivedAt: time };
  return { id: given.id ?? "m1", meta: given.device === undefined ? meta : { ...meta, device: given.device }, body };
}

/** The device a test gives the message, where it gives one. */
function deviceIn(body: unknown): { device?: string } {
  const { device } = body as { device?: string };
  return device === undefined ? {} : { device };
}

const payloads = (): unknown[] => taken.map((each) => each.payload);

test("a message becomes one durable command per device of the list", async () => {
  const sink = sinkOf(
    `akenzaDownlink:
  devices: ["${valve}", "${other}", "${valve}"]
  lorawan: { port: 2, confirmed: true }
name: valves`,
    { retry: { attempts: 5, backoffMs: 2_000, maxBackoffMs: 9_000 } },
  );
  const results = await sink.write([message({ setTargetTemperature: 17 })], never);
  expect(results).toEqual([{ status: "delivered", commands: taken.map(({ key }) => key) }]);
  const common = {
    key: expect.stringMatching(/^[0-9a-f]{64}$/),
    pipeline: "night-setback",
    sink: "valves",
    message: "m1",
    connection: "akenza",
    payload: { raw: false, loraDownlink: { port: 2, confirmed: true, payload: { setTargetTemperature: 17 } } },
    maxAttempts: 5,
    backoffMs: 2_000,
    maxBackoffMs: 9_000,
    onUnknown: "ask",
  };
  expect(taken).toEqual([
    { ...common, device: valve },
    { ...common, device: other },
  ]);
});

test("the key stays for the same order and differs for another message, sink or device", async () => {
  const yaml = `akenzaDownlink: { devices: ["${valve}", "${other}"], lorawan: {} }`;
  await sinkOf(yaml).write([message({}), message({}, { id: "m2" })], never);
  await sinkOf(yaml).write([message({})], never);
  await sinkOf(`${yaml}\nname: second`).write([message({})], never);
  const keys = taken.map((each) => each.key);
  expect(new Set(keys).size).toBe(6);
  expect(keys.slice(4, 6)).toEqual(keys.slice(0, 2));
});

test.each([
  ["lorawan: {}", { raw: false, loraDownlink: { port: 1, confirmed: false, payload: { on: true, hex: "0e14" } } }],
  [
    "lorawan: { port: 223 }",
    { raw: false, loraDownlink: { port: 223, confirmed: false, payload: { on: true, hex: "0e14" } } },
  ],
  [
    "lorawan: { clearQueue: true, payload: '{ \"go\": on }' }",
    { raw: false, loraDownlink: { port: 1, confirmed: false, clearQueue: true, payload: { go: true } } },
  ],
  ["lorawan: { payloadHex: hex }", { raw: true, loraDownlink: { port: 1, confirmed: false, payloadHex: "0e14" } }],
  [
    "lorawan: { payloadHex: hex }\n  raw: false",
    { raw: false, loraDownlink: { port: 1, confirmed: false, payloadHex: "0e14" } },
  ],
  [
    "mqtt: { topic: dl }",
    { raw: false, mqttDownlink: { topic: "dl", payload: { on: true, hex: "0e14" }, contentType: "JSON" } },
  ],
  [
    "mqtt: { topic: 'x/{{ hex }}', payload: '{ \"on\": on }' }\n  raw: true",
    { raw: true, mqttDownlink: { topic: "x/0e14", payload: { on: true }, contentType: "JSON" } },
  ],
])("%s", async (yaml, body) => {
  await sinkOf(`akenzaDownlink:\n  ${yaml}`).write([message({ on: true, hex: "0e14" }, { device: valve })], never);
  expect(payloads()).toEqual([body]);
  expect(taken[0]?.device).toBe(valve);
});

test("devices may be named by an expression: one id, or a list", async () => {
  const sink = sinkOf(`akenzaDownlink: { devices: targets, lorawan: {} }`);
  await sink.write([message({ targets: valve }), message({ targets: [other, valve] }, { id: "m2" })], never);
  expect(taken.map((each) => each.device)).toEqual([valve, other, valve]);
});

test.each([
  ["devices: targets\n  lorawan: {}", {}, "AKENZA_DEVICE_MISSING", "`devices` gave nothing"],
  [
    "devices: targets\n  lorawan: {}",
    { targets: [valve, "70B3D52DD300550E"] },
    "AKENZA_DEVICE_MISSING",
    'item 2 of 2: "70B3D52DD300550E" is no akenza id',
  ],
  ["lorawan: {}", { device: "kitchen" }, "AKENZA_DEVICE_MISSING", '"kitchen" is no akenza id'],
  [
    "devices: targets\n  lorawan: {}",
    { targets: [valve, 17] },
    "AKENZA_DEVICE_MISSING",
    "item 2 of 2: 17 is no akenza id",
  ],
  ["lorawan: {}", {}, "AKENZA_DEVICE_MISSING", "comes from no device"],
  [
    `devices: ["${valve}"]\n  lorawan: { payloadHex: hex }`,
    { hex: "xyz" },
    "AKENZA_DOWNLINK_INVALID",
    'payloadHex gave "xyz"',
  ],
  [`devices: ["${valve}"]\n  lorawan: { payloadHex: hex }`, {}, "AKENZA_DOWNLINK_INVALID", "payloadHex gave nothing"],
  [`devices: ["${valve}"]\n  lorawan: {}`, [1], "AKENZA_DOWNLINK_INVALID", "the payload is [1]"],
  [`devices: ["${valve}"]\n  mqtt: { topic: "{{ room }}" }`, {}, "EXPRESSION_NO_RESULT", ""],
])("%s on %j is rejected alone", async (yaml, body, code, text) => {
  const sink = sinkOf(`akenzaDownlink:\n  ${yaml}`);
  const [bad, good] = await sink.write(
    [message(body, deviceIn(body)), message({ targets: valve, hex: "00", room: "a" }, { id: "m2", device: valve })],
    never,
  );
  expect(bad).toMatchObject({ status: "rejected", cause: { code, message: expect.stringContaining(text) } });
  expect(good).toMatchObject({ status: "delivered" });
  expect(taken.map((each) => each.message)).toEqual(["m2"]);
});

test("the commands of a sink go out by the connection it names", async () => {
  const sink = sinkFrom(
    akenzaDownlinkSink,
    `akenzaDownlink: { connection: second, devices: ["${valve}"], lorawan: {} }`,
    {
      project: { ...project, settings: second },
      services: { commands: { ...noCommands, accept } },
      connections: { second: connection },
    },
  );
  await sink.write([message({})], never);
  expect(taken[0]?.connection).toBe("second");
});

test("an empty list of devices is discarded on purpose", async () => {
  const results = await sinkOf(`akenzaDownlink: { devices: targets, lorawan: {} }`).write(
    [message({ targets: [] })],
    never,
  );
  expect(results).toEqual([{ status: "discarded", reason: "no-route" }]);
  expect(taken).toEqual([]);
});

test("a ledger that cannot be written answers for the whole batch", async () => {
  refusal = new SignalboxError("STORE_UNREACHABLE", "the store is away", { isRetryable: true });
  const sink = sinkOf(`akenzaDownlink: { devices: ["${valve}"], lorawan: {} }`);
  await expect(sink.write([message({})], never)).rejects.toBe(refusal);
});

test("the connection takes the commands of its sinks out to their devices", async () => {
  const device = simulator.addDevice({ name: "valve" }).id;
  await sinkOf(`akenzaDownlink: { devices: ["${device}"], lorawan: { port: 3, payloadHex: "'0e14'" } }`).write(
    [message({})],
    never,
  );
  const [command] = taken;
  expect(await connection.sender.send(command!, never)).toEqual({ status: "accepted", detail: "HTTP 204" });
  expect(simulator.downlinks.entries).toMatchObject([
    { deviceId: device, body: { raw: true, loraDownlink: { port: 3, confirmed: false, payloadHex: "0e14" } } },
  ]);
});

test("a command of a connection without a key waits rather than fails", async () => {
  const keyless = await connectTo(simulator, { settings: { apiKey: undefined } });
  await sinkOf(`akenzaDownlink: { devices: ["${valve}"], lorawan: {} }`).write([message({})], never);
  expect(await keyless.sender.send(taken[0]!, never)).toMatchObject({
    status: "retryable",
    cause: { code: "AKENZA_KEY_MISSING" },
  });
  await keyless.close();
});

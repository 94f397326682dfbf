import { createSimulator, type Simulator, type SimulatorOptions } from "@signalbox/akenza-simulator";
import type { NewCommand, SendResult } from "@signalbox/core";
import { createManualClock, type ManualClock } from "@signalbox/core/testing";
import { expect, onTestFinished, test } from "vitest";
import { RestClient } from "./client.ts";
import { knownForMs, unknownForMs } from "./connectivity.ts";
import { DownlinkSender } from "./downlink-sender.ts";
import { listDevices } from "./inventory.ts";

const never = new AbortController().signal;
const lora = { raw: true, loraDownlink: { port: 3, confirmed: false, payloadHex: "0e14" } };
const mqtt = { raw: false, mqttDownlink: { topic: "dl", payload: { on: true }, contentType: "JSON" } };

interface World {
  readonly simulator: Simulator;
  readonly clock: ManualClock;
  readonly rest: RestClient;
  /** As the ledger's runner does. */
  take(device: string, payload: unknown): Promise<SendResult>;
  /** Times akenza was asked for one device. */
  lookUps(): number;
}

async function createWorld(options: SimulatorOptions = {}): Promise<World> {
  const simulator = await createSimulator({ fleet: {}, rateLimit: "off", ...options });
  const clock = createManualClock();
  const rest = new RestClient({
    baseUrl: simulator.url,
    authorization: () => ({ "x-api-key": simulator.apiKey }),
    clock,
    rateLimit: { perSecond: 10, burst: 1_000 },
    timeoutMs: 30_000,
  });
  onTestFinished(async () => {
    await rest.close();
    await simulator.close();
  });
  const sender = new DownlinkSender(rest);
  return {
    simulator,
    clock,
    rest,
    async take(device, payload) {
      const command = commandTo(device, payload);
      await sender.ready(command, never);
      return sender.send(command, never);
    },
    lookUps: () =>
      simulator.requests.entries.filter(({ method, path }) => method === "GET" && /^\/v3\/devices\/\w+$/.test(path))
        .length,
  };
}

function commandTo(device: string, payload: unknown): NewCommand {
  const retry = { maxAttempts: 8, backoffMs: 1_000, maxBackoffMs: 60_000 };
  return { key: "k", pipeline: "p", sink: "s", message: "m", connection: "akenza", device, payload, ...retry };
}

test.each([
  ["HTTP", lora, "HTTP and takes no downlinks; one over LoRaWAN was asked for"],
  ["COAP", mqtt, "COAP and takes no downlinks; one over MQTT was asked for"],
  ["SIGFOX", lora, "SIGFOX and takes no downlinks"],
  ["LORA", mqtt, "LORA and takes downlinks over LoRaWAN; one over MQTT was asked for"],
  ["MQTT", lora, "MQTT and takes downlinks over MQTT; one over LoRaWAN was asked for"],
] as const)("D13 a device of %s refuses what it cannot get, before it leaves", async (connectivity, payload, text) => {
  const { simulator, take } = await createWorld();
  const { id } = simulator.addDevice({ name: "device", connectivity });
  expect(await take(id, payload)).toMatchObject({
    status: "rejected",
    cause: {
      code: "AKENZA_CONNECTIVITY_WRONG",
      message: expect.stringContaining(`the device ${id} is connected over ${text}`),
    },
  });
  expect(simulator.requests.entries.map(({ path }) => path)).toEqual([`/v3/devices/${id}`]);
});

test.each([
  ["LORA", lora],
  ["MQTT", mqtt],
] as const)("a device of %s gets what it takes", async (connectivity, payload) => {
  const { simulator, take } = await createWorld();
  const { id } = simulator.addDevice({ name: "device", connectivity });
  expect(await take(id, payload)).toEqual({ status: "accepted", detail: "HTTP 204" });
  expect(simulator.downlinks.entries).toMatchObject([{ deviceId: id, body: payload }]);
});

test.each(["MIOTY", "NB-IOT"] as const)("D13 what a device of %s takes is akenza's to say", async (connectivity) => {
  const { simulator, take } = await createWorld();
  const { id } = simulator.addDevice({ name: "device", connectivity });
  expect(await take(id, lora)).toMatchObject({
    status: "rejected",
    cause: {
      code: "AKENZA_REQUEST_REJECTED",
      message: expect.stringContaining(`not supported for connectivity ${connectivity}`),
    },
  });
});

test("how a device is connected is asked once an hour, and a list tells it too", async () => {
  const { simulator, take, clock, rest, lookUps } = await createWorld();
  const first = simulator.addDevice({ name: "first" }).id;
  const second = simulator.addDevice({ name: "second" }).id;
  for (let n = 0; n < 3; n += 1) await take(first, lora);
  expect(lookUps()).toBe(1);
  clock.advance(knownForMs - 1);
  await take(first, lora);
  expect(lookUps()).toBe(1);
  clock.advance(1);
  await take(first, lora);
  expect(lookUps()).toBe(2);
  await listDevices(rest, { organizationId: simulator.organization.id }, never);
  await take(second, lora);
  expect(lookUps()).toBe(2);
});

test.each([{ status: 403 }, { status: 503 }, { cut: "before" as const }])(
  "D13 where akenza cannot say (%j) the command is tried all the same, and no device is asked about for a while",
  async (fault) => {
    const { simulator, take, clock, lookUps } = await createWorld();
    const sensor = simulator.addDevice({ name: "sensor", connectivity: "HTTP" }).id;
    const valve = simulator.addDevice({ name: "valve" }).id;
    simulator.faults.failRequests({ method: "GET", path: "/v3/devices/*", ...fault });
    expect(await take(sensor, lora)).toMatchObject({ status: "rejected", cause: { code: "AKENZA_REQUEST_REJECTED" } });
    expect(await take(valve, lora)).toMatchObject({ status: "accepted" });
    const asked = lookUps();
    clock.advance(unknownForMs);
    expect(await take(sensor, lora)).toMatchObject({ cause: { code: "AKENZA_CONNECTIVITY_WRONG" } });
    expect(lookUps()).toBe(asked + 1);
  },
);

test("D13 a device akenza does not know is tried, and does not keep others from being asked about", async () => {
  const { simulator, take } = await createWorld();
  const sensor = simulator.addDevice({ name: "sensor", connectivity: "HTTP" }).id;
  expect(await take("02ffffffffffffff", lora)).toMatchObject({
    status: "rejected",
    cause: { code: "AKENZA_REQUEST_REJECTED", message: expect.stringContaining("404") },
  });
  expect(await take(sensor, lora)).toMatchObject({ cause: { code: "AKENZA_CONNECTIVITY_WRONG" } });
});

test("a command sent by hand that names no downlink is akenza's to judge", async () => {
  const { simulator, take } = await createWorld();
  const { id } = simulator.addDevice({ name: "sensor", connectivity: "HTTP" });
  expect(await take(id, "what is this")).toMatchObject({
    status: "rejected",
    cause: { code: "AKENZA_REQUEST_REJECTED" },
  });
});

test("D13 a command that waits for the rate limit is not sent yet, and gives up when told to", async () => {
  const { simulator, rest } = await createWorld();
  const { id } = simulator.addDevice({ name: "valve" });
  const sender = new DownlinkSender(rest);
  const end = new AbortController();
  rest.connectivities.note({ id, connectivity: "LORA" });
  for (let n = 0; n < 1_000; n += 1) await rest.turn("inventory", never);
  const waiting = sender.ready(commandTo(id, lora), end.signal);
  end.abort(new Error("the engine stops"));
  await expect(waiting).rejects.toThrow("the engine stops");
  expect(simulator.requests.total).toBe(0);
});

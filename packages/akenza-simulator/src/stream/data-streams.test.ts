// The data stream as a client sees it, with the frames that akenza and its public clients print, as literals.
// What it is not: faults (faults/connection-faults.test.ts), the pace (driver.test.ts), who is let in (access.test.ts).
import { once } from "node:events";
import { expect, test } from "vitest";
import { ManualClock } from "../testing/manual-clock.ts";
import { startSimulator } from "../testing/start.ts";
import { connect, subscribe } from "../testing/stream-client.ts";

// Frames and ids as akenza's documentation and its public clients print them.
const DEVICE = { id: "02d2327fedce2128", name: "Meeting room", tags: [{ id: "7100000000000001", name: "Indoor" }] };
const OTHER = { id: "02bf028baeb96713", name: "Garden CO2" };

const start = () =>
  startSimulator({ fleet: {}, devices: [DEVICE, OTHER], clock: new ManualClock("2023-11-20T13:32:50.028Z") });

test("greets with both spellings of the time field", async () => {
  const client = await connect(await start());
  await client.until(() => client.frames.length === 1);
  expect(JSON.parse(String(client.frames[0]))).toEqual({
    type: "connected",
    message: "greeting message",
    timestamp: "2023-11-20T13:32:50.028Z",
    timeStamp: "2023-11-20T13:32:50.028Z",
  });
});

test("takes a subscription of a client that does not wait for the greeting", async () => {
  const simulator = await start();
  simulator.faults.withholdGreetings();
  const client = await connect(simulator);
  client.send('{ "type": "subscribe", "id": 1, "subscriptions": [ { "assetId": "02d2327fedce2128", "topic": "*" } ] }');
  expect(await client.message("subscribed")).toMatchObject({ replyTo: 1 });
  expect(client.messages).toHaveLength(1);
});

test("answers a subscription without id as the printed frame does", async () => {
  const simulator = await startSimulator({
    fleet: {},
    devices: [{ id: "abc123", name: "A device" }],
    clock: new ManualClock("2023-11-20T13:32:50.028Z"),
  });
  const client = await connect(simulator);
  client.send('{ "type": "subscribe", "subscriptions": [ { "assetId": "abc123", "topic": "*" } ] }');
  expect(await client.message("subscribed")).toEqual(
    JSON.parse(`{ "type": "subscribed", "replyTo": null, "timeStamp": "2023-11-20T13:32:50.028Z",
  "subscriptions": [ { "assetId": "abc123", "topic": "*", "tagId": null, "valid": true } ],
  "message": null }`),
  );
});

test("subscribes by tag", async () => {
  const simulator = await start();
  const client = await connect(simulator);
  client.send('{ "type": "subscribe", "id": 1, "subscriptions": [ { "tagId": "7100000000000001", "topic": "*" } ] }');
  const { subscriptions } = await client.message("subscribed");
  expect(subscriptions).toEqual([{ assetId: null, topic: "*", tagId: "7100000000000001", valid: true }]);
  simulator.emit({ deviceId: OTHER.id, data: { n: 1 } });
  simulator.emit({ deviceId: DEVICE.id, data: { n: 2 } });
  await client.until(() => client.samples.length === 1);
  expect(client.samples).toMatchObject([{ deviceId: DEVICE.id, data: { n: 2 } }]);
});

test("sends a sample in the printed envelope", async () => {
  const simulator = await start();
  const client = await subscribe(simulator, [DEVICE.id]);
  simulator.emit({
    deviceId: "02d2327fedce2128",
    topic: "default",
    timestamp: "2026-08-20T15:15:34.919Z",
    data: { temperature: 21.4, humidity: 45 },
  });
  expect(await client.message("sample_insert")).toEqual(
    JSON.parse(`{ "type": "sample_insert",
  "sample": { "deviceId": "02d2327fedce2128", "topic": "default",
              "timestamp": "2026-08-20T15:15:34.919Z",
              "data": { "temperature": 21.4, "humidity": 45 } } }`),
  );
});

test("refuses entries it does not know one by one, and keeps the others", async () => {
  const simulator = await start();
  const client = await connect(simulator);
  const wanted = [
    { assetId: "02d2327fedce2128", topic: "*" },
    { assetId: "0200000000000000", topic: "*" },
    { assetId: "*", topic: "*" },
    { tagId: "7100000000000009", topic: "*" },
    { workspaceId: "2222222222222222", topic: "*" },
    { assetId: "02d2327fedce2128", tagId: "7100000000000001", topic: "*" },
  ];
  client.send({ type: "subscribe", id: 3, subscriptions: wanted });
  const { subscriptions } = await client.message("subscribed");
  expect((subscriptions as { valid: boolean }[]).map(({ valid }) => valid)).toEqual([
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
  expect(simulator.subscriptions()).toEqual([
    { connection: "c1", subscriptions: [{ assetId: "02d2327fedce2128", tagId: null, topic: "*" }] },
  ]);
});

test("unsubscribes exactly what is named", async () => {
  const simulator = await start();
  const client = await subscribe(simulator, [DEVICE.id, OTHER.id]);
  client.send(
    '{ "type": "unsubscribe", "id": 7, "subscriptions": [ { "assetId": "02d2327fedce2128", "topic": "*" } ] }',
  );
  expect(await client.message("unsubscribed")).toMatchObject({
    replyTo: 7,
    subscriptions: [{ assetId: "02d2327fedce2128", topic: "*", tagId: null, valid: true }],
  });
  simulator.emit({ deviceId: DEVICE.id, data: { n: 1 } });
  simulator.emit({ deviceId: OTHER.id, data: { n: 2 } });
  await client.until(() => client.samples.length === 1);
  expect(client.samples).toMatchObject([{ deviceId: OTHER.id }]);
  client.send({ type: "unsubscribe", id: 8, subscriptions: [{ assetId: DEVICE.id, topic: "*" }] });
  await client.until(() => client.messages.some(({ replyTo }) => replyTo === 8));
  expect(client.messages.at(-1)).toMatchObject({ subscriptions: [{ valid: false }] });
});

test("sends a topic to those who asked for it, or for all", async () => {
  const simulator = await start();
  const [one, all] = [await connect(simulator), await connect(simulator)];
  one.send({ type: "subscribe", id: 1, subscriptions: [{ assetId: DEVICE.id, topic: "lifecycle" }] });
  all.send({ type: "subscribe", id: 1, subscriptions: [{ assetId: DEVICE.id, topic: "*" }] });
  await Promise.all([one.message("subscribed"), all.message("subscribed")]);
  for (const topic of ["default", "lifecycle"]) simulator.emit({ deviceId: DEVICE.id, topic, data: {} });
  await all.until(() => all.samples.length === 2);
  await one.until(() => one.samples.length === 1);
  expect(one.samples.map(({ topic }) => topic)).toEqual(["lifecycle"]);
  expect(all.samples.map(({ topic }) => topic)).toEqual(["default", "lifecycle"]);
});

test.each([
  ["once", 1],
  ["twice", 2],
] as const)("a device that matches an asset and a tag subscription comes %s", async (overlap, times) => {
  const simulator = await startSimulator({ fleet: {}, devices: [DEVICE, OTHER], overlap });
  const client = await connect(simulator);
  const wanted = [
    { assetId: DEVICE.id, topic: "*" },
    { assetId: DEVICE.id, topic: "default" },
    { tagId: "7100000000000001", topic: "*" },
    { assetId: OTHER.id, topic: "*" },
  ];
  client.send({ type: "subscribe", id: 1, subscriptions: wanted });
  await client.message("subscribed");
  simulator.emit({ deviceId: DEVICE.id, data: {} });
  simulator.emit({ deviceId: OTHER.id, data: {} });
  await client.until(() => client.samples.some(({ deviceId }) => deviceId === OTHER.id));
  expect(client.samples.filter(({ deviceId }) => deviceId === DEVICE.id)).toHaveLength(times);
});

test.each([
  ["a text for an id", '{ "type": "subscribe", "id": "1", "subscriptions": [] }', "id must be an integer"],
  ["a fraction for an id", '{ "type": "subscribe", "id": 1.5, "subscriptions": [] }', "id must be an integer"],
  ["an unknown type", '{ "type": "hello" }', 'unknown message type "hello"'],
  ["no type", '{ "id": 1 }', "a message needs a type"],
  ["no list", '{ "type": "subscribe", "id": 1 }', "subscriptions must be a list"],
  ["a list of texts", '{ "type": "subscribe", "subscriptions": ["02d2327fedce2128"] }', "subscriptions must be a list"],
  ["no object", "[]", "a message must be a JSON object"],
  ["no JSON", "subscribe!", "a message must be a JSON object"],
])("answers %s with an error frame and stays open", async (_, text, complaint) => {
  const client = await connect(await start());
  client.send(text);
  expect(await client.message("error")).toEqual({
    type: "error",
    replyTo: null,
    timeStamp: "2023-11-20T13:32:50.028Z",
    message: complaint,
  });
  client.send({ type: "ping", id: 2 });
  expect(await client.message("pong")).toMatchObject({ replyTo: 2 });
});

test("answers a binary frame with an error frame, and a protocol ping with a pong", async () => {
  const client = await connect(await start());
  client.socket.send(Buffer.from([1, 2, 3]), { binary: true });
  expect(await client.message("error")).toMatchObject({ message: "a message must be a text frame" });
  client.socket.ping("are you there");
  const [payload] = (await once(client.socket, "pong")) as [Buffer];
  expect(payload.toString()).toBe("are you there");
});

test("logs what it sent and was sent, and forgets a client that left", async () => {
  const simulator = await start();
  const client = await subscribe(simulator, [DEVICE.id]);
  simulator.emit({ deviceId: DEVICE.id, data: { n: 1 } });
  await simulator.sent.waitFor(({ type }) => type === "sample_insert");
  expect(simulator.sent.entries.map(({ type }) => type)).toEqual(["connected", "subscribed", "sample_insert"]);
  expect(simulator.received.entries).toMatchObject([{ connection: "c1", isBinary: false }]);
  client.socket.close(1000, "done");
  const closed = await simulator.connections.waitFor(({ event }) => event === "closed");
  expect(closed).toMatchObject({ connection: "c1", code: 1000, reason: "done" });
  expect(simulator.subscriptions()).toEqual([]);
});

test("a sample that is stored already is not sent again", async () => {
  const simulator = await start();
  const client = await subscribe(simulator, [DEVICE.id]);
  const timestamp = "2026-08-20T15:15:34.919Z";
  simulator.emit({ deviceId: DEVICE.id, timestamp, data: { n: 1 } });
  simulator.emit({ deviceId: DEVICE.id, timestamp: "2026-08-20T15:15:34.919000+00:00", data: { n: 2 } });
  simulator.emit({ deviceId: DEVICE.id, timestamp, topic: "lifecycle", data: { n: 3 } });
  await client.until(() => client.samples.length === 2);
  expect(client.samples.map(({ data }) => data)).toEqual([{ n: 1 }, { n: 3 }]);
  expect(simulator.state().samples).toMatchObject({ inserted: 2, refused: 1 });
});

import { createSimulator } from "@signalbox/akenza-simulator";
import { createManualClock, createRecordingLogger, createTestContext } from "@signalbox/core/testing";
import { expect, test } from "vitest";
import { akenzaConnection, akenzaSource } from "./index.ts";
import { AkenzaConnection } from "./connection.ts";
import { connectTo, read } from "./testing/harness.ts";
import { greet, startRawServer } from "./testing/raw-server.ts";

const air = "02d2327fedce2128";

test("create uses neither the clock nor a service", () => {
  const touched = (): never => {
    throw new Error("the clock was used before open");
  };
  const context = createTestContext({ clock: { now: touched, monotonic: touched, setTimer: touched } });
  const settings = akenzaConnection.schema.parse({ apiKey: "k" });
  expect(akenzaConnection.create(settings, context)).toBeInstanceOf(AkenzaConnection);
});

test("a connection that nobody uses opens no socket; closing is idempotent, also before and after use", async () => {
  const simulator = await createSimulator({ fleet: {} });
  const clock = createManualClock();
  const connection = await connectTo(simulator, { context: { clock } });
  await connection.close();
  await connection.close();
  expect(simulator.connections.total).toBe(0);
  const again = await connectTo(simulator, { context: { clock } });
  const pipeline = await read(
    again,
    { subscribe: [{ query: { workspace: simulator.workspaces[0]?.id } }] },
    { context: { clock } },
  );
  await pipeline.stop();
  await pipeline.source.close?.();
  await again.close();
  await simulator.until(() => simulator.subscriptions().length === 0);
  expect(clock.timers()).toEqual([]);
  await simulator.close();
});

test("an open that is aborted gives its place back", async () => {
  const server = await startRawServer(() => undefined);
  const connection = await connectTo(server);
  const source = akenzaSource.create(
    akenzaSource.schema.parse({ subscribe: [{ asset: air }] }),
    createTestContext({ connections: { akenza: connection } }),
  );
  const end = new AbortController();
  const opening = source.open?.(end.signal);
  const socket = await server.connection(1);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  end.abort(new Error("stopped"));
  await expect(opening).rejects.toThrow("stopped");
  await closed;
  expect(connection.report().state).toBe("idle");
  await connection.close();
  await server.close();
});

test("an akenza that is down at the start is no reason not to open: the status says so, and the socket comes up by itself", async () => {
  const server = await startRawServer();
  await server.close();
  const clock = createManualClock();
  const log = createRecordingLogger();
  const connection = await connectTo(server, { log, context: { clock } });
  const pipeline = await read(connection, { subscribe: [{ asset: air }] }, { context: { clock } });
  expect(pipeline.source.status?.()).toMatchObject({
    state: "waiting",
    detail: expect.stringContaining("tried again"),
  });
  await pipeline.stop();
  await connection.close();
});

test("a missing key is told as such and not tried", async () => {
  const connection = await connectTo({ url: "http://127.0.0.1:9" }, { settings: { apiKey: undefined } });
  await expect(read(connection, { subscribe: [{ asset: air }] })).rejects.toMatchObject({
    code: "AKENZA_KEY_MISSING",
    isRetryable: false,
  });
  await connection.close();
});

test("frames up to maxFrameSize are taken, larger ones end the connection", async () => {
  const server = await startRawServer((socket) => {
    greet(socket);
    socket.on("message", () => socket.send(JSON.stringify({ type: "subscribed", subscriptions: [] })));
  });
  const log = createRecordingLogger();
  const connection = await connectTo(server, {
    log,
    settings: { maxFrameSize: "2kB" },
    context: { clock: createManualClock() },
  });
  const pipeline = await read(connection, { subscribe: [{ asset: air }] });
  const sample = (second: number, filler: number): string =>
    JSON.stringify({
      type: "sample_insert",
      sample: { deviceId: air, timestamp: `2026-01-01T00:00:0${second}Z`, data: { filler: "x".repeat(filler) } },
    });
  const socket = await server.connection(1);
  socket.send(sample(1, 1_500));
  const [message] = await pipeline.has(1);
  expect(message?.meta.topic).toBe("default");
  socket.send(sample(2, 2_500));
  await log.whenLine((line) => line.fields.code === "AKENZA_FRAME_REFUSED");
  await pipeline.stop();
  await connection.close();
  await server.close();
});

test("the rate limit of the settings holds REST requests back", async () => {
  const simulator = await createSimulator({ fleet: {} });
  const clock = createManualClock();
  const connection = await connectTo(simulator, {
    settings: { rateLimit: { perSecond: 1, burst: 1 } },
    context: { clock },
  });
  const request = { method: "GET", path: "/v3/organizations", priority: "inventory" } as const;
  const never = new AbortController().signal;
  await connection.rest.send(request, never);
  const second = connection.rest.send(request, never);
  clock.advance(await clock.whenTimer((delayMs) => delayMs === 1_000));
  await second;
  expect(simulator.requests.total).toBe(2);
  await connection.close();
  await simulator.close();
});

test("requestTimeout of the settings ends a request without an answer", async () => {
  const simulator = await createSimulator({ fleet: {} });
  simulator.faults.failRequests({ hang: "before" });
  const clock = createManualClock();
  const connection = await connectTo(simulator, { settings: { requestTimeout: "7s" }, context: { clock } });
  const request = { method: "GET", path: "/v3/organizations", priority: "inventory" } as const;
  const sending = connection.rest.send(request, new AbortController().signal);
  clock.advance(await clock.whenTimer((delayMs) => delayMs === 7_000));
  expect(await sending).toMatchObject({ kind: "missing", problem: { message: expect.stringContaining("7000 ms") } });
  await connection.close();
  await simulator.close();
});

test("what stands behind its state can be looked at, and the devices it hears", async () => {
  const refuse = { type: "subscribed", subscriptions: [{ assetId: air, topic: "*", valid: false }] };
  const server = await startRawServer((socket) => {
    greet(socket);
    socket.on("message", () => socket.send(JSON.stringify(refuse)));
  });
  const connection = await connectTo(server, { context: { clock: createManualClock() } });
  const pipeline = await read(connection, { subscribe: [{ asset: air }] }, { pipeline: "climate" });
  expect(connection.details()).toMatchObject({
    state: "live",
    since: expect.any(String),
    subscriptions: 1,
    refused: [{ kind: "asset", id: air, topic: "*" }],
    detached: [],
  });
  // Nobody has heard of it; a pipeline waits for it all the same.
  expect(connection.devices.all()).toEqual([]);
  expect(connection.devices.get(air)).toMatchObject({ pipelines: ["climate"], streams: [] });
  expect(connection.devices.get("02ffffffffffffff")).toBeUndefined();
  const socket = await server.connection(1);
  const timestamp = "2026-01-01T00:00:01Z";
  const sample = { deviceId: air, topic: "life", timestamp, data: { battery: 3 } };
  socket.send(JSON.stringify({ type: "sample_insert", sample }));
  await pipeline.has(1);
  const heard = {
    device: air,
    pipelines: ["climate"],
    streams: [{ topic: "life", sampleAt: expect.stringContaining("2026-01-01T00:00:01"), isSilent: false }],
    gaps: [],
  };
  expect(connection.devices.all()).toMatchObject([heard]);
  expect(connection.devices.get(air)).toMatchObject(heard);
  await pipeline.stop();
  await connection.close();
  await server.close();
});

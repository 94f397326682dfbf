// The websocket sink on real servers: frames, losses, coming back, keep-alive.
// Not here: what the engine expects of every sink (conformance.test.ts).
import { once } from "node:events";
import { createServer } from "node:https";
import { type AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { testCertificates } from "../../testing/certificates.ts";
import { refusalOf, sinkFrom, testMessage } from "../../testing/component.ts";
import { createRecordingLogger, type TestContextOptions } from "../../testing/context.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { websocketSink } from "./websocket.ts";

const signal = new AbortController().signal;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A server that keeps the frames and connections it got. */
async function serve(options: ConstructorParameters<typeof WebSocketServer>[0] = {}) {
  const frames: string[] = [];
  const sockets: WebSocket[] = [];
  const headers: unknown[] = [];
  const waiting = new Set<() => void>();
  const look = (): void => waiting.forEach((each) => each());
  const server = new WebSocketServer({
    host: "127.0.0.1",
    ...(options.server === undefined ? { port: 0 } : {}),
    ...options,
  });
  server.on("connection", (socket, request) => {
    sockets.push(socket);
    headers.push(request.headers);
    socket.on("message", (data: Buffer, isBinary) => {
      frames.push(isBinary ? "binary" : data.toString());
      look();
    });
    look();
  });
  if (options.server === undefined) await once(server, "listening");
  const close = (): Promise<void> => {
    for (const socket of server.clients) socket.terminate();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  ends.push(close);
  const until = (isThere: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (isThere()) resolve();
        else waiting.add(check);
      };
      check();
    });
  const { port } = (options.server ?? server).address() as AddressInfo;
  return { frames, sockets, headers, until, close, port, url: `ws://127.0.0.1:${port}` };
}

async function openSink(yaml: string, options?: TestContextOptions) {
  const sink = sinkFrom(websocketSink, yaml, options);
  ends.unshift(() => sink.close?.());
  await sink.open?.(signal);
  return sink;
}

const notConnected = { status: "retryable", cause: { code: "WEBSOCKET_NOT_CONNECTED" } };

describe("websocket", () => {
  test("sends a JSON text frame per message, in order, and says delivered for each", async () => {
    const { url, frames, until } = await serve();
    const sink = await openSink(`websocket: { url: "${url}" }`);
    const results = await sink.write([testMessage({ a: 1 }), testMessage("ü"), testMessage(null)], signal);
    expect(results).toEqual([{ status: "delivered" }, { status: "delivered" }, { status: "delivered" }]);
    await sink.write([testMessage(4)], signal);
    await until(() => frames.length === 4);
    expect(frames).toEqual(['{"a":1}', '"ü"', "null", "4"]);
  });

  test("with batch a frame holds a list", async () => {
    const { url, frames, until } = await serve();
    const sink = await openSink(`websocket: { url: "${url}" }\nbatch: { count: 10 }`);
    await sink.write([testMessage(1), testMessage(2)], signal);
    await sink.write([testMessage(3)], signal);
    await until(() => frames.length === 2);
    expect(frames).toEqual(["[1,2]", "[3]"]);
  });

  test("a large burst arrives whole and in order", async () => {
    const { url, frames, until } = await serve();
    const sink = await openSink(`websocket: { url: "${url}" }`);
    const batch = Array.from({ length: 5_000 }, (_, index) => testMessage({ index, text: "x".repeat(200) }));
    await sink.write(batch, signal);
    await until(() => frames.length === 5_000);
    expect(frames.every((frame, index) => (JSON.parse(frame) as { index: number }).index === index)).toBe(true);
  });

  test("headers and auth go with the request that opens the connection", async () => {
    const { url, headers } = await serve();
    await openSink(`websocket: { url: "${url}", headers: { x-tenant: a }, auth: { bearer: t0ken } }`);
    expect(headers).toMatchObject([{ "x-tenant": "a", authorization: "Bearer t0ken" }]);
  });

  test("tls decides whom we trust", async () => {
    const server = createServer({ ...testCertificates.server });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    ends.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = await serve({ server });
    const tls = { ca: testCertificates.ca, servername: "device.test" };
    const url = `wss://127.0.0.1:${port}`;
    await expect(openSink(JSON.stringify({ websocket: { url } }))).rejects.toMatchObject({
      code: "WEBSOCKET_NOT_CONNECTED",
    });
    const sink = await openSink(JSON.stringify({ websocket: { url, tls } }));
    expect(await sink.write([testMessage(1)], signal)).toEqual([{ status: "delivered" }]);
  });

  test("open fails while there is no server, or one that refuses, and can be tried again", async () => {
    const { port, close } = await serve();
    await close();
    const yaml = `websocket: { url: "ws://127.0.0.1:${port}/feed?token=hidden" }`;
    const sink = sinkFrom(websocketSink, yaml);
    ends.unshift(() => sink.close?.());
    const failure = await sink.open?.(signal).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "WEBSOCKET_NOT_CONNECTED", isRetryable: true });
    expect(String(failure)).not.toContain("hidden");
    expect(await sink.write([testMessage(1)], signal)).toMatchObject([notConnected]);
    const refusing = await serve({ port, verifyClient: () => false });
    await expect(sink.open?.(signal)).rejects.toThrow("401");
    await refusing.close();
    await serve({ port });
    await sink.open?.(signal);
    expect(await sink.write([testMessage(1)], signal)).toEqual([{ status: "delivered" }]);
  });

  test("comes back by itself after a loss, with the sink's backoff, and says so", async () => {
    const { url, sockets, until } = await serve();
    const clock = createManualClock();
    const log = createRecordingLogger();
    const retry = { attempts: 8, backoffMs: 4_000, maxBackoffMs: 8_000 };
    const sink = await openSink(`websocket: { url: "${url}" }`, { clock, log, retry });
    await until(() => sockets.length === 1);
    sockets[0]?.terminate();
    await log.whenLine((line) => line.sentence === "WebSocket lost; connecting again.");
    expect(await sink.write([testMessage(1)], signal)).toMatchObject([notConnected]);
    const [delayMs = 0] = clock.timers();
    expect(delayMs).toBeGreaterThanOrEqual(2_000);
    expect(delayMs).toBeLessThanOrEqual(4_000);
    clock.advance(delayMs);
    await until(() => sockets.length === 2);
    await log.whenLine((line) => line.sentence === "WebSocket connected." && log.lines.indexOf(line) > 1);
    expect(await sink.write([testMessage(1)], signal)).toEqual([{ status: "delivered" }]);
  });

  test("waits longer after each failed try, up to maxBackoff", async () => {
    const { port, sockets, until, close } = await serve();
    const clock = createManualClock();
    const log = createRecordingLogger();
    const retry = { attempts: 8, backoffMs: 1_000, maxBackoffMs: 2_000 };
    await openSink(`websocket: { url: "ws://127.0.0.1:${port}" }`, { clock, log, retry });
    await until(() => sockets.length === 1);
    await close();
    for (const atLeast of [500, 1_000, 1_000]) {
      const delayMs = await clock.whenTimer((each) => each <= 2_000);
      expect(delayMs).toBeGreaterThanOrEqual(atLeast);
      clock.advance(delayMs);
    }
  });

  test("gives up a connection that no longer answers pings", async () => {
    const { url, sockets, until } = await serve({ autoPong: false });
    const clock = createManualClock();
    const log = createRecordingLogger();
    await openSink(`websocket: { url: "${url}", pingInterval: 5s }`, { clock, log });
    await until(() => sockets.length === 1);
    const pinged = once(sockets[0]!, "ping");
    clock.advance(5_000);
    await pinged;
    clock.advance(5_000);
    const { fields } = await log.whenLine((line) => line.level === "warn");
    expect(fields["cause"]).toContain("the connection ended");
  });

  test("keeps a connection that answers", async () => {
    const { url, sockets, until } = await serve();
    const clock = createManualClock();
    const sink = await openSink(`websocket: { url: "${url}" }`, { clock });
    await until(() => sockets.length === 1);
    for (let turn = 0; turn < 3; turn += 1) {
      const pinged = once(sockets[0]!, "ping");
      clock.advance(30_000);
      await pinged;
      // The answer to our ping is on its way before the answer to this one.
      const echoed = once(sockets[0]!, "pong");
      sockets[0]?.ping();
      await echoed;
      expect(await sink.write([testMessage(turn)], signal)).toEqual([{ status: "delivered" }]);
    }
    expect(sockets.length).toBe(1);
  });

  test("an aborted write is over at once and tried again", async () => {
    const { url } = await serve();
    const sink = await openSink(`websocket: { url: "${url}" }`);
    expect(await sink.write([testMessage(1)], AbortSignal.abort())).toMatchObject([
      { status: "retryable", cause: { code: "SINK_TIMEOUT" } },
    ]);
  });

  test("a write to a reader that stands still is given up when its time is over", async () => {
    const { url, sockets, until } = await serve();
    const sink = await openSink(`websocket: { url: "${url}" }`);
    await until(() => sockets.length === 1);
    sockets[0]?.pause();
    const stop = new AbortController();
    const batch = Array.from({ length: 200 }, () => testMessage("x".repeat(100_000)));
    const results = sink.write(batch, stop.signal);
    stop.abort();
    expect((await results).map((each) => each.status)).toEqual(batch.map(() => "retryable"));
  });

  test("closing says goodbye, ends the coming back, and can be repeated", async () => {
    const { url, sockets, until } = await serve();
    const sink = await openSink(`websocket: { url: "${url}" }`);
    await until(() => sockets.length === 1);
    const closed = once(sockets[0]!, "close");
    await sink.close?.();
    await sink.close?.();
    expect((await closed)[0]).toBe(1000);
    expect(await sink.write([testMessage(1)], signal)).toMatchObject([notConnected]);
  });

  test("an oversized frame from the other side ends the connection, not the process", async () => {
    const { url, sockets, until } = await serve();
    const log = createRecordingLogger();
    await openSink(`websocket: { url: "${url}" }`, { log, clock: createManualClock() });
    await until(() => sockets.length === 1);
    sockets[0]?.on("error", () => undefined);
    sockets[0]?.send("x".repeat(2 * 1024 * 1024));
    const { fields } = await log.whenLine((line) => line.level === "warn");
    expect(fields["cause"]).toContain("Max payload size exceeded");
  });

  test.each([
    ['websocket: { url: "http://x" }', 'CONFIG_VALUE_INVALID: "http://x"'],
    ['websocket: { url: "ws://x", tls: {} }', "CONFIG_VALUE_INVALID: {"],
    ["websocket: { url: nowhere }", "CONFIG_VALUE_INVALID: nowhere"],
    [
      'websocket: { url: "ws://x", auth: { bearer: t }, headers: { authorization: x } }',
      "CONFIG_VALUE_INVALID: { bearer: t",
    ],
  ])("%s is refused", (yaml, refusal) => {
    expect(refusalOf(websocketSink, yaml)).toBe(refusal);
  });
});

import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { Simulator } from "../contract.ts";
import { Activity } from "../entry-log.ts";
import { isRecord } from "../sample.ts";
import type { Sample } from "../sample.ts";

/** A data stream as a client sees it. */
export interface StreamClient {
  readonly socket: WebSocket;
  /** Everything that came, in order; binary frames as Buffers. */
  readonly frames: readonly (string | Buffer)[];
  /** The frames that are JSON objects. */
  readonly messages: readonly Record<string, unknown>[];
  readonly samples: readonly Sample[];
  send(message: unknown): void;
  /** The first message of this type, now or later. */
  message(type: string): Promise<Record<string, unknown>>;
  until(condition: () => boolean): Promise<void>;
  closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** Connects to the data stream with the simulator's key, or with another query. */
export async function connect(simulator: Simulator, query = `xApiKey=${simulator.apiKey}`): Promise<StreamClient> {
  const client = createClient(`${simulator.webSocketUrl}?${query}`);
  await once(client.socket, "open");
  return client;
}

/** Connects and subscribes to all topics of these devices. */
export async function subscribe(simulator: Simulator, assetIds: readonly string[]): Promise<StreamClient> {
  const client = await connect(simulator);
  client.send({ type: "subscribe", id: 1, subscriptions: assetIds.map((assetId) => ({ assetId, topic: "*" })) });
  await client.message("subscribed");
  return client;
}

/** The answer to an upgrade that is refused. */
export async function refusal(
  simulator: Simulator,
  query = `xApiKey=${simulator.apiKey}`,
  path = "/v3/data-streams",
): Promise<{ status: number; headers: IncomingMessage["headers"]; body: Record<string, unknown> }> {
  const socket = new WebSocket(`ws://127.0.0.1:${simulator.port}${path}?${query}`);
  socket.on("error", () => undefined);
  onTestFinished(() => socket.terminate());
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

function createClient(url: string): StreamClient {
  const socket = new WebSocket(url);
  const activity = new Activity();
  const frames: (string | Buffer)[] = [];
  const messages: Record<string, unknown>[] = [];
  onTestFinished(() => socket.terminate());
  socket.on("error", () => undefined);
  socket.on("message", (data, isBinary) => {
    const frame = isBinary ? (data as Buffer) : (data as Buffer).toString();
    frames.push(frame);
    const value = typeof frame === "string" ? parse(frame) : undefined;
    if (isRecord(value)) messages.push(value);
    activity.notify();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  return {
    socket,
    frames,
    messages,
    get samples() {
      return messages.filter(({ type }) => type === "sample_insert").map(({ sample }) => sample as Sample);
    },
    send: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    async message(type) {
      await activity.until(() => messages.some((message) => message["type"] === type));
      return messages.find((message) => message["type"] === type) as Record<string, unknown>;
    },
    until: (condition) => activity.until(condition),
    closed,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { z } from "zod";
import { delivered, failed, type Sink, type WriteResult } from "../../component/contracts.ts";
import { defineSink, type SinkContext } from "../../component/definition.ts";
import { duration } from "../../component/fields.ts";
import { SignalboxError, toSignalboxError } from "../../errors/error.ts";
import type { Message } from "../../message.ts";
import { auth, authHeaders, headerName, tls, tlsOptions } from "./network.ts";
import { WebSocketClient } from "./websocket-client.ts";

const schema = z
  .strictObject({
    url: z
      .string()
      .refine((text) => URL.canParse(text) && /^wss?:$/.test(new URL(text).protocol), "is not a ws or wss URL")
      .describe("Where to, `ws:` or `wss:`."),
    headers: z.record(headerName, z.string()).default({}).describe("Headers of the request that opens the connection."),
    auth: auth.optional().describe("Who we are to the server: one of `basic`, `bearer`, `apiKey`."),
    tls: tls.optional().describe("Certificates and trust."),
    pingInterval: duration()
      .prefault("30s")
      .describe("How often the connection is pinged; one that did not answer by the next time is given up."),
  })
  .refine((config) => config.tls === undefined || config.url.startsWith("wss:"), {
    message: "`tls` belongs to a wss URL",
    path: ["tls"],
  })
  .refine(
    (config) => config.auth === undefined || !Object.keys(config.headers).some((name) => /^authorization$/i.test(name)),
    {
      message: "`auth` and an `authorization` header exclude each other",
      path: ["auth"],
    },
  );

type WebSocketConfig = z.output<typeof schema>;

export const websocketSink = defineSink({
  name: "websocket",
  summary: "Sends messages over one WebSocket connection, a JSON text frame each.",
  description: `
The connection is opened at the start and kept: when it ends it is opened again in the background, with the \`backoff\` and
\`maxBackoff\` of the sink's \`retry\`. While there is none, messages are parked and tried again.

A message is delivered once the operating system has its frame: WebSocket knows no receipt, so what was on its way when a
connection broke may be lost, and a write whose end is unknown is sent again. Frames from the other side are read and not used.
Messages go out in order; many that are due at once leave in one write. With \`batch\` a frame holds a JSON list of bodies.
`,
  schema,
  examples: [
    {
      title: "A frame per message",
      yaml: `websocket: { url: "wss://live.example.com/feed", auth: { bearer: "\${FEED_TOKEN}" } }`,
    },
    {
      title: "Lists of messages, back within ten seconds",
      yaml: `websocket: { url: "ws://dashboard.local:9000", pingInterval: 10s }
batch: { count: 100, linger: 250ms }
retry: { attempts: 20, backoff: 500ms, maxBackoff: 10s }`,
    },
  ],
  defaults: { batchCount: 500, concurrency: 1, timeoutMs: 30_000 },
  create: (config, context) => createWebSocket(config, context),
});

function createWebSocket(config: WebSocketConfig, context: SinkContext): Sink {
  const client = new WebSocketClient({
    url: config.url,
    options: { ...tlsOptions(config.tls), headers: { ...authHeaders(config.auth), ...config.headers } },
    pingIntervalMs: config.pingInterval,
    backoff: context.retry,
    clock: context.clock,
    log: context.log,
  });
  return {
    open: (signal) => client.open(signal),
    write,
    close: () => client.close(),
  };

  async function write(batch: readonly Message[], signal: AbortSignal): Promise<readonly WriteResult[]> {
    const results: WriteResult[] = [];
    const frames: string[] = [];
    const indexes: number[] = [];
    for (const [index, message] of batch.entries()) {
      try {
        frames.push(JSON.stringify(message.body ?? null));
        indexes.push(index);
      } catch (error) {
        results[index] = failed(toSignalboxError(error, "SINK_WRITE_FAILED"));
      }
    }
    if (frames.length === 0) return results;
    const result = await send(context.isBatched ? [`[${frames.join(",")}]`] : frames, signal);
    for (const index of indexes) results[index] = result;
    return results;
  }

  async function send(frames: readonly string[], signal: AbortSignal): Promise<WriteResult> {
    try {
      await client.send(frames, signal);
      return delivered;
    } catch (error) {
      if (error instanceof SignalboxError) return failed(error);
      return failed(toSignalboxError(error, "SINK_TIMEOUT", { isRetryable: true }));
    }
  }
}

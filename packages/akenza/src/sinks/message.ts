import {
  connectionName,
  defineSink,
  delivered,
  failed,
  type Message,
  toSignalboxError,
  type WriteResult,
} from "@signalbox/core";
import { z } from "zod";
import { akenzaConnectionOf } from "../connection.ts";

const schema = z.strictObject({
  connection: connectionName("akenza").default("akenza").describe("Name of the akenza connection."),
  withId: z
    .boolean()
    .default(false)
    .describe("Whether a JSON object without an `id` gets one: an integer that its answer repeats as `replyTo`."),
});

export const akenzaMessageSink = defineSink({
  name: "akenzaMessage",
  summary: "Any JSON over the WebSocket of an akenza connection.",
  description: `
Sends the message's body as one text frame on the socket that the connection's pipelines share. It is for what akenza's
socket understands and this connector does not: a ping, a subscription of one's own. Commands to devices go by
\`akenzaDownlink\`; akenza documents none over the socket.

Delivered means: handed to the network while the socket was live. An answer comes back as a \`frame\` event of the
\`akenza\` source; with \`withId\` its \`replyTo\` is the message's \`id\`. While the socket is not connected, writes are tried
again. What is sent is lost where the connection breaks right afterwards: akenza's socket acknowledges nothing.
`.trim(),
  schema,
  examples: [
    { title: "Send what the steps made", yaml: "akenzaMessage: {}" },
    {
      title: "A ping whose answer can be told",
      yaml: 'akenzaMessage: { withId: true }\ntransform: \'{ "type": "ping" }\'',
    },
  ],
  // One write at a time: frames keep the order of their messages.
  defaults: { batchCount: 100, concurrency: 1, timeoutMs: 30_000 },
  create(config, context) {
    const connection = akenzaConnectionOf(context, config.connection);
    let release: (() => Promise<void>) | undefined;

    async function send(message: Message): Promise<WriteResult> {
      try {
        const text = JSON.stringify(bodyOf(message.body));
        if (text === undefined) throw new Error("the message has no JSON body");
        await connection.sendMessage(text);
        return delivered;
      } catch (error) {
        return failed(toSignalboxError(error, "SINK_WRITE_FAILED"));
      }
    }

    function bodyOf(body: unknown): unknown {
      const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
      if (!config.withId || !isObject || "id" in body) return body;
      return { ...body, id: connection.nextMessageId() };
    }

    return {
      async open() {
        release ??= connection.hold();
        await connection.tried();
      },
      async close() {
        const end = release;
        release = undefined;
        await end?.();
      },
      write: (batch) => Promise.all(batch.map(send)),
    };
  },
});

import { once } from "node:events";
import type { Streamed } from "@signalbox/core";
import type { FastifyReply } from "fastify";

const heartbeatMs = 15_000;

/** The texts of what goes to several readers. */
const texts = new WeakMap<object, string>();

export interface EventOptions {
  readonly toJson: (value: unknown) => string;
  /** Cuts the stream off. */
  readonly until?: AbortSignal | undefined;
}

/**
 * Sends a streamed answer as server-sent events, `data: {JSON}` each; `event: end` says that there will be no more, so that a
 * browser need not ask again. Resolves when it has ended, or nobody reads it; fails as the stream does, cut off then.
 */
export async function sendEvents(
  reply: FastifyReply,
  { begin, isShared }: Streamed,
  { toJson, until }: EventOptions,
): Promise<void> {
  reply.hijack();
  const response = reply.raw;
  const gone = new AbortController();
  const cut = (): void => void response.destroy();
  until?.addEventListener("abort", cut);
  response.on("close", () => gone.abort());
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) response.setHeader(name, value);
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.flushHeaders();
  // Proxies close what is silent; a reader that is gone without a word is noticed by writing.
  const heartbeat = setInterval(() => response.write(":\n\n"), heartbeatMs).unref();
  try {
    for await (const thing of begin(gone.signal)) {
      if (gone.signal.aborted) return;
      if (!response.write(`data: ${isShared ? textOf(thing, toJson) : toJson(thing)}\n\n`)) {
        await once(response, "drain", { signal: gone.signal }).catch(() => undefined);
      }
    }
    response.end("event: end\ndata: {}\n\n");
  } catch (error) {
    response.destroy();
    throw error;
  } finally {
    clearInterval(heartbeat);
    until?.removeEventListener("abort", cut);
  }
}

function textOf(thing: object, toJson: (value: unknown) => string): string {
  const known = texts.get(thing);
  if (known !== undefined) return known;
  const text = toJson(thing);
  texts.set(thing, text);
  return text;
}

import { webhookSource } from "../components/sources/webhook.ts";
import type { Source } from "../component/contracts.ts";
import { silentLogger } from "../log.ts";
import type { Delivery, Message } from "../message.ts";
import { sourceFrom } from "./component.ts";
import type { TestContextOptions } from "./context.ts";
import { emptyStore } from "./empty-store.ts";
import { createHttpListener } from "./services.ts";

export interface WebhookAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

/** The engine's HTTP listener, webhook sources on it, and a caller of them. */
export interface WebhookCaller {
  /** Opens a source with these fields (flow style) that answers when a message is settled and remembers no ids; its path is /hook unless given. */
  open(fields?: string, options?: TestContextOptions): Promise<{ source: Source; next(): Promise<Delivery> }>;
  /** The same, and settles everything that comes, and keeps it. */
  openAndSettle(fields?: string, options?: TestContextOptions): Promise<{ source: Source; taken: readonly Message[] }>;
  call(init?: RequestInit, path?: string): Promise<WebhookAnswer>;
  stop(): Promise<void>;
}

export async function createWebhookCaller(): Promise<WebhookCaller> {
  const http = createHttpListener({ host: "127.0.0.1", port: 0, log: silentLogger });
  await http.open();
  const sources: Source[] = [];

  async function open(fields = "", options: TestContextOptions = {}) {
    const path = fields.includes("path:") ? "" : "path: /hook, ";
    // Remembering takes a store (webhook-suite.ts has them all).
    const yaml = `webhook: { ${path}respond: settled, idempotency: off, ${fields} }`;
    const source = sourceFrom(webhookSource, yaml, {
      ...options,
      services: { http, store: emptyStore, ...options.services },
    });
    sources.push(source);
    await source.open?.(new AbortController().signal);
    const batches = source.deliveries(new AbortController().signal)[Symbol.asyncIterator]();
    const waiting: Delivery[] = [];
    const next = async (): Promise<Delivery> => {
      if (waiting.length === 0) waiting.push(...((await batches.next()).value as readonly Delivery[]));
      const [first] = waiting.splice(0, 1);
      if (first === undefined) throw new Error("the source ended");
      return first;
    };
    return { source, next };
  }

  return {
    open,
    async openAndSettle(fields, options) {
      const { source } = await open(fields, options);
      const taken: Message[] = [];
      void settleAll(source, taken);
      return { source, taken };
    },
    async call(init = {}, path = "/hook") {
      const response = await fetch(`${http.url}${path}`, { method: "POST", ...init });
      const { status, headers } = response;
      return { status, body: (await response.json()) as Record<string, unknown>, headers };
    },
    async stop() {
      for (const source of sources) await source.close?.();
      await http.close();
    },
  };
}

async function settleAll(source: Source, taken: Message[]): Promise<void> {
  for await (const batch of source.deliveries(new AbortController().signal)) {
    for (const { message, ack } of batch) {
      taken.push(message);
      ack({ delivered: 1, discarded: 0, deadLettered: 0, parked: 0 });
    }
  }
}

/** A request with a JSON body: text as it is, everything else written as JSON. */
export function jsonRequest(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  };
}

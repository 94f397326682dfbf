import { createHash, randomUUID } from "node:crypto";
import type { SourceContext } from "../../component/definition.ts";
import type { Expression } from "../../component/expression.ts";
import type { HttpRequest } from "../../component/services.ts";
import { SignalboxError } from "../../errors/error.ts";
import type { Message, Meta } from "../../message.ts";
import { isTraceparent } from "../../traceparent.ts";
import { credentialHeaders } from "./webhook-auth.ts";
import { readBody } from "./webhook-body.ts";
import type { WebhookConfig } from "./webhook-config.ts";
import type { Identity } from "./webhook-rows.ts";

const longestId = 200;

/** The message of a request, and what its caller can be recognised by when it calls again; undefined for nothing. */
export interface Incoming {
  readonly message: Message;
  readonly identity: Identity | undefined;
}

/** Makes the message of a request. Throws BodyRefused, or an error of the request's own: its caller can mend it. */
export function createReader(
  config: WebhookConfig,
  context: SourceContext,
): (request: HttpRequest) => Promise<Incoming> {
  const hidden = credentialHeaders(config.auth);
  return async (request) => {
    const { headers } = request;
    const body = readBody(request.body, headers["content-type"]);
    const receivedAt = new Date(context.clock.now()).toISOString();
    const traceparent = headers["traceparent"];
    const meta: Meta = {
      pipeline: context.pipeline,
      source: "webhook",
      time: receivedAt,
      receivedAt,
      ...(traceparent !== undefined && isTraceparent(traceparent) ? { traceparent } : {}),
      request: {
        method: request.method,
        path: request.path,
        params: request.params,
        query: request.query,
        headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !hidden.has(name))),
      },
    };
    const seed: Message = { id: headers["idempotency-key"] ?? randomUUID(), meta, body };
    const message = { id: await idOf(config.id, seed), meta: { ...meta, ...(await ownMeta(config, seed)) }, body };
    return { message, identity: identityOf(config, request) };
  };
}

function identityOf(config: WebhookConfig, request: HttpRequest): Identity | undefined {
  // The author says which requests are one event; a sender may count its tries or say the time in each.
  if (config.id !== undefined) return {};
  if (request.headers["idempotency-key"] === undefined) return undefined;
  const hash = createHash("sha256")
    .update(JSON.stringify([request.path, request.query]))
    .update(request.body);
  return { fingerprint: hash.digest("base64url") };
}

async function ownMeta(config: WebhookConfig, seed: Message): Promise<Partial<Meta>> {
  const device = await textOf(config.device, "device", seed);
  const topic = await textOf(config.topic, "topic", seed);
  const time = config.time === undefined ? undefined : timeOf(await config.time.evaluate(seed));
  return {
    ...(device === undefined ? {} : { device }),
    ...(topic === undefined ? {} : { topic }),
    ...(time === undefined ? {} : { time }),
  };
}

async function idOf(expression: Expression | undefined, seed: Message): Promise<string> {
  const id = expression === undefined ? seed.id : await textOf(expression, "id", seed);
  if (id === undefined || id === "") throw invalid("the request gives no id for its message");
  if (id.length > longestId) throw invalid(`the id of a message has at most ${longestId} characters`);
  return id;
}

async function textOf(expression: Expression | undefined, name: string, seed: Message): Promise<string | undefined> {
  const value = await expression?.evaluate(seed);
  if (typeof value === "string" || value === undefined) return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw invalid(`the ${name} that the request gives is neither text nor a number`);
}

function timeOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const time = typeof value === "string" || typeof value === "number" ? new Date(value) : undefined;
  if (time !== undefined && !Number.isNaN(time.getTime())) return time.toISOString();
  throw invalid("the time that the request gives is none");
}

function invalid(problem: string): SignalboxError {
  return new SignalboxError("WEBHOOK_FIELD_INVALID", problem);
}

import { createHash } from "node:crypto";
import type { SinkContext } from "../../component/definition.ts";
import type { Template } from "../../component/expression.ts";
import { SignalboxError, toSignalboxError } from "../../errors/error.ts";
import type { Message } from "../../message.ts";
import type { HttpConfig } from "./http-config.ts";
import { authHeaders, isHttpUrl } from "./network.ts";

/** One request to make, and which messages of the batch it carries. */
export interface HttpCall {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly indexes: readonly number[];
}

export interface HttpCalls {
  readonly calls: readonly HttpCall[];
  /** Messages no request can be made of, by index. */
  readonly refused: ReadonlyMap<number, SignalboxError>;
}

interface Target {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

interface Group extends Target {
  readonly indexes: number[];
  readonly messages: Message[];
  readonly texts: string[];
}

type BodyKind = "json" | "form" | "text" | "none";

const contentTypes: Readonly<Record<BodyKind, string | undefined>> = {
  json: "application/json",
  form: "application/x-www-form-urlencoded",
  text: "text/plain; charset=utf-8",
  none: undefined,
};

/** Makes the requests of a batch: one per message, or with `batch` one per URL and headers. */
export function createRequests(
  config: HttpConfig,
  context: SinkContext,
): (batch: readonly Message[]) => Promise<HttpCalls> {
  const kind = config.body ?? (config.method === "GET" || config.method === "DELETE" ? "none" : "json");
  const isList = context.isBatched && (kind === "json" || kind === "text");
  const targetOf = createTargets(config, kind);

  return async (batch) => {
    const refused = new Map<number, SignalboxError>();
    const groups = new Map<string, Group>();
    for (const [index, message] of batch.entries()) {
      try {
        const target = await targetOf(message);
        const key = isList ? JSON.stringify([target.url.href, target.headers]) : String(index);
        const group = groups.get(key) ?? { ...target, indexes: [], messages: [], texts: [] };
        group.texts.push(textOf(message, kind));
        group.indexes.push(index);
        group.messages.push(message);
        groups.set(key, group);
      } catch (error) {
        refused.set(index, toSignalboxError(error, "HTTP_REQUEST_INVALID"));
      }
    }
    return { calls: [...groups.values()].map(callOf), refused };
  };

  function callOf({ url, headers, indexes, messages, texts }: Group): HttpCall {
    const [first] = messages;
    const traceparent = messages.length === 1 ? first?.meta.traceparent : undefined;
    const own = {
      "idempotency-key": idempotencyKey(context, messages),
      ...(traceparent === undefined ? {} : { traceparent }),
    };
    return { url, headers: { ...own, ...headers }, body: joined(texts), indexes };
  }

  function joined(texts: readonly string[]): string | null {
    if (kind === "none") return null;
    if (!isList) return texts.join("");
    return kind === "json" ? `[${texts.join(",")}]` : texts.join("\n");
  }
}

/** The same for the same messages at each try, and different for any others. */
function idempotencyKey({ pipeline, name }: SinkContext, messages: readonly Message[]): string {
  const identity = [pipeline, name, ...messages.map((message) => message.id)];
  return createHash("sha256").update(JSON.stringify(identity)).digest("hex");
}

function createTargets(config: HttpConfig, kind: BodyKind): (message: Message) => Promise<Target> {
  const contentType = contentTypes[kind];
  const fixed = { ...(contentType === undefined ? {} : { "content-type": contentType }), ...authHeaders(config.auth) };
  const named = Object.entries(config.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  let constantUrl: URL | undefined;
  return async (message) => {
    const url = constantUrl ?? parseUrl(config.url, await config.url.render(message));
    if (config.url.isConstant) constantUrl = url;
    const headers: Record<string, string> = { ...fixed };
    for (const [name, value] of named) headers[name] = await value.render(message);
    return { url, headers };
  };
}

function parseUrl(template: Template, text: string): URL {
  if (!isHttpUrl(text)) throw invalidUrl(template, "the rendered URL is not an http or https URL");
  const url = new URL(text);
  if (url.username + url.password !== "") throw invalidUrl(template, "the URL holds a user or password");
  return url;
}

function invalidUrl(template: Template, problem: string): SignalboxError {
  const hint = "look at what its holes give; credentials belong under `auth`";
  return new SignalboxError("HTTP_REQUEST_INVALID", problem, { at: template.at, hint });
}

function textOf({ body }: Message, kind: BodyKind): string {
  if (kind === "none") return "";
  if (kind === "text" && typeof body === "string") return body;
  return kind === "form" ? formOf(body) : JSON.stringify(body ?? null);
}

function formOf(body: unknown): string {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new SignalboxError("HTTP_REQUEST_INVALID", "a form is made of an object's fields, and the body is none", {
      hint: "shape it with the sink's `transform`",
    });
  }
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      form.append(name, typeof each === "string" ? each : JSON.stringify(each));
    }
  }
  return form.toString();
}

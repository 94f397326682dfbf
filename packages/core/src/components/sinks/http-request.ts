import { hash } from "node:crypto";
import type { SinkContext } from "../../component/definition.ts";
import { type SignalboxError, toSignalboxError } from "../../errors/error.ts";
import type { Message } from "../../message.ts";
import { isSampled } from "../../traceparent.ts";
import { bodyKindOf, contentTypes, textOf } from "./http-body.ts";
import type { HttpConfig } from "./http-config.ts";
import { createTargets, type HttpTarget } from "./http-target.ts";

/** One request to make. */
export interface HttpCall {
  readonly target: HttpTarget;
  /** Names, in lower case, and values in turn. */
  readonly headers: string[];
  readonly body: string | null;
}

export interface HttpRequests {
  /** Whether a request carries several messages. */
  readonly areLists: boolean;
  /** The request of a message; fails where none can be made of it. A promise only where an expression must wait. */
  ofOne(message: Message): HttpCall | Promise<HttpCall>;
  /** The requests of a batch, one per URL and headers. Never rejects. */
  ofMany(batch: readonly Message[]): Promise<HttpLists>;
}

export interface HttpLists {
  readonly lists: readonly { readonly call: HttpCall; readonly indexes: readonly number[] }[];
  /** Messages no request can be made of, by index. */
  readonly refused: ReadonlyMap<number, SignalboxError>;
}

interface Group {
  readonly target: HttpTarget;
  readonly indexes: number[];
  readonly messages: Message[];
  readonly texts: string[];
}

export function createRequests(config: HttpConfig, context: SinkContext): HttpRequests {
  const kind = bodyKindOf(config);
  const contentType = contentTypes[kind];
  const targets = createTargets(config, contentType === undefined ? {} : { "content-type": contentType });
  const keyOf = createKeys(context);

  function callOf(target: HttpTarget, messages: readonly Message[], text: string): HttpCall {
    const own: string[] = targets.has("idempotency-key") ? [] : ["idempotency-key", keyOf(messages)];
    const traceparent = traceparentOf(messages);
    if (traceparent !== undefined && !targets.has("traceparent")) own.push("traceparent", traceparent);
    return { target, headers: target.headers.concat(own), body: kind === "none" ? null : text };
  }

  function listOf({ target, indexes, messages, texts }: Group): HttpLists["lists"][number] {
    const text = kind === "json" ? `[${texts.join(",")}]` : texts.join("\n");
    return { call: callOf(target, messages, text), indexes };
  }

  return {
    areLists: context.isBatched && (kind === "json" || kind === "text"),
    ofOne(message) {
      const text = textOf(message, kind);
      const target = targets.of(message);
      if (target instanceof Promise) return target.then((late) => callOf(late, [message], text));
      return callOf(target, [message], text);
    },
    async ofMany(batch) {
      const refused = new Map<number, SignalboxError>();
      const groups = new Map<string, Group>();
      for (const [index, message] of batch.entries()) {
        try {
          const text = textOf(message, kind);
          addTo(groups, await targets.of(message), { index, message, text });
        } catch (error) {
          refused.set(index, toSignalboxError(error, "HTTP_REQUEST_INVALID"));
        }
      }
      return { lists: [...groups.values()].map(listOf), refused };
    },
  };
}

/** A request has one place in one trace: that of its message, or of the first of several whose trace is recorded. */
function traceparentOf(messages: readonly Message[]): string | undefined {
  const [first] = messages;
  if (messages.length === 1) return first?.meta.traceparent;
  return messages.find(({ meta }) => meta.traceparent !== undefined && isSampled(meta.traceparent))?.meta.traceparent;
}

interface Member {
  readonly index: number;
  readonly message: Message;
  readonly text: string;
}

function addTo(groups: Map<string, Group>, target: HttpTarget, { index, message, text }: Member): void {
  const key = JSON.stringify([target.url.href, target.headers]);
  const group = groups.get(key) ?? { target, indexes: [], messages: [], texts: [] };
  group.indexes.push(index);
  group.messages.push(message);
  group.texts.push(text);
  groups.set(key, group);
}

/** Makes idempotency keys: the same for the same messages at each try, and different for any others. */
function createKeys({ pipeline, name }: SinkContext): (messages: readonly Message[]) => string {
  const sink = `${JSON.stringify(pipeline)},${JSON.stringify(name)}`;
  return (messages) => {
    const ids = messages.map((message) => JSON.stringify(message.id));
    return hash("sha256", `[${sink},${ids.join(",")}]`);
  };
}

import { isRecord } from "../sample.ts";

/** An entry of a client's message before anybody looked whether it exists. */
export interface WantedSubscription {
  readonly assetId: string | null;
  readonly tagId: string | null;
  readonly topic: string;
}

export type ClientMessage =
  | {
      readonly type: "subscribe" | "unsubscribe";
      readonly id: number | null;
      readonly subscriptions: readonly WantedSubscription[];
      readonly accessToken?: string;
    }
  | { readonly type: "ping"; readonly id: number | null }
  | { readonly type: "rubbish"; readonly complaint: string };

/** Reads one text frame. Whatever is wrong with it is told to the client in an `error` frame. */
export function readClientMessage(text: string): ClientMessage {
  const value = parse(text);
  if (!isRecord(value)) return rubbish("a message must be a JSON object");
  const { type, id } = value;
  if (typeof type !== "string") return rubbish("a message needs a type");
  if (!isMessageId(id)) return rubbish("id must be an integer");
  if (type === "ping") return { type, id: id ?? null };
  if (type !== "subscribe" && type !== "unsubscribe") return rubbish(`unknown message type ${JSON.stringify(type)}`);
  const { subscriptions, accessToken } = value;
  if (!Array.isArray(subscriptions) || !subscriptions.every(isRecord)) return rubbish("subscriptions must be a list");
  if (accessToken !== undefined && typeof accessToken !== "string") return rubbish("accessToken must be a text");
  return {
    type,
    id: id ?? null,
    subscriptions: subscriptions.map(readEntry),
    ...(accessToken === undefined ? {} : { accessToken }),
  };
}

function readEntry(entry: Record<string, unknown>): WantedSubscription {
  const { assetId, tagId, topic } = entry;
  return {
    assetId: typeof assetId === "string" ? assetId : null,
    tagId: typeof tagId === "string" ? tagId : null,
    topic: typeof topic === "string" ? topic : "default",
  };
}

function isMessageId(id: unknown): id is number | null | undefined {
  return id === undefined || id === null || (typeof id === "number" && Number.isInteger(id));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function rubbish(complaint: string): ClientMessage {
  return { type: "rubbish", complaint };
}

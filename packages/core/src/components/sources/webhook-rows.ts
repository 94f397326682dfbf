import type { Message } from "../../message.ts";
import type { Collection, Store } from "../../ports/store.ts";

/** What a caller says to be recognised by. Requests that say nothing are all different. */
export interface Identity {
  /** A hash of the whole request, where the same key must mean the same request; not where the author's `id` gives it. */
  readonly fingerprint?: string;
}

/** A request that was answered 202, and whose message is not settled. */
export interface UnderWay {
  /** The source that answered for it; one that stopped beating is dead, and its messages are anyone's. */
  readonly owner: string;
  readonly message: Message;
  readonly identity?: Identity;
}

/** What a request was told. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What the first request of an id was told, once its message was settled. */
export interface Answered {
  readonly answer: Answer;
  readonly identity: Identity;
}

export type WebhookRow = UnderWay | Answered;

export function isAnswered(row: WebhookRow): row is Answered {
  return "answer" in row;
}

/**
 * One row per request with an id: under way at first, answered later. The field `pipeline` finds those under way, and
 * `answered` (the pipeline too) the others, so that a search for one kind never passes over the other.
 */
export function webhookRows(store: Store): Collection<WebhookRow> {
  return store.collection({ name: "webhook-intake", indexes: ["pipeline", "answered"] });
}

/** The key of a row. A pipeline's name may hold a slash; encoded, it cannot. */
export function rowKey(pipeline: string, id: string): string {
  return `${encodeURIComponent(pipeline)}/${id}`;
}

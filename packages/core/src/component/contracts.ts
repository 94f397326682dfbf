import type { SignalboxError } from "../errors/error.ts";
import type { ConnectionDetails, HeardDevices } from "./heard.ts";
import type { Delivery, Message } from "../message.ts";

/** Optional parts of every component's life. The engine calls open once before use and close once after (delivery.md, rule 1). */
export interface Lifecycle {
  /** Connects. Throwing means: not now; the engine tries again with backoff, unless the error says it is not retryable. */
  open?(signal: AbortSignal): Promise<void>;
  /** Gives everything back. Idempotent, also after a failed open. */
  close?(): Promise<void>;
}

/** Takes events in. */
export interface Source extends Lifecycle {
  /**
   * Messages in small batches, pulled: the next batch is asked for only when there is room. Ends when `signal` aborts;
   * throwing means the source is broken (it is opened again with backoff).
   */
  deliveries(signal: AbortSignal): AsyncIterable<readonly Delivery[]>;
  /** What a status view should know beside the counts (connected since, subscriptions, next tick ...). */
  status?(): SourceStatus;
}

export interface SourceStatus {
  readonly state: "connecting" | "live" | "waiting" | "failed";
  /** One sentence for a person. */
  readonly detail?: string;
  /** ISO times of the next planned ticks of a schedule. */
  readonly nextTicks?: readonly string[];
}

/** A message that goes no further, and why. `nothing` is a condition that gave no result; `intended` false marks a surprise. */
export interface Discard {
  readonly discard: DiscardReason;
}
export type DiscardReason = "filtered" | "nothing" | "duplicate" | "dropped" | "no-route" | "expired" | "superseded";

/** What a step makes of a message: it or another one, several in order, or none and why. */
export type Outcome = Message | readonly Message[] | Discard;

export function isDiscard(outcome: Outcome): outcome is Discard {
  return "discard" in outcome;
}

/** Filters or changes messages, one at a time and in order. Throwing fails the message: it becomes a dead letter. */
export interface Step extends Lifecycle {
  process(message: Message): Outcome | Promise<Outcome>;
}

/**
 * What became of one message of a write.
 * retryable: parked and tried again; rejected: a dead letter at once; discarded: taken off on purpose, and why.
 */
export type WriteResult = { readonly http?: HttpFacts } &
  /** `commands`: the keys of those it led to, for whoever waits for the message. */
  (
    | { readonly status: "delivered"; readonly commands?: readonly string[] }
    | { readonly status: "retryable"; readonly cause: SignalboxError }
    | { readonly status: "rejected"; readonly cause: SignalboxError }
    | { readonly status: "discarded"; readonly reason: DiscardReason }
  );

/** The request behind a result, for whoever tells of it. Never shown whole: the URL may hold secrets. */
export interface HttpFacts {
  readonly method: string;
  readonly url: URL;
  /** Undefined where no answer came. */
  readonly status?: number | undefined;
}

export const delivered: WriteResult = { status: "delivered" };

/** The result for a failed write: retryable or rejected as the error says, which was decided where it was understood. */
export function failed(cause: SignalboxError): WriteResult {
  return { status: cause.isRetryable ? "retryable" : "rejected", cause };
}

/** Forwards messages. */
export interface Sink extends Lifecycle {
  /**
   * Writes a batch and answers per message, in order; a message is written once its result is `delivered`. Throwing
   * answers for all of them (SINK_WRITE_FAILED). `signal` aborts at the sink's `timeout` and at the end of a stop; it may
   * serve further writes after this one, so a listener on it is to be taken off again.
   * Up to `defaults.concurrency` calls overlap, never two with messages of one ordering key.
   */
  write(batch: readonly Message[], signal: AbortSignal): Promise<readonly WriteResult[]>;
}

/** Something several components share, declared under `connections:`; opened before and closed after all of them. */
export interface Connection extends Lifecycle {
  /**
   * What it counted since it was made, for metrics: how often each of a few fixed things happened, by their names
   * (`connects`, `refused`). None ever falls.
   */
  counts?(): Readonly<Record<string, number>>;
  /** Why what should come over it does not come now, once it has been opened; undefined while all is well. */
  trouble?(): ConnectionTrouble | undefined;
  /** What a person looks for when they look at it closely. */
  details?(): ConnectionDetails;
  /** The devices it hears; undefined where it knows of none. */
  readonly devices?: HeardDevices;
}

/** down: it is tried again. stale: it stands, and those who usually speak over it are silent. */
export interface ConnectionTrouble {
  readonly kind: "down" | "stale";
  /** One sentence for a person. */
  readonly detail: string;
}

/** A connection that answers SQL queries: what lists of device ids are read from. */
export interface QueryConnection extends Connection {
  /** The rows of `text` with `params` for $1, $2 ... Rejects with a SignalboxError that says whether trying again can help. */
  query(
    text: string,
    params: readonly unknown[],
    signal: AbortSignal,
  ): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

export function isQueryConnection(connection: Connection): connection is QueryConnection {
  return "query" in connection && typeof connection.query === "function";
}

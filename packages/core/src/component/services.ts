import type { Delivery, Message } from "../message.ts";
import type { Store } from "../ports/store.ts";
import type { Commands } from "../commands/contracts.ts";
import type { Schedules } from "../schedules/contracts.ts";

/** What an engine offers its components beside their own configuration. */
export interface Services {
  readonly store: Store;
  readonly http: HttpRoutes;
  readonly schedules: Schedules;
  readonly commands: Commands;
  readonly chains: Chains;
  readonly strays: Strays;
  /** Connection options (`new pg.Pool(options)`) for a database of this project's own, where no URL is given. */
  localDatabase(): Promise<object>;
}

/** The engine's one HTTP listener. */
export interface HttpRoutes {
  /** Serves `METHOD path` (`:name` matches a segment); answers how to take the route away again. A taken route throws HTTP_ROUTE_TAKEN. */
  add(route: HttpRoute): () => void;
}

export interface HttpRoute {
  readonly method: string;
  readonly path: string;
  /** Bodies beyond this are answered 413 before the handler sees them. */
  readonly maxBodyBytes: number;
  handle(request: HttpRequest, signal: AbortSignal): Promise<HttpReply>;
}

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface HttpReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body?: unknown;
}

/** Hands messages from `pipeline` sinks to `pipeline` sources within the engine. */
export interface Chains {
  /** Resolves when the target has settled or parked the message; a missing or refusing target throws CHAIN_TARGET_REFUSED (retryable). */
  send(target: string, message: Message, signal: AbortSignal): Promise<void>;
  /** Makes `pipeline` reachable; `accept` answers false when it has no room. */
  register(pipeline: string, accept: (delivery: Delivery) => boolean): () => void;
}

/** Keeps the latest messages in mind that reached the engine and no pipeline, for who asks what became of them. */
export interface Strays {
  stray(stray: Stray): void;
}

export interface Stray {
  /** The id that it would have as a message. */
  readonly id: string;
  /** The name of the connection it came over. */
  readonly connection: string;
  readonly device: string;
  readonly topic: string;
  /** ISO 8601. */
  readonly time: string;
  readonly receivedAt: string;
  readonly body: unknown;
  /** No pipeline asks for the device; for other topics of it; the same came before, or history had brought it. */
  readonly why: "device" | "topic" | "repeated" | "backfilled";
  /** The one that had it from history. */
  readonly pipeline?: string;
  /** Pipelines that ask for other topics of the device. */
  readonly nearest?: readonly string[];
}

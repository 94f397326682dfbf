/** What the engine knows about a message beside its body; expressions see it as `$meta`. Times are ISO 8601 in UTC. */
export interface Meta {
  /** The pipeline the message flows through. */
  readonly pipeline: string;
  /** The component key of the source it came from: akenza, webhook, schedule ... */
  readonly source: string;
  /** When the event happened, as its source tells it. */
  readonly time: string;
  /** When this engine took it in. */
  readonly receivedAt: string;
  /** The device the event is about; order is kept per device. */
  readonly device?: string;
  readonly topic?: string;
  /** True when the message was read from history after an outage. */
  readonly backfilled?: boolean;
  /** W3C trace context, handed on where a sink can. */
  readonly traceparent?: string;
  /** How many `pipeline` sinks the message has passed. */
  readonly hops?: number;
  /** Its redrives from dead letters, the latest last; absent on a message that never was one. */
  readonly redriven?: readonly Redrive[];
  /** The request a `webhook` message came with; header names are in lower case. */
  readonly request?: RequestMeta;
}

export interface RequestMeta {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** One time that somebody sent a dead letter's message again. Times are ISO 8601. */
export interface Redrive {
  /** The dead letter's id. */
  readonly letter: string;
  readonly at: string;
  /** Who asked for it. */
  readonly by: string;
  /** Through the pipeline's steps, or straight to the sink the letter names. */
  readonly to: "pipeline" | "sink";
  /** What it had died of. */
  readonly code: string;
  readonly diedAt: string;
  /** `died`: it became a dead letter again. `cut`: it was cut short, and nobody knows what became of it. Absent while it is under way. */
  readonly outcome?: "died" | "cut";
}

/**
 * What flows through a pipeline. Immutable: steps make new messages.
 * `id` is stable over redelivery and back-fill of the same event; children of `split` are `<parent>#<index>`.
 */
export interface Message {
  readonly id: string;
  readonly meta: Meta;
  readonly body: unknown;
}

/** A message on its way in. Exactly one of `ack` and `nack` is called, once. */
export interface Delivery {
  readonly message: Message;
  /** The message is settled, or durably parked: the source may forget it. `settlement` says what became of its writes. */
  ack(settlement?: Settlement): void;
  /** The engine could not take the message; a source that can redeliver does so. */
  nack(cause: unknown): void;
}

/** What became of the writes of one message. Dead letters include a failure before any write. */
export interface Settlement {
  readonly delivered: number;
  readonly discarded: number;
  readonly deadLettered: number;
  /** Still to be written, from the store. */
  readonly parked: number;
  /** The messages it was split into: how many, and the ids of the first 20; absent where it was not. */
  readonly parts?: { readonly count: number; readonly ids: readonly string[] } | undefined;
  /** Keys of the commands that its delivered writes led to, the first thousand; absent where there are none. */
  readonly commands?: readonly string[];
}

/** The same message with another body. */
export function withBody(message: Message, body: unknown): Message {
  return { id: message.id, meta: message.meta, body };
}

/** The same message with another place in a trace. */
export function inTrace({ id, meta, body }: Message, traceparent: string): Message {
  // Adding to what was spread costs ten times as much, for every message of an engine that is traced.
  return { id, meta: Object.assign({}, meta, { traceparent }), body };
}

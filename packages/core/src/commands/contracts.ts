import type { SignalboxError } from "../errors/error.ts";

/**
 * An order to one device. `key` is made of (message or schedule and planned time, pipeline, sink, device, index) and
 * decides whether two orders are the same (delivery.md, rule 13).
 */
export interface NewCommand {
  readonly key: string;
  readonly pipeline: string;
  readonly sink: string;
  /** The message it came from. */
  readonly message: string;
  /** Name of the connection whose sender takes it out. */
  readonly connection: string;
  readonly device: string;
  /** What the sender needs, JSON. */
  readonly payload: unknown;
  readonly maxAttempts: number;
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
}

/**
 * queued: waits for its turn or a retry. sent: the request may have left. accepted, rejected: the other side answered.
 * failed: attempts spent. unknown: it may have left and no answer was recorded; it is never sent again by itself.
 */
export type CommandState = "queued" | "sent" | "accepted" | "rejected" | "failed" | "unknown";

export interface Command extends NewCommand {
  readonly state: CommandState;
  readonly attempts: number;
  /** Changes of state, oldest first; `at` in ISO 8601. Of a long history the first and the latest are kept. */
  readonly history: readonly CommandChange[];
}

export interface CommandChange {
  readonly at: string;
  readonly state: CommandState;
  readonly attempt: number;
  /** The other side's answer or the error, in a sentence. */
  readonly detail?: string;
}

/**
 * What became of one try. retryable: it surely was not carried out (503, 429, connection refused): try again later.
 * rejected: it never will be (404, 400). unknown: the request may have arrived and no answer came.
 */
export type SendResult =
  | { readonly status: "accepted"; readonly detail?: string }
  | { readonly status: "retryable" | "rejected" | "unknown"; readonly cause: SignalboxError };

/** Takes commands out to their devices, e.g. over akenza's REST API, within its rate limit. */
export interface CommandSender {
  /**
   * Resolves when one more request may leave (a rate limit); `send` follows at once. Whatever waits here still counts as
   * queued, so that a crash leaves it to be sent and not unknown. Rejecting puts the command off for a moment: no attempt.
   */
  ready?(command: NewCommand, signal: AbortSignal): Promise<void>;
  /**
   * One try. The command is recorded as sent before this is called. `signal` aborts when the engine can wait no longer:
   * answer what is known then, mostly unknown. Throwing counts as unknown too.
   */
  send(command: NewCommand, signal: AbortSignal): Promise<SendResult>;
}

/** The engine's command ledger and the queue behind it. */
export interface Commands {
  /**
   * Records commands and queues them. Resolves when that is durable; a key that is known already is not taken twice.
   * The commands of a device on a connection are sent in the order of acceptance: one that waits for a retry holds the
   * later ones back. Devices do not wait for one another.
   */
  accept(commands: readonly NewCommand[]): Promise<void>;
  /**
   * Makes `sender` answer for the commands of a connection; answers how to take it away again. Commands of a connection
   * without a sender stay queued.
   */
  register(connection: string, sender: CommandSender): () => void;
  get(key: string): Promise<Command | undefined>;
  /** Newest first. */
  list(filter: {
    pipeline?: string;
    device?: string;
    state?: CommandState;
    limit: number;
  }): Promise<readonly Command[]>;
  /** Called at each change of state made by this engine, for views and logs; answers how to stop. */
  onChange(listener: (command: Command) => void): () => void;
}

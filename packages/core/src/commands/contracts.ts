import type { SignalboxError } from "../errors/error.ts";

/**
 * An order to one device. `key` is made of (message or schedule and planned time, pipeline, sink, device, index) and
 * decides whether two orders are the same (delivery.md, rule 13). Times are milliseconds since the epoch.
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
  /** Tries in all, those after `onUnknown: resend` and `otherwise: retry` included. */
  readonly maxAttempts: number;
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  /** Not sent before this time; it takes its place among its device's commands then. Default: at once. */
  readonly notBefore?: number;
  /** Not sent at this time or later: it is `expired` then. Default: it is worth sending for ever. */
  readonly expiresAt?: number;
  /**
   * A newer command of the same device and connection with the same text here takes the place of this one while it still
   * waits. One that was sent is not touched. Default: none does.
   */
  readonly supersedeKey?: string;
  /** What to do when it may have been sent and no answer is known: leave it to a person, or send it again. Default ask. */
  readonly onUnknown?: "ask" | "resend";
  /** Which uplink of the device shows that it was carried out. Default: acceptance is all that is asked for. */
  readonly confirm?: Confirmation;
  /** Recorded as `planned`, and never sent. Default false. */
  readonly isDryRun?: boolean;
  /** The person who gave it by hand. Default: a pipeline did. */
  readonly by?: string;
  /** W3C trace context of what it came from. */
  readonly traceparent?: string;
}

export interface Confirmation {
  /** JSONata: `$` is the uplink's body, `$meta` its metadata, `$command` the command (CommandSeen). True confirms. */
  readonly expect: string;
  /** `$vars` of the expression. */
  readonly vars?: Readonly<Record<string, unknown>>;
  /** How long after its acceptance. */
  readonly withinMs: number;
  /** When no uplink confirmed it in time: send it again while attempts are left, or tell a person at once. */
  readonly otherwise: "retry" | "alert";
}

/** What an expression that confirms sees as `$command`; times in ISO 8601. */
export interface CommandSeen {
  readonly key: string;
  readonly device: string;
  readonly payload: unknown;
  readonly attempts: number;
  readonly sentAt: string;
}

/**
 * planned: a dry run, never sent. queued: waits for its time, its turn or a retry. sent: the request may have left.
 * accepted, rejected: the other side answered. confirmed, unconfirmed: accepted, and an uplink showed it, or none did in
 * time. expired: its time was over before it was sent. superseded: a newer one took its place. cancelled: a person took it
 * back. failed: attempts spent, and surely none was carried out. unknown: it may have left and no answer was recorded.
 */
export type CommandState =
  | "planned"
  | "queued"
  | "sent"
  | "accepted"
  | "rejected"
  | "expired"
  | "superseded"
  | "cancelled"
  | "failed"
  | "confirmed"
  | "unconfirmed"
  | "unknown";

export interface Command extends NewCommand {
  readonly state: CommandState;
  readonly attempts: number;
  /** When it was accepted, or its `notBefore` if that is later: its place among its device's commands. ISO 8601. */
  readonly at: string;
  /** While queued: not sent before this time. */
  readonly dueAt?: number;
  /** While it waits for an uplink that confirms it: until when. */
  readonly confirmBy?: number;
  /** Changes of state, oldest first; `at` in ISO 8601. Of a long history the first and the latest are kept. */
  readonly history: readonly CommandChange[];
}

export interface CommandChange {
  readonly at: string;
  readonly state: CommandState;
  readonly attempt: number;
  /** The other side's answer, the error or the reason, in a sentence. */
  readonly detail?: string;
  /** The person who asked for it. */
  readonly by?: string;
  /** Of `superseded`: the key of the newer command. */
  readonly supersededBy?: string;
}

/**
 * What became of one try. retryable: it surely was not carried out (503, 429, connection refused): try again later.
 * rejected: it never will be (404, 400). unknown: the request may have arrived and no answer of the other side came; a
 * gateway's 502 or 504 is one too.
 */
export type SendResult =
  | { readonly status: "accepted"; readonly detail?: string }
  | { readonly status: "retryable" | "rejected" | "unknown"; readonly cause: SignalboxError };

/** Takes commands out to their devices, e.g. over akenza's REST API, within its rate limit. */
export interface CommandSender {
  /**
   * Resolves when one more request may leave (a rate limit); `send` follows at once, unless the command is superseded,
   * cancelled or expired by then. Whatever waits here still counts as queued, so that a crash leaves it to be sent and not
   * unknown; its time to live is looked at once more after this. Rejecting puts the connection's commands off for a moment:
   * no attempt.
   */
  ready?(command: NewCommand, signal: AbortSignal): Promise<void>;
  /**
   * One try. The command is recorded as sent before this is called. `signal` aborts when the engine can wait no longer:
   * answer what is known then, mostly unknown. Throwing counts as unknown too.
   */
  send(command: NewCommand, signal: AbortSignal): Promise<SendResult>;
}

/** Which commands to list: those to which every given field applies. Times are milliseconds since the epoch. */
export interface CommandQuery {
  readonly pipeline?: string;
  readonly device?: string;
  readonly state?: CommandState;
  readonly message?: string;
  /** Of `Command.at`: this time or later. */
  readonly since?: number;
  /** Of `Command.at`: before this time. */
  readonly until?: number;
  /** Default: newest first. */
  readonly oldestFirst?: boolean;
  /** Go on behind this command of an earlier answer. */
  readonly after?: { readonly at: string; readonly key: string };
  readonly limit: number;
}

/** A device whose next uplinks may confirm a command. */
export interface WatchedDevice {
  readonly device: string;
  /** When the oldest of its unconfirmed commands was sent: what came since counts. Milliseconds since the epoch. */
  readonly since: number;
}

/** Something a device said, as a pipeline's message of it would say it. */
export interface Uplink {
  readonly device: string;
  /** When it happened, in milliseconds since the epoch; one from before the command was sent confirms nothing. */
  readonly at: number;
  readonly topic?: string;
  readonly body: unknown;
}

/** For connections that hear devices: whose uplinks are waited for, and where to bring them. */
export interface Confirmations {
  /** The devices of a connection that have an open confirmation, on any engine. */
  watched(connection: string): readonly WatchedDevice[];
  /** Called when `watched(connection)` has other devices than before; answers how to stop. */
  onWatched(connection: string, listener: () => void): () => void;
  /**
   * Brings an uplink. Of a device that nobody waits for it costs a look into a map. What it confirms is recorded in the
   * background, again and again while the store is away; a repetition does no harm.
   */
  observe(connection: string, uplink: Uplink): void;
}

/** The engine's command ledger and the queue behind it. */
export interface Commands extends Confirmations {
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
  /** The connections that have a sender on this engine. */
  senders(): readonly string[];
  get(key: string): Promise<Command | undefined>;
  /** Newest first unless asked otherwise. */
  list(query: CommandQuery): Promise<readonly Command[]>;
  /** Takes a waiting command back. COMMAND_KEY_UNKNOWN; COMMAND_STATE_REFUSED for one that does not wait. */
  cancel(key: string, by: string): Promise<Command>;
  /**
   * One more try of an unknown or failed command, under its own key. COMMAND_KEY_UNKNOWN; COMMAND_STATE_REFUSED for one in
   * another state, or whose time is over.
   */
  resend(key: string, by: string): Promise<Command>;
  /** Called at each change of state made by this engine, for views and logs; answers how to stop. */
  onChange(listener: (command: Command) => void): () => void;
}

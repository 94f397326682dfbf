// The WebSocket side of akenza: connections, their messages, and who gets which sample. What it is not: the upgrade
// (server/upgrade.ts), the text of frames (frames.ts), the store of samples (history.ts).
import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import type { Access, Credential } from "../access.ts";
import type { Building } from "../building.ts";
import type { Clock } from "../clock.ts";
import { BoundedLog } from "../entry-log.ts";
import type { Activity } from "../entry-log.ts";
import type { Sample } from "../sample.ts";
import { readClientMessage } from "./client-message.ts";
import type { ClientMessage, WantedSubscription } from "./client-message.ts";
import { Connection } from "./connection.ts";
import type { SentFrame } from "./connection.ts";
import { connectedFrame, errorFrame, pongFrame, sampleFrame, subscriptionFrame } from "./frames.ts";
import type { SubscriptionEntry } from "./frames.ts";
import { SubscriptionIndex } from "./subscription-index.ts";

export interface ReceivedFrame {
  readonly at: number;
  readonly connection: string;
  readonly text: string;
  readonly isBinary: boolean;
}

/** The life of the sockets: `refused` is an upgrade that led to none. */
export interface ConnectionEvent {
  readonly at: number;
  readonly event: "opened" | "closed" | "refused";
  readonly connection?: string;
  readonly status?: number;
  readonly code?: number;
  readonly reason?: string;
}

export interface LiveSubscriptions {
  readonly connection: string;
  readonly subscriptions: readonly WantedSubscription[];
}

interface DataStreamsContext {
  readonly access: Access;
  readonly activity: Activity;
  readonly building: Building;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly logSize: number;
  readonly maxBufferedBytes: number;
  readonly oncePerConnection: boolean;
}

/** Above this a connection is full, and whoever can wait should. */
const CONGESTED_BYTES = 1024 * 1024;

export class DataStreams {
  readonly #context: DataStreamsContext;
  readonly #connections = new Set<Connection>();
  readonly #index: SubscriptionIndex;
  readonly sent: BoundedLog<SentFrame>;
  readonly received: BoundedLog<ReceivedFrame>;
  readonly events: BoundedLog<ConnectionEvent>;
  /** How many of the next connections are not greeted. */
  greetingsWithheld = 0;
  #opened = 0;

  constructor(context: DataStreamsContext) {
    this.#context = context;
    this.#index = new SubscriptionIndex(context.oncePerConnection);
    this.sent = new BoundedLog(context.logSize, context.activity);
    this.received = new BoundedLog(context.logSize, context.activity);
    this.events = new BoundedLog(context.logSize, context.activity);
  }

  get connections(): readonly Connection[] {
    return [...this.#connections];
  }

  open(socket: WebSocket, raw: Duplex, credential: Credential): void {
    const connection = new Connection(`c${++this.#opened}`, credential, { socket, raw });
    this.#connections.add(connection);
    socket.on("message", (data, isBinary) => {
      this.#take(connection, data, isBinary);
    });
    // A broken frame of the client ends in `close` as well; there is nothing to add here.
    socket.on("error", () => undefined);
    socket.on("close", (code, reason) => {
      this.#connections.delete(connection);
      this.#index.removeAll(connection);
      this.#log("closed", { connection: connection.id, code, reason: reason.toString() });
    });
    this.#log("opened", { connection: connection.id });
    if (this.greetingsWithheld > 0) this.greetingsWithheld -= 1;
    else this.send(connection, "connected", connectedFrame(this.#context.clock.now()));
  }

  /** An upgrade that was answered with a status, or with nothing at all. */
  refused(status?: number): void {
    this.#log("refused", status === undefined ? {} : { status });
  }

  /** Sends a sample to everyone who subscribed to it; returns to how many it went. */
  publish(sample: Sample): number {
    const device = this.#context.building.device(sample.deviceId);
    if (!device) return 0;
    const connections = this.#index.route(device, sample.topic);
    if (connections.length === 0) return 0;
    const frame = sampleFrame(sample);
    let count = 0;
    for (const connection of connections) if (this.send(connection, "sample_insert", frame)) count += 1;
    return count;
  }

  send(connection: Connection, type: string, text: string): boolean {
    if (!connection.send(text)) return false;
    this.sent.append({ at: this.#context.clock.now(), connection: connection.id, type, text });
    if (connection.bufferedBytes > this.#context.maxBufferedBytes) connection.drop({ closeFrame: false });
    return true;
  }

  /** A connection that takes no more for now; undefined when all keep up. */
  congested(): Connection | undefined {
    for (const connection of this.#connections) if (connection.bufferedBytes > CONGESTED_BYTES) return connection;
    return undefined;
  }

  get hasSubscriptions(): boolean {
    return this.#index.size > 0;
  }

  subscriptions(): readonly LiveSubscriptions[] {
    return this.connections.map(({ id, subscriptions }) => ({
      connection: id,
      subscriptions: [...subscriptions.values()],
    }));
  }

  #take(connection: Connection, data: RawData, isBinary: boolean): void {
    const at = this.#context.clock.now();
    const text = (data as Buffer).toString("utf8");
    // Logged once it has taken effect, so that whoever waits for the entry finds the effect too.
    const answer = isBinary
      ? (["error", errorFrame("a message must be a text frame", at)] as const)
      : this.#answer(connection, readClientMessage(text), at);
    this.received.append({ at, connection: connection.id, text, isBinary });
    this.send(connection, ...answer);
  }

  #answer(connection: Connection, message: ClientMessage, now: number): readonly [type: string, frame: string] {
    if (message.type === "rubbish") return ["error", errorFrame(message.complaint, now)];
    if (message.type === "ping") return ["pong", pongFrame(message.id, now)];
    const credential = this.#credentialFor(connection, message.accessToken);
    const subscribing = message.type === "subscribe";
    const entries = message.subscriptions.map((wanted) => ({
      ...wanted,
      valid: subscribing ? this.#subscribe(connection, wanted, credential) : this.#index.remove(connection, wanted),
    })) satisfies readonly SubscriptionEntry[];
    const type = subscribing ? "subscribed" : "unsubscribed";
    return [type, subscriptionFrame(type, message.id, { now, entries })];
  }

  #subscribe(connection: Connection, wanted: WantedSubscription, credential: Credential | undefined): boolean {
    const workspaceId = this.#workspaceOf(wanted);
    if (workspaceId === undefined || !credential?.sees(workspaceId) || !credential.may("stream")) return false;
    this.#index.add(connection, wanted);
    return true;
  }

  /** Where the one thing that a subscription names lives; undefined when it names none, both, or one that is not. */
  #workspaceOf({ assetId, tagId }: WantedSubscription): string | undefined {
    const { building } = this.#context;
    if (assetId !== null) return tagId === null ? building.device(assetId)?.workspaceId : undefined;
    return tagId === null ? undefined : building.tag(tagId)?.workspaceId;
  }

  #credentialFor({ credential }: Connection, accessToken: string | undefined): Credential | undefined {
    if (accessToken !== undefined) return this.#context.access.byToken(accessToken);
    return credential.isExpired ? undefined : credential;
  }

  #log(event: ConnectionEvent["event"], facts: Omit<ConnectionEvent, "at" | "event">): void {
    this.events.append({ at: this.#context.clock.now(), event, ...facts });
    const details = Object.entries(facts).map(([name, value]) => `${name} ${value}`);
    this.#context.log(`data stream ${[event, ...details].join(", ")}`);
  }
}

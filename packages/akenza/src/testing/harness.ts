import type { Commands, Connection, Delivery, Message, Source, SourceContext, Store, Strays } from "@signalbox/core";
import {
  createRecordingLogger,
  createTestContext,
  type RecordingLogger,
  type TestContextOptions,
} from "@signalbox/core/testing";
import { akenzaConnection } from "../connection-definition.ts";
import { AkenzaConnection } from "../connection.ts";
import { akenzaSource } from "../source.ts";
import { createRows } from "./rows.ts";

/** Where an akenza is: the simulator, or a server of the test's own. */
export interface Akenza {
  readonly url: string;
  readonly apiKey?: string;
}

export interface ConnectOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly context?: TestContextOptions;
  readonly log?: RecordingLogger;
  readonly strays?: Strays;
}

/** A connection made by its definition from what would stand in signalbox.yaml. */
export async function connectTo(akenza: Akenza, options: ConnectOptions = {}): Promise<AkenzaConnection> {
  const settings = akenzaConnection.schema.parse({
    apiKey: akenza.apiKey ?? "key",
    baseUrl: akenza.url,
    ...options.settings,
  });
  const context = createTestContext({
    pipeline: "akenza",
    services: {
      commands: noCommands,
      store: createRows().process().store,
      ...(options.strays === undefined ? {} : { strays: options.strays }),
    },
    ...(options.log === undefined ? {} : { log: options.log }),
    ...options.context,
  });
  const connection = akenzaConnection.create(settings, context);
  if (!(connection instanceof AkenzaConnection)) throw new Error("not an akenza connection");
  await connection.open();
  return connection;
}

/** A ledger that knows no commands and takes none. */
export const noCommands: Commands = {
  accept: () => Promise.reject(new Error("the test gave no ledger")),
  register: () => () => undefined,
  get: () => Promise.resolve(undefined),
  list: () => Promise.resolve([]),
  cancel: () => Promise.reject(new Error("the test gave no ledger")),
  resend: () => Promise.reject(new Error("the test gave no ledger")),
  senders: () => [],
  watched: () => [],
  onWatched: () => () => undefined,
  observe: () => undefined,
  onChange: () => () => undefined,
};

/** A pipeline's source, read into a list. */
export interface Reading {
  readonly source: Source;
  readonly log: RecordingLogger;
  /** What was pulled so far. */
  readonly messages: readonly Message[];
  /** Resolves when `count` messages have been pulled in all. */
  has(count: number): Promise<readonly Message[]>;
  /** Pulls nothing more until `pull`. */
  hold(): void;
  pull(): void;
  /** Settles what was kept unsettled, where `which` holds. */
  settle(which?: (message: Message) => boolean): void;
  stop(): Promise<void>;
}

/** What a pipeline that says nothing has. */
export const defaultBackfill = { withinMs: 7 * 86_400_000, lookbackMs: 3_600_000 };

export interface ReadOptions {
  readonly pipeline?: string;
  readonly isHeld?: boolean;
  /** Leaves what was pulled unsettled until `settle`. */
  readonly keepsUnsettled?: boolean;
  /** Where watermarks are; back-fill takes the defaults then, unless the context says otherwise. */
  readonly store?: Store;
  readonly connections?: Readonly<Record<string, Connection>>;
  readonly context?: Partial<Omit<SourceContext, "services" | "connection">>;
}

/** Opens an akenza source from its configuration and pulls from it. */
export async function read(connection: AkenzaConnection, config: unknown, options: ReadOptions = {}): Promise<Reading> {
  const log = createRecordingLogger();
  const context = createTestContext({
    pipeline: options.pipeline ?? "test",
    connections: { akenza: connection, ...options.connections },
    log,
    ...(options.store === undefined ? {} : { services: { store: options.store }, backfill: defaultBackfill }),
    ...options.context,
  });
  const source = akenzaSource.create(akenzaSource.schema.parse(config), context);
  const end = new AbortController();
  await source.open?.(end.signal);
  const reader = new Reader(source, options);
  const done = reader.run(end.signal);
  return {
    source,
    log,
    messages: reader.messages,
    has: (count) => reader.has(count),
    hold: () => reader.hold(),
    pull: () => reader.pull(),
    settle: (which) => reader.settle(which),
    async stop() {
      end.abort();
      reader.pull();
      await done;
      await source.close?.();
    },
  };
}

class Reader {
  readonly messages: Message[] = [];
  readonly #source: Source;
  readonly #waiters = new Set<() => void>();
  readonly #keepsUnsettled: boolean;
  #unsettled: Delivery[] = [];
  #gate: Promise<void> | undefined;
  #open = (): void => undefined;

  constructor(source: Source, options: ReadOptions) {
    this.#source = source;
    this.#keepsUnsettled = options.keepsUnsettled === true;
    if (options.isHeld === true) this.hold();
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#gate;
    for await (const batch of this.#source.deliveries(signal)) {
      for (const delivery of batch) {
        this.messages.push(delivery.message);
        if (this.#keepsUnsettled) this.#unsettled.push(delivery);
        else delivery.ack();
      }
      for (const look of this.#waiters) look();
      await this.#gate;
    }
  }

  has(count: number): Promise<readonly Message[]> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.messages.length < count) return;
        this.#waiters.delete(look);
        resolve(this.messages);
      };
      this.#waiters.add(look);
      look();
    });
  }

  settle(which: (message: Message) => boolean = () => true): void {
    for (const delivery of this.#unsettled) if (which(delivery.message)) delivery.ack();
    this.#unsettled = this.#unsettled.filter((delivery) => !which(delivery.message));
  }

  hold(): void {
    this.#gate = new Promise((resolve) => (this.#open = resolve));
  }

  pull(): void {
    this.#gate = undefined;
    this.#open();
  }
}

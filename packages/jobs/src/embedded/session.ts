import {
  concat,
  createBatchReader,
  mentionsListen,
  queryMessage,
  splitAnswer,
  startupParameters,
  terminate,
} from "./frames.ts";

// Many connections on the one session PGlite has: whose turn it is, whose settings apply, who hears of what.
// Not here: PGlite itself and threads (pglite-worker.ts), the protocol's bytes (frames.ts).

/** The other end of a connection. */
export interface Peer {
  send(bytes: Uint8Array): void;
  close(): void;
}

export interface Connection {
  receive(chunk: Uint8Array): void;
  /** The peer is gone. Its open transaction is rolled back. */
  end(): void;
}

export interface SessionOptions {
  /** Runs messages in PGlite and gives its answer. */
  exec(messages: Uint8Array): Uint8Array;
  /** Calls `run` after `delayMs`; answers how to call it off. */
  timer(run: () => void, delayMs: number): () => void;
}

/** Nobody else gets a turn while a transaction is open: one that nobody goes on with is ended after this long. */
export const idleTransactionMs = 10_000;

interface Client {
  readonly peer: Peer;
  isListening: boolean;
  isGone: boolean;
  /** SQL that sets what the connection asked for when it started; PGlite itself ignores that. */
  settings: string;
}

interface Turn {
  /** Undefined for a statement of the house's own. */
  readonly client: Client | undefined;
  readonly batch: Uint8Array;
}

export class Session {
  readonly #options: SessionOptions;
  readonly #clients = new Set<Client>();
  readonly #waiting: Turn[] = [];
  /** Whose transaction is open. */
  #owner: Client | undefined;
  /** Whose settings apply. */
  #settings = "";
  #stopWatch: (() => void) | undefined;
  #answered = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Batches answered so far. */
  get answered(): number {
    return this.#answered;
  }

  connect(peer: Peer): Connection {
    const client: Client = { peer, isListening: false, isGone: false, settings: "" };
    const reader = createBatchReader();
    let isStarted = false;
    this.#clients.add(client);
    return {
      receive: (chunk) => {
        for (const batch of reader.push(chunk)) {
          if (!isStarted) client.settings = settingsOf(startupParameters(batch));
          isStarted = true;
          if (batch[0] === terminate) return this.#leave(client);
          this.#waiting.push({ client, batch });
        }
        this.#drain();
      },
      end: () => this.#leave(client),
    };
  }

  /** Runs a statement of the house's own as soon as no transaction is open. */
  run(sql: string): void {
    this.#waiting.push({ client: undefined, batch: queryMessage(sql) });
    this.#drain();
  }

  #drain(): void {
    for (let turn = this.#next(); turn !== undefined; turn = this.#next()) this.#take(turn);
    this.#watchIdle();
  }

  /** The first in line; while a transaction is open, the first of its owner. */
  #next(): Turn | undefined {
    if (this.#owner === undefined) return this.#waiting.shift();
    const index = this.#waiting.findIndex(({ client }) => client === this.#owner);
    return index < 0 ? undefined : this.#waiting.splice(index, 1)[0];
  }

  #take({ client, batch }: Turn): void {
    if (client?.isGone === true) return;
    if (client !== undefined) this.#prepare(client, batch);
    const { own, notifications, isInTransaction } = splitAnswer(this.#options.exec(batch));
    this.#answered += 1;
    if (isInTransaction !== undefined) this.#owner = isInTransaction ? client : undefined;
    client?.peer.send(own);
    if (notifications.length === 0) return;
    for (const each of this.#clients) if (each.isListening) each.peer.send(concat(notifications));
  }

  #prepare(client: Client, batch: Uint8Array): void {
    if (!client.isListening) client.isListening = mentionsListen(batch);
    if (client.settings === this.#settings || this.#owner !== undefined) return;
    this.#options.exec(queryMessage(`RESET ALL; ${client.settings}`));
    this.#settings = client.settings;
  }

  #watchIdle(): void {
    this.#stopWatch?.();
    this.#stopWatch = undefined;
    const idle = this.#owner;
    if (idle === undefined) return;
    this.#stopWatch = this.#options.timer(() => {
      this.#leave(idle);
      idle.peer.close();
    }, idleTransactionMs);
  }

  #leave(client: Client): void {
    if (client.isGone) return;
    client.isGone = true;
    this.#clients.delete(client);
    if (this.#owner === client) {
      this.#options.exec(queryMessage("ROLLBACK"));
      this.#owner = undefined;
    }
    this.#drain();
  }
}

/** `options: "-c search_path=x"` as SQL. */
function settingsOf(parameters: ReadonlyMap<string, string>): string {
  const options = parameters.get("options") ?? "";
  return [...options.matchAll(/-c\s+(\w+)=(\S+)/g)].map(([, name, value]) => `SET ${name} TO ${value};`).join(" ");
}

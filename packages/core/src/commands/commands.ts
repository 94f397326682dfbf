import { type Clock, sleep, type Timer } from "../clock.ts";
import { messageOf } from "../errors/error.ts";
import { createListeners, type Listeners } from "../listeners.ts";
import type { Logger } from "../log.ts";
import type { Queue, QueueWorker } from "../ports/queue.ts";
import type { Store } from "../ports/store.ts";
import { defaultRetention, type Retention } from "../retention.ts";
import type { Command, Commands, CommandSender, CommandState, NewCommand } from "./contracts.ts";
import { CommandLedger, commandOf, lineOf } from "./ledger.ts";
import { CommandRunner } from "./runner.ts";

const topic = "commands";
// Lines served at once by an engine; the rate limit of the other side is far below what they could send.
const concurrency = 16;
const upkeepMs = 3_600_000;
const wakeAgainMs = 5_000;

export interface CommandsOptions {
  readonly store: Store;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly log: Logger;
  /** In [0, 1), for the jitter of retries; default Math.random. */
  readonly random?: () => number;
  /** Of ended commands; default 30 days and 100,000. */
  readonly retention?: Retention;
}

export interface CommandsService extends Commands {
  /** Store and queue are open before. */
  open(): Promise<void>;
  /** Sends no more and waits for the answers under way; store and queue are closed after. Idempotent. */
  close(): Promise<void>;
}

/**
 * The command ledger in the collection `commands`, woken by jobs of the topic `commands`. There is one job per line (a
 * device on a connection), not per command: whoever holds it is the only one that sends to the device, which gives order,
 * and lets a command that is found `sent` be known for one whose engine died.
 */
export function createCommands(options: CommandsOptions): CommandsService {
  return new CommandEngine(options);
}

class CommandEngine implements CommandsService {
  readonly #options: CommandsOptions;
  readonly #ledger: CommandLedger;
  readonly #runner: CommandRunner;
  readonly #listeners: Listeners<Command>;
  readonly #senders = new Map<string, CommandSender>();
  readonly #wakes = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  #worker: QueueWorker | undefined;
  #upkeepTimer: Timer | undefined;
  #upkeep: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: CommandsOptions) {
    const { store, clock, log, random = Math.random } = options;
    this.#options = options;
    this.#ledger = new CommandLedger(store, clock);
    this.#listeners = createListeners(log);
    this.#runner = new CommandRunner({
      ledger: this.#ledger,
      clock,
      log,
      random,
      sender: (connection) => this.#senders.get(connection),
      tell: (command) => this.#listeners.tell(command),
    });
  }

  async open(): Promise<void> {
    this.#worker = await this.#options.queue.work(topic, { concurrency }, ({ id }) => this.#runner.run(id));
    this.#armUpkeep();
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async accept(commands: readonly NewCommand[]): Promise<void> {
    if (commands.length === 0) return;
    const added = await this.#ledger.add(commands);
    // Known ones are woken as well: their first acceptance may have ended between the ledger and the queue.
    await this.#wake(commands);
    for (const record of added) this.#listeners.tell(commandOf(record));
  }

  register(connection: string, sender: CommandSender): () => void {
    this.#senders.set(connection, sender);
    const wake = this.#wakeUntilDone(connection, sender).finally(() => this.#wakes.delete(wake));
    this.#wakes.add(wake);
    return () => {
      if (this.#senders.get(connection) === sender) this.#senders.delete(connection);
    };
  }

  async get(key: string): Promise<Command | undefined> {
    const held = await this.#ledger.get(key);
    return held === undefined ? undefined : commandOf(held.record);
  }

  list(filter: {
    pipeline?: string;
    device?: string;
    state?: CommandState;
    limit: number;
  }): Promise<readonly Command[]> {
    const { limit, pipeline, device, state } = filter;
    const where = {
      ...(pipeline !== undefined && { pipeline }),
      ...(device !== undefined && { device }),
      ...(state !== undefined && { state }),
    };
    return this.#ledger.list(where, limit);
  }

  onChange(listener: (command: Command) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Wakes what waited for the sender, and what a crash kept out of the queue. */
  async #wakeUntilDone(connection: string, sender: CommandSender): Promise<void> {
    const { clock, log } = this.#options;
    while (this.#senders.get(connection) === sender && !this.#closing.signal.aborted) {
      try {
        return await this.#wakeOpen(connection);
      } catch (error) {
        log.warn({ connection, cause: messageOf(error) }, "Waiting commands cannot be woken yet; tried again in 5 s.");
        await sleep(clock, wakeAgainMs, this.#closing.signal);
      }
    }
  }

  /** Sees that each line with an open command has its job; a job that is there already is not doubled. */
  async #wakeOpen(connection?: string): Promise<void> {
    for (const state of ["sent", "queued"] as const) {
      for await (const page of this.#ledger.inState(state)) {
        await this.#wake(page.filter((each) => connection === undefined || each.connection === connection));
      }
    }
  }

  async #wake(commands: readonly NewCommand[]): Promise<void> {
    const lines = [...new Set(commands.map(lineOf))];
    if (lines.length > 0)
      await this.#options.queue.add(
        topic,
        lines.map((id) => ({ id, data: {} })),
      );
  }

  #armUpkeep(): void {
    if (this.#closed !== undefined) return;
    this.#upkeepTimer = this.#options.clock.setTimer(() => {
      this.#upkeep = this.#keepUp().finally(() => this.#armUpkeep());
    }, upkeepMs);
  }

  async #keepUp(): Promise<void> {
    const { log } = this.#options;
    try {
      await this.#wakeOpen();
      const pruned = await this.#ledger.prune(this.#options.retention ?? defaultRetention);
      if (pruned > 0) log.debug({ pruned }, "Old entries left the command ledger.");
    } catch (error) {
      log.warn(
        { cause: messageOf(error) },
        "The command ledger could not be looked after; it is tried again in an hour.",
      );
    }
  }

  async #end(): Promise<void> {
    this.#closing.abort();
    this.#upkeepTimer?.cancel();
    await this.#upkeep;
    await Promise.all(this.#wakes);
    await this.#runner.close();
    await this.#worker?.close();
  }
}

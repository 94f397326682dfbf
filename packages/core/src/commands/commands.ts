import type { Clock } from "../clock.ts";
import { SignalboxError } from "../errors/error.ts";
import { createListeners, type Listeners } from "../listeners.ts";
import type { Logger } from "../log.ts";
import type { Queue } from "../ports/queue.ts";
import type { Store } from "../ports/store.ts";
import { defaultRetention, type Retention } from "../retention.ts";
import { announce } from "./announce.ts";
import { cancel, type Request, resend } from "./by-hand.ts";
import { ConfirmationWatch } from "./confirmations.ts";
import type { Command, CommandQuery, Commands, CommandSender, NewCommand, Uplink, WatchedDevice } from "./contracts.ts";
import { CommandLedger, commandOf, type HeldCommand, type Line } from "./ledger.ts";
import { createLineJobs, createLineRound } from "./line-jobs.ts";
import { CommandRunner } from "./runner.ts";
import { Stations } from "./stations.ts";
import { type CommandRecord, supersede } from "./transitions.ts";
import { CommandUpkeep } from "./upkeep.ts";

export interface CommandsOptions {
  readonly store: Store;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly log: Logger;
  /** In [0, 1), for the jitter of retries; default Math.random. */
  readonly random?: () => number;
  /** Of ended commands; default 30 days and 100,000. */
  readonly retention?: Retention;
  /** How often it is looked up which confirmations other engines wait for; default a minute. */
  readonly refreshMs?: number;
  /** How often the ledger is looked after; default an hour. */
  readonly upkeepMs?: number;
}

export interface CommandsService extends Commands {
  /** Store and queue are open before. */
  open(): Promise<void>;
  /** Sends no more and waits for the answers under way; store and queue are closed after. Idempotent. */
  close(): Promise<void>;
}

/**
 * The command ledger in the collection `commands`, woken by jobs of a topic per connection. There is one job per line (a
 * device on a connection), not per command: whoever holds it is the only one that sends to the device, which gives order,
 * and lets a command that is found `sent` be known for one whose engine died.
 */
export function createCommands(options: CommandsOptions): CommandsService {
  return new CommandEngine(options);
}

class CommandEngine implements CommandsService {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #ledger: CommandLedger;
  readonly #runner: CommandRunner;
  readonly #watch: ConfirmationWatch;
  readonly #stations: Stations;
  readonly #upkeep: CommandUpkeep;
  readonly #wake: (lines: readonly Line[]) => Promise<void>;
  readonly #listeners: Listeners<Command>;
  #closed: Promise<void> | undefined;

  constructor(options: CommandsOptions) {
    const { store, queue, clock, log, random = Math.random, retention = defaultRetention } = options;
    const ledger = new CommandLedger(store, clock);
    const base = { ledger, clock, log, changed: (command: HeldCommand): void => this.#changed(command) };
    const wake = createLineJobs(queue);
    this.#wake = wake;
    this.#clock = clock;
    this.#log = log;
    this.#ledger = ledger;
    this.#listeners = createListeners(log);
    this.#stations = new Stations({
      queue,
      clock,
      log,
      run: ({ id }) => this.#runner.run(id),
      wake: (connection) => this.#wakeOpen(connection),
    });
    this.#runner = new CommandRunner({ ...base, random, sender: (name) => this.#stations.sender(name) });
    this.#watch = new ConfirmationWatch({ ...base, queue, wake, refreshMs: options.refreshMs });
    const hasSender = (name: string): boolean => this.#stations.sender(name) !== undefined;
    this.#upkeep = new CommandUpkeep({ ...base, random, retention, hasSender, wake, everyMs: options.upkeepMs });
  }

  async open(): Promise<void> {
    await this.#watch.open();
    this.#stations.open();
    this.#upkeep.open();
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async accept(commands: readonly NewCommand[]): Promise<void> {
    if (commands.length === 0) return;
    const added = await this.#ledger.add(commands);
    await Promise.all(added.map((command) => this.#supersedeOlder(command)));
    // Known ones are woken as well: their first acceptance may have ended between the ledger and the queue.
    await this.#wake(commands.filter(({ isDryRun }) => isDryRun !== true));
    for (const command of added) this.#changed(command);
  }

  register(connection: string, sender: CommandSender): () => void {
    return this.#stations.register(connection, sender);
  }

  senders(): readonly string[] {
    return this.#stations.connections();
  }

  async get(key: string): Promise<Command | undefined> {
    const held = await this.#ledger.get(key);
    return held === undefined ? undefined : commandOf(held);
  }

  list(query: CommandQuery): Promise<readonly Command[]> {
    return this.#ledger.list(query);
  }

  cancel(key: string, by: string): Promise<Command> {
    return this.#byHand(key, by, cancel);
  }

  resend(key: string, by: string): Promise<Command> {
    return this.#byHand(key, by, resend);
  }

  watched(connection: string): readonly WatchedDevice[] {
    return this.#watch.watched(connection);
  }

  onWatched(connection: string, listener: () => void): () => void {
    return this.#watch.onWatched(connection, listener);
  }

  observe(connection: string, uplink: Uplink): void {
    this.#watch.observe(connection, uplink);
  }

  onChange(listener: (command: Command) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** What follows from a change that this engine recorded. */
  #changed(held: HeldCommand): void {
    const command = commandOf(held);
    announce(this.#log, command);
    this.#watch.note(held);
    this.#listeners.tell(command);
  }

  async #supersedeOlder(newer: HeldCommand): Promise<void> {
    for (const older of await this.#ledger.olderOf(newer)) {
      const record = supersede(older.record, newer.record.key, this.#clock.now());
      const changed = await this.#ledger.change(older, record);
      if (changed !== undefined) this.#changed(changed);
    }
  }

  async #byHand(
    key: string,
    by: string,
    ask: (command: CommandRecord, request: Request) => CommandRecord,
  ): Promise<Command> {
    for (;;) {
      const held = await this.#ledger.get(key);
      if (held === undefined) throw new SignalboxError("COMMAND_KEY_UNKNOWN", `there is no command ${key}`);
      const changed = await this.#ledger.change(held, ask(held.record, { by, now: this.#clock.now() }));
      // Else it changed between reading and writing: what may be asked of it is another question now.
      if (changed === undefined) continue;
      this.#changed(changed);
      await this.#wake([held.record]);
      return commandOf(changed);
    }
  }

  /** Sees that each line with an open command has its job; a job that is there already is not doubled. */
  async #wakeOpen(connection: string): Promise<void> {
    const wake = createLineRound(this.#wake);
    for (const state of ["sent", "queued"] as const) {
      for await (const page of this.#ledger.inState(state)) {
        await wake(page.map(({ record }) => record).filter((each) => each.connection === connection));
      }
    }
  }

  async #end(): Promise<void> {
    await this.#upkeep.close();
    await this.#runner.close();
    await this.#stations.close();
    await this.#watch.close();
  }
}

// Watches the uplinks of devices whose commands want to be confirmed, and sees that those have an end that no uplink shows.
// Not here: whether an uplink confirms (confirming.ts), and where uplinks come from (the connections).
import { setMaxListeners } from "node:events";
import { type Clock, sleep, type Timer } from "../clock.ts";
import { messageOf } from "../errors/error.ts";
import { createListeners, type Listeners } from "../listeners.ts";
import type { Logger } from "../log.ts";
import type { Queue, QueueWorker } from "../ports/queue.ts";
import type { Confirmations, Uplink, WatchedDevice } from "./contracts.ts";
import {
  compileExpectation,
  confirm,
  type Expectation,
  isWatched,
  missConfirmation,
  seen,
  sentAt,
} from "./confirming.ts";
import type { CommandLedger, HeldCommand } from "./ledger.ts";
import type { CommandRecord } from "./transitions.ts";
import { type Watch, WatchList } from "./watch-list.ts";

export interface ConfirmationWatchOptions {
  readonly ledger: CommandLedger;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called with each change that was recorded. */
  readonly changed: (command: HeldCommand) => void;
  /** Sees that the lines of commands have their jobs. */
  readonly wake: (commands: readonly CommandRecord[]) => Promise<void>;
  /** How often the ledger is read, so that this engine may hear what a dead one waited for. Default a minute. */
  readonly refreshMs?: number | undefined;
}

const topic = "command-confirmations";
const concurrency = 4;
const defaultRefreshMs = 60_000;
/** Later than this after its time, the end of a confirmation was never planned. */
const lateMs = 30_000;
const againMs = 1_000;

export class ConfirmationWatch implements Confirmations {
  readonly #options: ConfirmationWatchOptions;
  readonly #watches = new WatchList((connection) => this.#listeners.get(connection)?.tell());
  readonly #listeners = new Map<string, Listeners<void>>();
  readonly #background = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  #worker: QueueWorker | undefined;
  #timer: Timer | undefined;
  #refreshing: Promise<void> | undefined;

  constructor(options: ConfirmationWatchOptions) {
    this.#options = options;
    // Each confirmation that waits for the store listens.
    setMaxListeners(0, this.#closing.signal);
  }

  async open(): Promise<void> {
    await this.#refresh();
    this.#worker = await this.#options.queue.work(topic, { concurrency }, ({ id }) => this.#deadline(id));
    this.#arm();
  }

  /** Hears no more, and gives up what cannot be recorded. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#timer?.cancel();
    await this.#refreshing;
    await Promise.all(this.#background);
    await this.#worker?.close();
  }

  watched(connection: string): readonly WatchedDevice[] {
    return this.#watches.devices(connection);
  }

  onWatched(connection: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(connection) ?? createListeners<void>(this.#options.log);
    this.#listeners.set(connection, listeners);
    return listeners.add(listener);
  }

  observe(connection: string, uplink: Uplink): void {
    for (const watch of this.#watches.of(connection, uplink.device)) {
      if (uplink.at >= (sentAt(watch.record) ?? 0)) this.#start(this.#judge(watch, uplink));
    }
  }

  /** Takes note of a change that is recorded. */
  note(command: HeldCommand): void {
    const { record } = command;
    if (!isWatched(record)) return this.#watches.drop(record);
    const watch = this.#keep(record);
    if (record.confirmBy === undefined) return;
    if (watch?.early !== undefined) this.#start(this.#record(watch, watch.early));
    else this.#start(this.#plan(record.key, record.confirmBy));
  }

  #keep(record: CommandRecord): Watch | undefined {
    const known = this.#watches.get(record);
    if (known !== undefined) {
      // What showed an earlier try shows nothing of this one.
      if (known.record.attempts !== record.attempts) delete known.early;
      known.record = record;
      return known;
    }
    const expects = this.#compile(record);
    if (expects === undefined) return undefined;
    const watch = { record, expects };
    this.#watches.add(watch);
    return watch;
  }

  #compile({ key, pipeline, confirm: asked }: CommandRecord): Expectation | undefined {
    try {
      return asked === undefined ? undefined : compileExpectation(asked);
    } catch (error) {
      const fields = { command: key, pipeline, cause: messageOf(error) };
      this.#options.log.error(fields, "A command's condition does not compile: no uplink will confirm it.");
      return undefined;
    }
  }

  async #judge(watch: Watch, uplink: Uplink): Promise<void> {
    try {
      if (!(await watch.expects(uplink, seen(watch.record)))) return;
    } catch (error) {
      return this.#complain(watch, error);
    }
    // Else the device was quicker than the other side's answer.
    if (watch.record.confirmBy === undefined) watch.early ??= uplink;
    else await this.#record(watch, uplink);
  }

  #complain(watch: Watch, error: unknown): void {
    if (watch.hasComplained === true) return;
    watch.hasComplained = true;
    const { key, pipeline, device } = watch.record;
    const fields = { command: key, pipeline, device, cause: messageOf(error) };
    this.#options.log.warn(fields, "A command's condition failed on an uplink; it is said once per command.");
  }

  async #record({ record: { key } }: Watch, uplink: Uplink): Promise<void> {
    const { ledger, clock, changed } = this.#options;
    await this.#untilDone("A confirmation cannot be recorded yet", async () => {
      const held = await ledger.get(key);
      const record = held === undefined ? undefined : confirm(held.record, uplink, clock.now());
      if (held === undefined || record === undefined) return true;
      const now = await ledger.change(held, record);
      if (now !== undefined) changed(now);
      return now !== undefined;
    });
  }

  async #plan(id: string, runAt: number): Promise<void> {
    await this.#untilDone("The end of a confirmation cannot be planned yet", async () => {
      await this.#options.queue.add(topic, [{ id, data: {}, runAt }]);
      return true;
    });
  }

  /** The time of a command is over, if it still waits for its uplink. */
  async #deadline(key: string): Promise<void | { runAgainAt: number }> {
    const { ledger, clock, changed, wake } = this.#options;
    const held = await ledger.get(key);
    // Found queued by a job that comes again: the store went away before the line could be woken.
    if (held?.record.state === "queued") return wake([held.record]);
    if (held?.record.confirmBy === undefined) return;
    if (held.record.confirmBy > clock.now()) return { runAgainAt: held.record.confirmBy };
    const isOvertaken = await ledger.isOvertaken(held);
    const now = await ledger.change(held, missConfirmation(held.record, { now: clock.now(), isOvertaken }));
    if (now === undefined) return { runAgainAt: clock.now() };
    changed(now);
    if (now.record.state === "queued") await wake([now.record]);
  }

  #start(work: Promise<void>): void {
    const done = work.finally(() => this.#background.delete(done));
    this.#background.add(done);
  }

  /** Tries until `step` answers true, also while the store is away; ends with the engine. */
  async #untilDone(trouble: string, step: () => Promise<boolean>): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        if (await step()) return;
      } catch (error) {
        this.#options.log.debug({ cause: messageOf(error) }, `${trouble}; tried again in a second.`);
        await sleep(this.#options.clock, againMs, signal);
      }
    }
  }

  #arm(): void {
    if (this.#closing.signal.aborted) return;
    this.#timer = this.#options.clock.setTimer(() => {
      this.#refreshing = this.#refresh().finally(() => this.#arm());
    }, this.#options.refreshMs ?? defaultRefreshMs);
  }

  async #refresh(): Promise<void> {
    try {
      await this.#agree();
    } catch (error) {
      const fields = { cause: messageOf(error) };
      this.#options.log.warn(fields, "The confirmations of commands cannot be read yet; tried again in a minute.");
    }
  }

  /** Agrees with the ledger: what other engines sent or ended, and ends that a crash kept from being planned. */
  async #agree(): Promise<void> {
    const { ledger, queue, clock } = this.#options;
    const unseen = new Map(this.#watches.all().map(({ record }) => [record.key, record]));
    for await (const page of ledger.watched()) {
      for (const { record } of page) {
        unseen.delete(record.key);
        this.#keep(record);
      }
      const over = clock.now() - lateMs;
      const late = page.filter(({ record: { confirmBy = Number.POSITIVE_INFINITY } }) => confirmBy < over);
      await queue.add(
        topic,
        late.map(({ record: { key } }) => ({ id: key, data: {} })),
      );
    }
    for (const [key, record] of unseen) {
      const held = await ledger.get(key);
      if (held === undefined || !isWatched(held.record)) this.#watches.drop(record);
    }
  }
}

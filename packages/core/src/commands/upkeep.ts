import type { Clock, Timer } from "../clock.ts";
import { messageOf } from "../errors/error.ts";
import type { Logger } from "../log.ts";
import type { Retention } from "../retention.ts";
import type { CommandLedger, HeldCommand, Line } from "./ledger.ts";
import { createLineRound } from "./line-jobs.ts";
import { type CommandRecord, cut, expire } from "./transitions.ts";

export interface CommandUpkeepOptions {
  readonly ledger: CommandLedger;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly retention: Retention;
  /** Default an hour. */
  readonly everyMs: number | undefined;
  readonly hasSender: (connection: string) => boolean;
  /** Sees that the lines of commands have their jobs. */
  readonly wake: (lines: readonly Line[]) => Promise<void>;
  /** Called with each change that was recorded. */
  readonly changed: (command: HeldCommand) => void;
}

const defaultEveryMs = 3_600_000;
/** No request takes that long: what is `sent` for longer, and has no sender here, was left by an engine that died. */
const abandonedMs = 3_600_000;

/** Looks after the ledger each hour: what ends without its turn, what a crash kept out of the queue, what is old. */
export class CommandUpkeep {
  readonly #options: CommandUpkeepOptions;
  #timer: Timer | undefined;
  #round: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: CommandUpkeepOptions) {
    this.#options = options;
  }

  open(): void {
    if (this.#isClosed) return;
    this.#timer = this.#options.clock.setTimer(() => {
      this.#round = this.#keepUp().finally(() => this.open());
    }, this.#options.everyMs ?? defaultEveryMs);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#round;
  }

  async #keepUp(): Promise<void> {
    const { ledger, log, retention } = this.#options;
    try {
      await this.#sweep();
      const pruned = await ledger.prune(retention);
      if (pruned > 0) log.debug({ pruned }, "Old entries left the command ledger.");
    } catch (error) {
      const fields = { cause: messageOf(error) };
      log.warn(fields, "The command ledger could not be looked after; it is tried again in an hour.");
    }
  }

  async #sweep(): Promise<void> {
    const wake = createLineRound(this.#options.wake);
    for (const state of ["sent", "queued"] as const) {
      for await (const page of this.#options.ledger.inState(state)) {
        for (const held of page) await this.#endOverdue(held);
        await wake(page.map(({ record }) => record));
      }
    }
  }

  async #endOverdue(held: HeldCommand): Promise<void> {
    const { ledger, changed } = this.#options;
    const record = this.#endOf(held.record);
    const ended = record === undefined ? undefined : await ledger.change(held, record);
    if (ended !== undefined) changed(ended);
  }

  #endOf(command: CommandRecord): CommandRecord | undefined {
    const { clock, random, hasSender } = this.#options;
    const now = clock.now();
    const { state, expiresAt = Number.POSITIVE_INFINITY, history, connection } = command;
    if (state === "queued") return expiresAt <= now ? expire(command, now) : undefined;
    const since = Date.parse(history.at(-1)?.at ?? "");
    if (hasSender(connection) || !(since < now - abandonedMs)) return undefined;
    return cut(command, { now, random: random() });
  }
}

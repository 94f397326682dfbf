// Takes the commands of one line (a device on a connection) out, one at a time: whoever holds the line's job.
// Not here: taking commands in, or looking after the ledger (commands.ts).
import { setMaxListeners } from "node:events";
import { randomUUID } from "node:crypto";
import { type Clock, sleep } from "../clock.ts";
import { messageOf, toSignalboxError } from "../errors/error.ts";
import type { Logger } from "../log.ts";
import type { CommandSender, SendResult } from "./contracts.ts";
import { type CommandLedger, commandOf, type HeldCommand, lineOf } from "./ledger.ts";
import {
  applyLateResult,
  applyResult,
  type CommandRecord,
  holdBack,
  markSent,
  type Moment,
  supersede,
  turnOf,
} from "./transitions.ts";

export interface CommandRunnerOptions {
  readonly ledger: CommandLedger;
  readonly clock: Clock;
  readonly log: Logger;
  /** In [0, 1), for the jitter of retries. */
  readonly random: () => number;
  readonly sender: (connection: string) => CommandSender | undefined;
  /** Called with each change that was recorded. */
  readonly changed: (command: HeldCommand) => void;
}

/** Nothing when the line is empty, else when to look again. */
type Again = void | { readonly runAgainAt: number };

interface Answer {
  readonly sent: HeldCommand;
  readonly result: SendResult;
}

const againMs = 1_000;
const closeGraceMs = 5_000;
/** Commands that may end without being sent in one turn. */
const mostEnds = 100;

export class CommandRunner {
  readonly #options: CommandRunnerOptions;
  readonly #self = randomUUID();
  readonly #running = new Map<string, Promise<Again>>();
  readonly #closing = new AbortController();
  readonly #cut = new AbortController();

  constructor(options: CommandRunnerOptions) {
    this.#options = options;
    // Each line that waits for its sender, or for an answer, listens.
    setMaxListeners(0, this.#closing.signal, this.#cut.signal);
  }

  run(line: string): Promise<Again> {
    // A job whose lock was lost is given out again while its first run goes on: both wait for the same end.
    const known = this.#running.get(line);
    if (known !== undefined) return known;
    const run = this.#takeTurn(line).finally(() => this.#running.delete(line));
    this.#running.set(line, run);
    return run;
  }

  /** Sends no more; requests under way get a moment for their answers, then they are cut and count as unknown. */
  async close(): Promise<void> {
    this.#closing.abort();
    const timer = this.#options.clock.setTimer(() => this.#cut.abort(), closeGraceMs);
    await Promise.allSettled(this.#running.values());
    timer.cancel();
  }

  async #takeTurn(line: string): Promise<Again> {
    if (this.#closing.signal.aborted) return this.#in(againMs);
    for (let ends = 0; ends < mostEnds; ends += 1) {
      const head = await this.#options.ledger.head(line);
      if (head === undefined) return;
      const turn = await this.#turnOf(head);
      if (turn.due === "wait") return { runAgainAt: turn.until };
      if (turn.due === "send") return this.#send(line, head);
      await this.#change(head, turn.record);
    }
    return this.#in(0);
  }

  async #turnOf(head: HeldCommand): Promise<ReturnType<typeof turnOf>> {
    const turn = turnOf(head.record, this.#now(), this.#self);
    if (turn.due !== "send") return turn;
    // Seen here as well as at acceptance, which a crash may have cut short between the newer one and the older ones.
    const newer = await this.#options.ledger.newerOf(head);
    if (newer === undefined) return turn;
    return { due: "change", record: supersede(head.record, newer, this.#now().now) };
  }

  async #send(line: string, head: HeldCommand): Promise<Again> {
    const { clock } = this.#options;
    const sender = this.#options.sender(head.record.connection);
    if (sender === undefined) return this.#in(againMs);
    if (!(await this.#isReady(sender, head))) return this.#in(0);
    // What waited for its sender may be expired or superseded by now, or stand behind an older one that is sent again.
    if (this.#closing.signal.aborted || !(await this.#isStillDue(line, head))) return this.#in(0);
    const markedFrom = clock.now();
    const sent = await this.#mark(head);
    if (sent === undefined) return this.#in(0);
    const over = await this.#overMeanwhile(sent, markedFrom);
    if (over !== undefined) {
      await this.#insist(sent.record, () => this.#change(sent, over));
      return this.#in(0);
    }
    this.#options.changed(sent);
    return this.#record({ sent, result: await this.#ask(sender, sent) });
  }

  /** The store took its time to record the sending: what was in time before may be over now, or have been replaced. */
  async #overMeanwhile(sent: HeldCommand, markedFrom: number): Promise<CommandRecord | undefined> {
    const { clock, ledger } = this.#options;
    const wasQuick = clock.now() - markedFrom < againMs;
    const newer = wasQuick ? undefined : await this.#insist(sent.record, () => ledger.newerOf(sent));
    return holdBack(sent.record, { now: clock.now(), isReplaced: newer !== undefined });
  }

  async #isStillDue(line: string, { record, version }: HeldCommand): Promise<boolean> {
    const head = await this.#options.ledger.head(line);
    if (head?.record.key !== record.key || head.version !== version) return false;
    return (await this.#turnOf(head)).due === "send";
  }

  /** Records the sending; undefined when the command has changed meanwhile. */
  #mark(head: HeldCommand): Promise<HeldCommand | undefined> {
    const { ledger, clock } = this.#options;
    const marked = markSent(head.record, clock.now(), this.#self);
    return this.#insist(marked, (isInDoubt) => (isInDoubt ? this.#ownMark(marked) : ledger.change(head, marked)));
  }

  /** The mark that the store has taken without being able to say so. */
  async #ownMark({ key, attempts }: CommandRecord): Promise<HeldCommand | undefined> {
    const held = await this.#options.ledger.get(key);
    const { state, sentBy, attempts: marked } = held?.record ?? {};
    return state === "sent" && sentBy === this.#self && marked === attempts ? held : undefined;
  }

  /**
   * Takes a step until the store answers, and keeps the line's job meanwhile: whoever got it next would have to take the
   * command for one whose request has left. `isInDoubt` from the second try on: the first may have been carried out.
   */
  async #insist<T>({ key }: CommandRecord, step: (isInDoubt: boolean) => Promise<T>): Promise<T> {
    const { clock, log } = this.#options;
    const { signal } = this.#cut;
    for (let isInDoubt = false; ; isInDoubt = true) {
      try {
        return await step(isInDoubt);
      } catch (error) {
        if (signal.aborted) throw error;
        log.debug(
          { command: key, cause: messageOf(error) },
          "A command cannot be recorded yet; tried again in a second.",
        );
        await sleep(clock, againMs, signal);
      }
    }
  }

  async #isReady(sender: CommandSender, head: HeldCommand): Promise<boolean> {
    const { clock, log } = this.#options;
    const { signal } = this.#closing;
    try {
      await sender.ready?.(commandOf(head), signal);
      return true;
    } catch (error) {
      log.debug({ command: head.record.key, cause: messageOf(error) }, "A command waits: its sender is not ready.");
      // The job is kept meanwhile: many lines that all came again in a moment would keep the store busy.
      await sleep(clock, againMs, signal);
      return false;
    }
  }

  async #ask(sender: CommandSender, sent: HeldCommand): Promise<SendResult> {
    try {
      return await sender.send(commandOf(sent), this.#cut.signal);
    } catch (error) {
      return { status: "unknown", cause: toSignalboxError(error, "COMMAND_SEND_FAILED") };
    }
  }

  async #record(answer: Answer): Promise<Again> {
    const { sent } = answer;
    const changed = await this.#insist(sent.record, (isInDoubt) => this.#recordOnce(answer, isInDoubt));
    if (changed?.record.state === "queued") return { runAgainAt: changed.record.dueAt };
    // One command a turn, so that a long line does not keep the others waiting. Most lines are at their end with one.
    const next = await this.#options.ledger.head(lineOf(sent.record));
    return next === undefined ? undefined : this.#in(0);
  }

  async #recordOnce({ sent, result }: Answer, isInDoubt: boolean): Promise<HeldCommand | undefined> {
    const { ledger, clock } = this.#options;
    const record = applyResult(sent.record, result, this.#now());
    const changed = await this.#change(sent, record);
    if (changed !== undefined) return changed;
    const held = await ledger.get(sent.record.key);
    if (held === undefined) return undefined;
    if (isInDoubt && held.version === sent.version + 1 && held.record.state === record.state) {
      this.#options.changed(held);
      return held;
    }
    const late = applyLateResult(held.record, { attempt: sent.record.attempts, result, now: clock.now() });
    return late === undefined ? undefined : this.#change(held, late);
  }

  async #change(held: HeldCommand, record: CommandRecord): Promise<HeldCommand | undefined> {
    const changed = await this.#options.ledger.change(held, record);
    if (changed !== undefined) this.#options.changed(changed);
    return changed;
  }

  #now(): Moment {
    return { now: this.#options.clock.now(), random: this.#options.random() };
  }

  #in(delayMs: number): { runAgainAt: number } {
    return { runAgainAt: this.#options.clock.now() + delayMs };
  }
}

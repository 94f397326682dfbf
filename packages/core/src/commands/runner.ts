// Takes the commands of one line (a device on a connection) out, one at a time: whoever holds the line's job.
// Not here: taking commands in, or looking after the ledger (commands.ts).
import type { Clock } from "../clock.ts";
import { messageOf, toSignalboxError } from "../errors/error.ts";
import type { Logger } from "../log.ts";
import type { Command, CommandSender, SendResult } from "./contracts.ts";
import { type CommandLedger, commandOf, type HeldCommand } from "./ledger.ts";
import { applyLateResult, applyResult, markSent, markUnknown, senderWaitMs } from "./transitions.ts";

export interface CommandRunnerOptions {
  readonly ledger: CommandLedger;
  readonly clock: Clock;
  readonly log: Logger;
  /** In [0, 1), for the jitter of retries. */
  readonly random: () => number;
  readonly sender: (connection: string) => CommandSender | undefined;
  readonly tell: (command: Command) => void;
}

/** Nothing when the line is empty, else when to look again. */
type Again = void | { readonly runAgainAt: number };

interface Answer {
  readonly sent: HeldCommand;
  readonly result: SendResult;
}

const againMs = 1_000;
const closeGraceMs = 5_000;

export class CommandRunner {
  readonly #options: CommandRunnerOptions;
  readonly #running = new Map<string, Promise<Again>>();
  // Answers that came while the store did not: the line's job comes again, and they are recorded then.
  readonly #unrecorded = new Map<string, Answer>();
  readonly #closing = new AbortController();
  readonly #cut = new AbortController();

  constructor(options: CommandRunnerOptions) {
    this.#options = options;
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
    const answer = this.#unrecorded.get(line);
    if (answer !== undefined) return this.#record(line, answer);
    const [head] = await this.#options.ledger.line(line, 1);
    if (head === undefined) return;
    // Only the holder of the line's job sends, and this process is not at it: whoever sent this is gone.
    if (head.record.state === "sent") return this.#giveUp(head);
    const { clock } = this.#options;
    if (head.record.notBefore > clock.now()) return { runAgainAt: head.record.notBefore };
    const sender = this.#options.sender(head.record.connection);
    if (sender === undefined) return this.#in(senderWaitMs(clock.now() - head.at));
    return this.#send(line, head, sender);
  }

  async #send(line: string, head: HeldCommand, sender: CommandSender): Promise<Again> {
    const { ledger, clock, log } = this.#options;
    const command = commandOf(head.record);
    try {
      await sender.ready?.(command, this.#closing.signal);
    } catch (error) {
      log.debug({ command: command.key, cause: messageOf(error) }, "A command waits: its sender is not ready.");
      return this.#in(againMs);
    }
    if (this.#closing.signal.aborted) return this.#in(againMs);
    const sent = await ledger.change(head, markSent(head.record, clock.now()));
    if (sent === undefined) return this.#in(againMs);
    this.#options.tell(commandOf(sent.record));
    const answer = { sent, result: await this.#ask(sender, commandOf(sent.record)) };
    this.#unrecorded.set(line, answer);
    return this.#record(line, answer);
  }

  async #ask(sender: CommandSender, command: Command): Promise<SendResult> {
    try {
      return await sender.send(command, this.#cut.signal);
    } catch (error) {
      return { status: "unknown", cause: toSignalboxError(error, "COMMAND_SEND_FAILED") };
    }
  }

  async #record(line: string, answer: Answer): Promise<Again> {
    const { ledger, clock, random } = this.#options;
    const { sent, result } = answer;
    const record = applyResult(sent.record, result, { now: clock.now(), random: random() });
    const changed = (await ledger.change(sent, record)) ?? (await this.#recordLate(answer));
    this.#unrecorded.delete(line);
    if (changed !== undefined) this.#announce(changed);
    const isWaiting = changed?.record.state === "queued";
    // One command a turn, so that a long line does not keep the others waiting.
    return { runAgainAt: isWaiting ? changed.record.notBefore : clock.now() };
  }

  async #recordLate({ sent, result }: Answer): Promise<HeldCommand | undefined> {
    const { ledger, clock } = this.#options;
    const held = await ledger.get(sent.record.key);
    if (held === undefined) return undefined;
    const record = applyLateResult(held.record, { attempt: sent.record.attempts, result, now: clock.now() });
    return record === undefined ? undefined : ledger.change(held, record);
  }

  async #giveUp(head: HeldCommand): Promise<Again> {
    const { ledger, clock } = this.#options;
    const changed = await ledger.change(head, markUnknown(head.record, clock.now()));
    if (changed !== undefined) this.#announce(changed);
    return this.#in(0);
  }

  #announce({ record }: HeldCommand): void {
    const { log, tell } = this.#options;
    const { key, pipeline, sink, connection, device, attempts, history } = record;
    const fields = { command: key, pipeline, sink, connection, device, attempts, detail: history.at(-1)?.detail };
    switch (record.state) {
      case "accepted":
        log.info(fields, "A command was accepted.");
        break;
      case "queued":
        log.warn({ ...fields, notBefore: new Date(record.notBefore).toISOString() }, "A command is tried again later.");
        break;
      case "rejected":
        log.error(fields, "A command was rejected.");
        break;
      case "failed":
        log.error(fields, "A command failed: its attempts are spent.");
        break;
      case "unknown":
        log.error(fields, "A command may have left and has no answer: it is not sent again. Check the device.");
        break;
      case "sent":
        break;
    }
    tell(commandOf(record));
  }

  #in(delayMs: number): { runAgainAt: number } {
    return { runAgainAt: this.#options.clock.now() + delayMs };
  }
}

import { createCommands, type CommandsService } from "../../commands/commands.ts";
import type { CommandSender, NewCommand, SendResult } from "../../commands/contracts.ts";
import { SignalboxError } from "../../errors/error.ts";
import { silentLogger } from "../../log.ts";
import type { Queue } from "../../ports/queue.ts";
import type { Store } from "../../ports/store.ts";
import { createVirtualTime, type VirtualTime } from "../virtual-time.ts";
import type { OpenInVirtualTime } from "./schedule-world.ts";

export const minuteMs = 60_000;
export const dayMs = 86_400_000;
export const accepted: SendResult = { status: "accepted" };
export const rejected: SendResult = { status: "rejected", cause: new SignalboxError("COMMAND_SEND_FAILED", "404") };

export function retryable(retryAfterMs?: number): SendResult {
  const options = { isRetryable: true, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  return { status: "retryable", cause: new SignalboxError("COMMAND_SEND_FAILED", "503", options) };
}

/** What the tests of commands in virtual time play in. */
export interface CommandWorld {
  readonly time: VirtualTime;
  readonly store: Store;
  readonly queue: Queue;
}

/** A request as it arrived at the other side. */
export interface Sent {
  readonly key: string;
  readonly at: number;
  readonly result: SendResult;
}

export function createCommandWorld(open: OpenInVirtualTime): CommandWorld {
  const time = createVirtualTime();
  return { time, ...open(time.clock) };
}

export function order(key: string, device: string): NewCommand {
  const where = { pipeline: "night", sink: "valves", message: "m1", connection: "akenza", device };
  return { key, ...where, payload: { open: true }, maxAttempts: 4, backoffMs: 2_000, maxBackoffMs: 60_000 };
}

export function ledger({ time, store, queue }: CommandWorld): CommandsService {
  return createCommands({ store, queue, clock: time.clock, log: silentLogger, random: () => 0 });
}

export async function start(the: CommandWorld): Promise<CommandsService> {
  const commands = ledger(the);
  await commands.open();
  return commands;
}

/** A sender whose requests arrive at once, and which keeps a log of them as the other side would. */
export function radio(
  the: CommandWorld,
  answer: (command: NewCommand) => SendResult,
): CommandSender & { readonly log: Sent[] } {
  const log: Sent[] = [];
  return {
    log,
    async send(command) {
      const result = answer(command);
      log.push({ key: command.key, at: the.time.clock.now(), result });
      return result;
    },
  };
}

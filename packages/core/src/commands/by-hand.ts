// What a person may ask of a command, as functions of (command, now). Not here: who asks (control/command-routes.ts).
import { SignalboxError } from "../errors/error.ts";
import type { NewCommand } from "./contracts.ts";
import { change, type CommandRecord } from "./transitions.ts";

/** A person and when they asked. */
export interface Request {
  readonly by: string;
  readonly now: number;
}

/** A waiting command taken back. Throws COMMAND_STATE_REFUSED for one that does not wait. */
export function cancel(command: CommandRecord, { by, now }: Request): CommandRecord {
  if (command.state === "queued") return change(command, "cancelled", { now, by });
  throw refused(command, "only one that is queued can be cancelled");
}

/** One more try, whatever its attempts. Throws COMMAND_STATE_REFUSED where that is not a person's to decide. */
export function resend(command: CommandRecord, { by, now }: Request): CommandRecord {
  const { key, state, expiresAt } = command;
  if (state !== "unknown" && state !== "failed") {
    throw refused(command, "only one that is unknown or failed can be sent again");
  }
  if (expiresAt !== undefined && expiresAt <= now) {
    const over = new Date(expiresAt).toISOString();
    throw new SignalboxError("COMMAND_STATE_REFUSED", `the time of command ${key} was over at ${over}`, {
      hint: "send a new one",
    });
  }
  return { ...change(command, "queued", { now, by, detail: "It is sent again by hand." }), dueAt: now };
}

/** What a person orders. */
export interface OrderByHand extends Pick<NewCommand, "connection" | "device" | "payload" | "expiresAt"> {
  readonly by: string;
}

const retries = { maxAttempts: 5, backoffMs: 1_000, maxBackoffMs: 60_000 };

/** Stands where a command of a pipeline names it and its sink. */
export const byHand = "(by hand)";

/** The command of an order by hand; `id` is unlike any other's. */
export function orderedByHand(id: string, { connection, device, payload, expiresAt, by }: OrderByHand): NewCommand {
  return {
    key: id,
    pipeline: byHand,
    sink: byHand,
    message: id,
    connection,
    device,
    payload,
    by,
    ...retries,
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

function refused({ key, state }: CommandRecord, rule: string): SignalboxError {
  return new SignalboxError("COMMAND_STATE_REFUSED", `command ${key} is ${state}`, { hint: rule });
}

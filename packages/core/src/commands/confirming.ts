// Whether an uplink shows that a command was carried out, as functions of (command, uplink, now).
// Not here: who watches which device (confirmations.ts).
import { compile, library } from "@signalbox/jsonata";
import { formatDuration } from "../component/units.ts";
import type { CommandSeen, Confirmation, Uplink } from "./contracts.ts";
import { change, type CommandRecord, iso } from "./transitions.ts";

/** Whether an uplink confirms a command; a promise only where the expression must wait. Throws what the expression does. */
export type Expectation = (uplink: Uplink, command: CommandSeen) => boolean | Promise<boolean>;

/** The condition of a confirmation, compiled. Throws an ExpressionError for text that is none. */
export function compileExpectation({ expect, vars = {} }: Pick<Confirmation, "expect" | "vars">): Expectation {
  const compiled = compile(expect, { variables: ["meta", "vars", "command"], functions: library });
  return ({ body, device, at, topic }, command) => {
    const meta = { device, time: iso(at), ...(topic !== undefined && { topic }) };
    const value: unknown = compiled.evaluate(body, { meta, vars, command });
    // Anything but true says nothing: an uplink of another kind may lack what the condition looks at.
    return value instanceof Promise ? value.then((late) => late === true) : value === true;
  };
}

/** When the latest request of a command left, or was about to; undefined for one that was never sent. */
export function sentAt({ history }: Pick<CommandRecord, "history">): number | undefined {
  const sent = history.findLast(({ state }) => state === "sent");
  return sent === undefined ? undefined : Date.parse(sent.at);
}

/** Whether an uplink may confirm the command, now or once its answer is recorded. */
export function isWatched({ state, confirm, confirmBy }: CommandRecord): boolean {
  return confirm !== undefined && (state === "sent" || confirmBy !== undefined);
}

export function seen(command: CommandRecord): CommandSeen {
  const { key, device, payload, attempts } = command;
  return { key, device, payload, attempts, sentAt: iso(sentAt(command) ?? 0) };
}

/** An uplink showed it. Undefined for a command that waits for none. */
export function confirm(command: CommandRecord, uplink: Pick<Uplink, "at">, now: number): CommandRecord | undefined {
  if (command.confirmBy === undefined) return undefined;
  return change(command, "confirmed", { now, detail: `An uplink of ${iso(uplink.at)} shows it.` });
}

/**
 * No uplink showed it in time. Sent again where the author wants that and nothing speaks against it: attempts are left, its
 * time is not over, and no later command went to the device, which this one would undo.
 */
export function missConfirmation(
  command: CommandRecord,
  { now, isOvertaken }: { now: number; isOvertaken: boolean },
): CommandRecord {
  const { state, confirm: asked, attempts, maxAttempts, expiresAt = Number.POSITIVE_INFINITY } = command;
  const none = `No uplink confirmed it within ${formatDuration(asked?.withinMs ?? 0)}.`;
  if (state === "unknown") return change(command, "unknown", { now, detail: none });
  const over = (why = ""): CommandRecord => change(command, "unconfirmed", { now, detail: `${none} ${why}`.trim() });
  if (asked?.otherwise !== "retry") return over();
  if (attempts >= maxAttempts) return over("Its attempts are spent.");
  if (expiresAt <= now) return over("Its time is over.");
  if (isOvertaken) return over("It is not sent again: a later command went to the device.");
  const again = change(over(), "queued", { now, detail: "It is sent again, as `otherwise` says." });
  return { ...again, dueAt: now, mayHaveArrived: true, wasAccepted: true };
}

import type { Command, CommandChange, CommandState } from "../../commands/contracts.ts";
import type { Span, SpanLink } from "../../ports/traces.ts";
import { idsOf } from "./ids.ts";

const failures: ReadonlySet<CommandState> = new Set(["rejected", "failed", "expired", "unknown", "unconfirmed"]);
const underWay: ReadonlySet<CommandState> = new Set(["queued", "sent"]);

/** Whether nothing more is to come of it by itself: one that waits for an uplink to confirm it is not over. */
export function isOver({ state, confirmBy }: Command): boolean {
  return !underWay.has(state) && confirmBy === undefined;
}

export function isFailure({ state }: Command): boolean {
  return failures.has(state);
}

/**
 * The span of a command from its acceptance to its end, and one below it for each time it was sent. Its ids follow from the
 * command, so that one whose end comes to be known better is told of anew, and not twice.
 */
export function commandSpans(command: Command, { traceId, spanId: parentId }: SpanLink): readonly Span[] {
  const { key, history } = command;
  const [first] = history;
  const last = history.at(-1);
  if (first === undefined || last === undefined) return [];
  const { spanId } = idsOf("command", key);
  const whole: Span = {
    traceId,
    spanId,
    parentId,
    name: `command ${command.sink}`,
    kind: "producer",
    startMs: Date.parse(first.at),
    endMs: Date.parse(last.at),
    attributes: {
      ...factsOf(command),
      "signalbox.command.state": command.state,
      "signalbox.command.attempts": command.attempts,
    },
    links: [],
    errorCode: isFailure(command) ? command.state : undefined,
  };
  const tries = history.flatMap((change, at): readonly Span[] => {
    const answer = history[at + 1];
    if (change.state !== "sent" || answer === undefined) return [];
    return [trySpan(command, { traceId, spanId }, { sent: change, answer })];
  });
  return [whole, ...tries];
}

function trySpan(
  command: Command,
  { traceId, spanId: parentId }: SpanLink,
  { sent, answer }: { readonly sent: CommandChange; readonly answer: CommandChange },
): Span {
  const isRefused = answer.state !== "accepted";
  return {
    traceId,
    spanId: idsOf("command", command.key, sent.at, String(sent.attempt)).spanId,
    parentId,
    name: `send ${command.connection}`,
    kind: "client",
    startMs: Date.parse(sent.at),
    endMs: Date.parse(answer.at),
    attributes: {
      ...factsOf(command),
      "messaging.operation.name": "send",
      "messaging.operation.type": "send",
      "signalbox.attempt": sent.attempt,
      "signalbox.outcome": answer.state,
    },
    links: [],
    errorCode: isRefused ? codeIn(answer) : undefined,
  };
}

/** A refusal says its code first, and then what may hold data. */
function codeIn({ detail, state }: CommandChange): string {
  return /^[A-Z][A-Z_]+(?=: )/.exec(detail ?? "")?.[0] ?? state;
}

function factsOf({ key, pipeline, sink, connection, device, message }: Command): Span["attributes"] {
  return {
    "messaging.system": "signalbox",
    "messaging.destination.name": connection,
    "messaging.message.id": message,
    "signalbox.pipeline": pipeline,
    "signalbox.sink": sink,
    "signalbox.device": device,
    "signalbox.command.key": key,
  };
}

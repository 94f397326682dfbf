// What one stage of a pipeline made of a message, as data: for who watches the flow, and for who asks afterwards.
import { type DiscardReason, isDiscard, type Outcome } from "../../component/contracts.ts";
import type { Verdict } from "../../component/expression.ts";
import type { SinkItem, StepItem } from "../../config/model.ts";
import type { SignalboxError } from "../../errors/error.ts";
import type { Location } from "../../location.ts";
import type { Message } from "../../message.ts";

/** A value that a condition saw: `data.temperature` and what it was; without `value` there was nothing. */
export interface SeenValue {
  readonly path: string;
  readonly value?: unknown;
}

export type StageOutcome =
  /** Of a source: it came. */
  | "came"
  /** Of a step: the message went on as it was, with another body, or as several; its `when` did not hold. */
  | "passed"
  | "changed"
  | "split"
  | "skipped"
  /** Of a step or a write. */
  | "discarded"
  | "failed"
  /** Of a step that decides by what passed before: nobody noted that it held the message back. */
  | "remembered"
  /** Of a sink: it was to get the message, or not; an earlier one took it (`route: first`). */
  | "due"
  | "not-due"
  | "not-reached"
  /** Of a write. */
  | "delivered"
  | "tried"
  | "parked"
  | "dead";

/** One stage, and what it made of one message. */
export interface Stage {
  readonly kind: "source" | "step" | "sink" | "write";
  /** Of the step or sink; a source's is `source`, and a write's that of its sink. */
  readonly name: string;
  readonly component?: string;
  /** In the author's file: of the condition that decided, else of the step or sink. */
  readonly at?: Location;
  readonly message: Message;
  readonly outcome: StageOutcome;
  /** Of what is discarded or not due. */
  readonly reason?: DiscardReason | "false";
  /** The message as it went on. */
  readonly after?: Message;
  /** What a step made of it, where that is several. */
  readonly parts?: readonly Message[];
  /** The condition that decided, and what it saw. */
  readonly condition?: string;
  readonly saw?: readonly SeenValue[];
  readonly code?: string;
  readonly cause?: string;
  /** Of a dead letter. */
  readonly letter?: string;
  /** Of a parked write: when it is tried next, in milliseconds since the epoch, and after how many tries. */
  readonly nextTryAt?: number;
  readonly attempts?: number;
}

/** What a step made of a message; `verdict` is that of its `when`. */
export function stepStage(item: StepItem, message: Message, result: StepResult): Stage {
  const stage = { kind: "step", name: item.name, component: item.definition.name, at: item.at, message } as const;
  if ("failure" in result) return { ...stage, outcome: "failed", ...facts(result.failure, item.at) };
  if (result.verdict !== "true") return { ...stage, outcome: "skipped", at: item.when?.at ?? item.at };
  const { outcome } = result;
  if (isDiscard(outcome)) return { ...stage, outcome: "discarded", reason: outcome.discard };
  if (isSeveral(outcome)) return { ...stage, outcome: "split", parts: outcome };
  if (outcome === message) return { ...stage, outcome: "passed" };
  return { ...stage, outcome: "changed", after: outcome };
}

export type StepResult =
  { readonly failure: SignalboxError } | { readonly verdict: Verdict; readonly outcome: Outcome };

function isSeveral(outcome: Message | readonly Message[]): outcome is readonly Message[] {
  return Array.isArray(outcome);
}

/** Whether a sink was to get a message, and in which shape. */
export function sinkStage(item: SinkItem, message: Message, due: Due): Stage {
  const at = item.when?.at ?? item.at;
  const stage = { kind: "sink", name: item.name, component: item.definition.name, at, message } as const;
  if (due === "not-reached") return { ...stage, outcome: due };
  if (due === "false" || due === "nothing") return { ...stage, outcome: "not-due", reason: due };
  if ("failure" in due) return { ...stage, outcome: "failed", ...facts(due.failure, item.at) };
  return { ...stage, outcome: "due", after: due.shaped };
}

export type Due =
  "not-reached" | "false" | "nothing" | { readonly failure: SignalboxError } | { readonly shaped: Message };

function facts({ code, message, at }: SignalboxError, place: Location): Pick<Stage, "code" | "cause" | "at"> {
  return { code, cause: message, at: at ?? place };
}

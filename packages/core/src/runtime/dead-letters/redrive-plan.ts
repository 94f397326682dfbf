import { SignalboxError } from "../../errors/error.ts";
import type { Message, Redrive } from "../../message.ts";
import { type DeadLetter, type LetterEdit, withRedrive } from "./letter.ts";
import type { DirectWrite, RedriveTarget } from "./target.ts";

/** What a redrive sends. */
export interface RedrivePlan {
  readonly message: Message;
  /** Present for a redrive straight to the sink. */
  readonly direct?: DirectWrite;
}

/** What somebody asks for. */
export interface RedriveRequest {
  readonly to: Redrive["to"];
  /** Who asks, for the log and the letter's history. */
  readonly by: string;
}

/** The pipeline of a letter. Fails with DEAD_LETTER_PIPELINE_GONE. */
export function targetOf(letter: DeadLetter, find: (pipeline: string) => RedriveTarget | undefined): RedriveTarget {
  const target = find(letter.pipeline);
  if (target !== undefined) return target;
  throw new SignalboxError("DEAD_LETTER_PIPELINE_GONE", `pipeline "${letter.pipeline}" does not run here`, {
    hint: "bring it back under its name, or purge the letter",
  });
}

/** The messages of a redrive. Fails with DEAD_LETTER_SINK_GONE or DEAD_LETTER_EDIT_MISFIT when there is nothing fit to send. */
export function planOf(letter: DeadLetter, target: RedriveTarget, to: Redrive["to"]): RedrivePlan {
  const { edit, original, shaped = original, sink } = letter;
  // Where the sink was to get the source's own message, one edit is of both.
  if (edit !== undefined && letter.shaped !== undefined && edit.part !== partFor(to)) throw misfit(edit);
  const send = (message: Message): Message => (edit === undefined ? message : edited(message, edit));
  if (to === "pipeline") return { message: send(original) };
  if (sink === undefined || !target.hasSink(sink)) throw sinkGone(letter);
  const message = send(shaped);
  return { message: letter.shaped === undefined ? message : original, direct: { sink, message } };
}

/** The plan with the redrive written into the messages: it follows them into lanes and letters to come. */
export function markedPlan({ message, direct }: RedrivePlan, redrives: readonly Redrive[]): RedrivePlan {
  const mark = (each: Message): Message => ({ ...each, meta: { ...each.meta, redriven: redrives } });
  return {
    message: mark(message),
    ...(direct === undefined ? {} : { direct: { ...direct, message: mark(direct.message) } }),
  };
}

/** The letter while its message is under way. */
export function markedLetter(letter: DeadLetter, { to, by }: RedriveRequest, at: string): DeadLetter {
  const { id, code, diedAt, redrives } = letter;
  return { ...letter, redrives: withRedrive(redrives, { letter: id, at, by, to, code, diedAt }) };
}

function edited(message: Message, { body, nth }: LetterEdit): Message {
  return { id: `${message.id}~${nth}`, meta: message.meta, body };
}

function partFor(to: Redrive["to"]): LetterEdit["part"] {
  return to === "pipeline" ? "original" : "shaped";
}

function misfit({ part }: LetterEdit): SignalboxError {
  const [is, way] =
    part === "shaped"
      ? ["the sink's message", "straight to the sink"]
      : ["the source's message", "through the pipeline"];
  return new SignalboxError("DEAD_LETTER_EDIT_MISFIT", `the edit is of ${is}, which is redriven ${way}`, {
    hint: `redrive it ${way}, or edit the other message`,
  });
}

function sinkGone({ sink, pipeline }: DeadLetter): SignalboxError {
  const message =
    sink === undefined
      ? "the message failed before any sink was due to get it"
      : `pipeline "${pipeline}" no longer has a sink "${sink}"`;
  return new SignalboxError("DEAD_LETTER_SINK_GONE", message, { hint: "redrive it through the pipeline" });
}

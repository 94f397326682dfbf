import { excerpt } from "../../excerpt.ts";
import type { Message, Meta } from "../../message.ts";
import type { Stage } from "./stage.ts";

/** A stage as JSON, for who is far from the engine: bodies of bounded size. */
export interface Shown extends Omit<Stage, "message" | "after" | "parts"> {
  readonly message: string;
  /** What went on, where that is another body than what came. */
  readonly after?: unknown;
  /** Ids of the parts. */
  readonly parts?: readonly string[];
}

export interface ShownMessage {
  readonly id: string;
  readonly meta: Meta;
  readonly body: unknown;
}

/** A body that is larger than what is shown of one. */
export interface CutBody {
  /** How its JSON begins, and `…`. */
  readonly cut: string;
  readonly characters: number;
}

const mostCharacters = 64 * 1024;
const keptCharacters = 2_000;
const mostParts = 20;

export function shown({ message, after, parts, ...stage }: Stage): Shown {
  return {
    ...stage,
    message: message.id,
    ...(after === undefined || after === message ? {} : { after: shownBody(after.body) }),
    ...(parts === undefined ? {} : { parts: parts.slice(0, mostParts).map(({ id }) => id) }),
    ...(stage.saw === undefined ? {} : { saw: stage.saw.map((each) => ({ ...each, ...shownValue(each) })) }),
  };
}

export function shownMessage({ id, meta, body }: Message): ShownMessage {
  return { id, meta, body: shownBody(body) };
}

/** The body, or how it begins. */
export function shownBody(body: unknown): unknown {
  const text = JSON.stringify(body) ?? "";
  if (text.length <= mostCharacters) return body;
  const cut: CutBody = { cut: excerpt(text, keptCharacters), characters: text.length };
  return cut;
}

function shownValue({ value }: { readonly value?: unknown }): { readonly value?: unknown } {
  return value === undefined ? {} : { value: shownBody(value) };
}

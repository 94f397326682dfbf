import { z } from "zod";
import type { Expression } from "../../component/expression.ts";
import type { Message } from "../../message.ts";

/** The field that bounds a KeyedMemory. */
export const maxKeys = z
  .int()
  .min(1)
  .default(100_000)
  .describe(
    "How many devices (or keys) are remembered; beyond it the one not seen for longest is forgotten and counts as new.",
  );

/** What a step remembers per key, the least recently used forgotten first. Lives in memory alone: a restart forgets all. */
export class KeyedMemory<State> {
  readonly #limit: number;
  // A Map iterates in order of insertion: taking a key out and in again moves it to the young end.
  readonly #states = new Map<string, State>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): State | undefined {
    const state = this.#states.get(key);
    if (state === undefined) return undefined;
    this.#states.delete(key);
    this.#states.set(key, state);
    return state;
  }

  set(key: string, state: State): void {
    this.#states.delete(key);
    this.#states.set(key, state);
    if (this.#states.size <= this.#limit) return;
    const oldest = this.#states.keys().next();
    if (oldest.done !== true) this.#states.delete(oldest.value);
  }
}

/** The key of a message: what `key` gives, by default its device. Messages without one share a key. */
export function keyOf(key: Expression | undefined, message: Message): string | Promise<string> {
  if (key === undefined) return message.meta.device ?? "";
  const value = key.evaluate(message);
  return value instanceof Promise ? value.then(textOf) : textOf(value);
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined ? "" : JSON.stringify(value);
}

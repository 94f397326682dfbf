/** A value as it grows, and for each of its UTF-16 units the offset in the file it came from. */
export interface Trace {
  readonly offsets: readonly number[];
  text(): string;
  /** Adds `text`, all of it from `offset` (an escape, a folded line break). */
  push(text: string, offset: number): void;
  /** Adds `text` whose units stand one after the other from `offset` on. */
  pushRun(text: string, offset: number): void;
}

export function createTrace(): Trace {
  const offsets: number[] = [];
  const parts: string[] = [];
  return {
    offsets,
    text: () => parts.join(""),
    push(text, offset) {
      parts.push(text);
      for (let index = 0; index < text.length; index += 1) offsets.push(offset);
    },
    pushRun(text, offset) {
      parts.push(text);
      for (let index = 0; index < text.length; index += 1) offsets.push(offset + index);
    },
  };
}

/** Stands for a picture that is the reference's to understand. */
export const unusual = Symbol("unusual");
export type Unusual = typeof unusual;

/** A cache of what is worked out from pictures, which expressions write a few of but may also compute many of. */
export function cached<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  let lastText = "";
  let last: T | undefined;
  return (text) => {
    // One expression uses one picture again and again, and comparing a text with itself costs nothing.
    if (text === lastText && last !== undefined) return last;
    let value = known.get(text);
    if (value === undefined) {
      value = make(text);
      if (known.size >= mostKnown) known.clear();
      if (text.length <= longestKnown) known.set(text, value);
    }
    lastText = text;
    last = value;
    return value;
  };
}

const mostKnown = 500;
const longestKnown = 200;

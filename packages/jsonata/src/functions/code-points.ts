// Characters of a text are code points, as in the reference; a surrogate pair is one of them.

const [firstHigh, firstLow, afterLow] = [0xd800, 0xdc00, 0xe000];

/** True when a text holds a surrogate, and so its characters are not simply its UTF-16 units. */
export function hasSurrogates(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= firstHigh && code < afterLow) return true;
  }
  return false;
}

/** Number of code points. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let index = 1; index < text.length; index++) {
    const low = text.charCodeAt(index);
    if (low < firstLow || low >= afterLow) continue;
    const high = text.charCodeAt(index - 1);
    if (high >= firstHigh && high < firstLow) count--;
  }
  return count;
}

/** A stream of numbers in [0, 1) that is the same for the same seed on every machine. */
export type Random = () => number;

/** 32-bit hash of numbers and texts (FNV-1a with a final mix): equal parts give an equal number. */
export function hash(...parts: readonly (number | string)[]): number {
  let state = 0x811c9dc5;
  for (const part of parts) {
    const text = `${part}\u0000`;
    for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

/** Mulberry32: small, fast and good enough for noise on a curve. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** `digits` lower-case hex digits that depend on nothing but the parts. */
export function hexOf(digits: number, ...parts: readonly (number | string)[]): string {
  let text = "";
  for (let block = 0; text.length < digits; block++)
    text += hash(block, ...parts)
      .toString(16)
      .padStart(8, "0");
  return text.slice(0, digits);
}

/** A version 4 shaped UUID that depends on nothing but the parts. */
export function uuidOf(...parts: readonly (number | string)[]): string {
  const hex = hexOf(32, "uuid", ...parts);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

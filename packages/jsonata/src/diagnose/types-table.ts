// Types of values as bits: what a node can be is a set of them.
export const nothing = 1;
const isNull = 2;
export const boolean = 4;
export const number = 8;
export const text = 16;
export const array = 32;
export const object = 64;
const isFunction = 128;
export const anything = 255;
export { isFunction as function, isNull as null };

const words: readonly (readonly [number, string])[] = [
  [isNull, "null"],
  [boolean, "true or false"],
  [number, "a number"],
  [text, "a text"],
  [array, "an array"],
  [object, "an object"],
  [isFunction, "a function"],
];

/** Types in words: "a number or a text". */
export function inWords(types: number): string {
  return words
    .filter(([type]) => (types & type) !== 0)
    .map(([, word]) => word)
    .join(" or ");
}

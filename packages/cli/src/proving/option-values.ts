// Values of a command line; each is read or refused with a sentence that names the option.

/** A number from 0 on. */
export function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (text !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new Error(`${name} must be a number, not ${JSON.stringify(text)}`);
}

export function wholeOf(name: string, text: string, least: number): number {
  const value = Number(text);
  if (text !== "" && Number.isSafeInteger(value) && value >= least) return value;
  throw new Error(`${name} must be a whole number from ${least} on, not ${JSON.stringify(text)}`);
}

export function oneOf<T extends string>(name: string, text: string, known: readonly T[]): T {
  const found = known.find((each) => each === text.trim());
  if (found !== undefined) return found;
  throw new Error(`${name} knows ${known.join(", ")}, not ${JSON.stringify(text)}`);
}

/** The seed that was given, or one that is drawn. */
export function seedOf(text: string | undefined): number {
  return text === undefined ? Math.floor(Math.random() * 1_000_000) : wholeOf("--seed", text, 0);
}

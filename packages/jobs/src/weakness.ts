/** Something about a store that may lose what it acknowledged. */
export interface Weakness {
  /** A sentence. */
  readonly found: string;
  /** What to do, in a sentence. */
  readonly advice: string;
  /** It fails now, and not only where something else happens. */
  readonly isTrouble?: boolean;
}

/** For the log. */
export function sentenceOf({ found, advice }: Weakness): string {
  return `${found} ${advice}`;
}

/** A promise that was broken, and by what. */
export interface Violation {
  readonly what: string;
  /** The tick's id; a command is its tick's. */
  readonly subject: string;
}

import { limitError, type LimitCode } from "../errors.ts";

/** Where an error stands, as the reference says it: `position` is the offset just behind the token. */
export interface Place {
  position?: number | undefined;
  token?: unknown;
}

/** Details of an error, under the reference's names: they fill in the texts of its messages. */
export interface Facts {
  value?: unknown;
  value2?: unknown;
  /** Number of the argument, from 1. */
  index?: number;
  message?: string;
  [name: string]: unknown;
}

/** An error of a running expression, with the code, place and facts that the reference would give it. */
export class Raised extends Error {
  code: string;
  position?: number;
  token?: unknown;
  [fact: string]: unknown;

  constructor(code: string, facts: Facts = {}) {
    super(facts.message ?? code);
    this.code = code;
    Object.assign(this, facts);
  }
}

/** Throws an error of the reference's table. Its place is added by whoever knows it: see `place`. */
export function raise(code: string, facts?: Facts): never {
  throw new Raised(code, facts);
}

export function raiseLimit(code: LimitCode): never {
  throw limitError(code);
}

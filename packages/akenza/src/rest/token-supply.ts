import type { Demand } from "./priority.ts";

/** Tokens for requests that wait. */
export interface Grant {
  /** How many may go now; at most as many as were wanted. */
  readonly tokens: number;
  /** Where more were wanted: when it is worth asking again, in milliseconds; 0 where all was given. */
  readonly againInMs: number;
}

/** Where the tokens of an API key come from. */
export interface TokenSupply {
  /** Never rejects. Not called again before it has answered. */
  take(wants: Demand): Grant | Promise<Grant>;
  /** akenza says how many requests are left (`X-RateLimit-Remaining`); others may share the key. */
  hasLeft(remaining: number): void;
  /** akenza answered 429: nothing is given out for `delayMs`. */
  closeFor(delayMs: number): void;
  /** Idempotent. */
  close(): void;
}

import type { Caller } from "../caller.ts";

/** Something that somebody did to an engine, or tried to. JSON. */
export interface Change {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  /** Who: proven where it came with a token, else as they said. `(files changed)` where nobody asked. */
  readonly by: string;
  readonly via: Caller["via"] | "engine";
  /** Their address. */
  readonly from?: string;
  readonly role?: Caller["role"];
  /** `schedule.pause`, `dead-letter.redrive`, `login` ... */
  readonly action: string;
  /** What it was done to: a pipeline, a command's key, a dead letter's id. */
  readonly about?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** refused: it was not allowed, or not possible as things stood. failed: something went wrong. */
  readonly outcome: "done" | "refused" | "failed";
  /** Why it was not done. */
  readonly code?: string;
  readonly message?: string;
}

/** A page of changes. */
export interface ChangeList {
  readonly changes: readonly Change[];
  /** Present when there are more: what to ask for in `after`. */
  readonly next?: string;
}

export interface ChangeQuery {
  readonly action?: string | undefined;
  readonly by?: string | undefined;
  readonly outcome?: Change["outcome"] | undefined;
  /** Milliseconds since the epoch. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly oldestFirst?: boolean;
  readonly after?: { readonly at: string; readonly key: string } | undefined;
  readonly limit: number;
}

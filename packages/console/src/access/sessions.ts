import { randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "@signalbox/core";
import { hashOf, type Person } from "./tokens.ts";

/** How long a session lasts without a request, and in all; how many there are. */
export interface SessionLimits {
  readonly idleMs: number;
  readonly lifeMs: number;
  readonly most: number;
}

export const sessionLimits: SessionLimits = { idleMs: 12 * 3_600_000, lifeMs: 7 * 86_400_000, most: 1_000 };

/** Somebody who has logged in with a browser. */
export interface Session {
  readonly person: Person;
  /** What a page sends along with what it asks to be done: a page of another site does not know it. */
  readonly csrf: string;
  /** Aborts when the session ends: what is still told to it ends, too. */
  readonly ended: AbortSignal;
}

interface Kept extends Session {
  readonly begunAt: number;
  seenAt: number;
  readonly end: AbortController;
}

/** The sessions of an engine's run, in memory. The secret in a cookie is known by its hash alone. */
export class Sessions {
  readonly #clock: Clock;
  readonly #limits: SessionLimits;
  /** The one that was seen longest ago comes first. */
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock, limits: SessionLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** A new session; its secret is for the cookie, and is not kept. */
  begin(person: Person): { readonly secret: string; readonly session: Session } {
    this.#sweep();
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= this.#limits.most && oldest !== undefined) this.#drop(oldest);
    const [secret, csrf] = [randomText(), randomText()];
    const end = new AbortController();
    const now = this.#clock.monotonic();
    const session = { person, csrf, end, ended: end.signal, begunAt: now, seenAt: now };
    this.#kept.set(keyOf(secret), session);
    return { secret, session };
  }

  /** The session of a cookie's secret, which is seen by that; undefined for none, and one that is over. */
  find(secret: string): Session | undefined {
    const key = keyOf(secret);
    const session = this.#kept.get(key);
    if (session === undefined) return undefined;
    if (this.#isOver(session)) return this.#drop(key);
    session.seenAt = this.#clock.monotonic();
    this.#kept.delete(key);
    this.#kept.set(key, session);
    return session;
  }

  /** Ends a session. What is not one is ignored. */
  end(secret: string): void {
    this.#drop(keyOf(secret));
  }

  close(): void {
    for (const key of this.#kept.keys()) this.#drop(key);
  }

  #isOver({ begunAt, seenAt }: Kept): boolean {
    const now = this.#clock.monotonic();
    return now - seenAt > this.#limits.idleMs || now - begunAt > this.#limits.lifeMs;
  }

  #sweep(): void {
    for (const [key, session] of this.#kept) if (this.#isOver(session)) this.#drop(key);
  }

  #drop(key: string): undefined {
    this.#kept.get(key)?.end.abort();
    this.#kept.delete(key);
  }
}

/** Whether a page knows the secret of its session. */
export function isCsrfOf({ csrf }: Session, given: string): boolean {
  return timingSafeEqual(hashOf(csrf), hashOf(given));
}

function keyOf(secret: string): string {
  return hashOf(secret).toString("base64");
}

function randomText(): string {
  return randomBytes(32).toString("base64url");
}

import type { Random } from "@signalbox/core/testing";

/** How a receiving system of HTTP requests can be. */
export const requestMoods = ["flaky", "down", "failing", "busy", "locked", "slow", "hanging", "forgetful"] as const;
/** How the way to a receiving system of WebSocket frames can be. */
export const linkMoods = ["jammed", "restarted", "refusing"] as const;
export type Mood = "good" | "rejecting" | (typeof requestMoods)[number] | (typeof linkMoods)[number];

/** What becomes of a request. */
export interface Reaction {
  /** Whether the receiving system has the message from then on, whatever its sender is told. */
  readonly isKept: boolean;
  /** Whether the answer says: never. Its messages may become dead letters. */
  readonly isRejected?: boolean;
  /** A status; or the connection is cut, or left without an answer. */
  readonly answer: number | "cut" | "hang";
  readonly delayMs?: number;
  /** Seconds, or a date. */
  readonly retryAfter?: string;
}

const successes = [200, 200, 200, 201, 202, 203, 204, 206, 226] as const;
const failures = [408, 425, 429, 500, 501, 502, 503, 504, 507, 511, 599] as const;
/** 529 because the pipelines say so. */
export const rejections = [400, 409, 422, 529] as const;
const locks = [401, 403, 407] as const;

/** What a receiving system in this mood does with the next request; but for `rejecting`, every failure is one that a sender tries again. */
export function reactionOf(mood: Mood, random: Random): Reaction {
  switch (mood) {
    case "flaky":
      return random.chance(0.5) ? kept(random) : reactionOf(random.pick(requestMoods.slice(1)), random);
    case "down":
      return { isKept: false, answer: "cut" };
    case "failing":
      return { isKept: false, answer: random.pick(failures), delayMs: random.between(0, 50) };
    case "busy":
      return { isKept: false, answer: random.pick([429, 503]), retryAfter: retryAfter(random) };
    case "locked":
      return { isKept: false, answer: random.pick(locks) };
    case "rejecting":
      return random.chance(0.5) ? kept(random) : { isKept: false, isRejected: true, answer: random.pick(rejections) };
    case "slow":
      return { ...kept(random), delayMs: random.between(50, 1_500) };
    case "hanging":
      return { isKept: random.chance(0.5), answer: "hang" };
    case "forgetful":
      // It has the message, and its sender does not learn of it.
      return { isKept: true, answer: random.pick(["cut", "hang", 500, 503]) };
    case "good":
    case "jammed":
    case "restarted":
    case "refusing":
      return kept(random);
  }
}

function kept(random: Random): Reaction {
  return { isKept: true, answer: random.pick(successes) };
}

function retryAfter(random: Random): string {
  return random.chance(0.5) ? String(random.between(0, 2)) : new Date(Date.now() + 1_000).toUTCString();
}

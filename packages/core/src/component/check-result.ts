import { errorCodes } from "../errors/codes.ts";
import { toSignalboxError } from "../errors/error.ts";
import type { ErrorCode } from "../errors/codes.ts";

/** `skipped` was not looked at; `found` says why. */
export type CheckStatus = "ok" | "warning" | "error" | "skipped";

/** What a check found, for a person: texts hold no secrets. */
export interface CheckResult {
  /** What was looked at: `Redis at localhost:6379`. */
  readonly subject: string;
  readonly status: CheckStatus;
  /** The figure or the fact that was seen. */
  readonly found: string;
  /** What to do about it, in a sentence; undefined where there is nothing to do. */
  readonly advice?: string;
}

/** An error as the result of a check: its hint is what to do, else what the reference says about its code. */
export function failedCheck(subject: string, error: unknown, code: ErrorCode): CheckResult {
  const known = toSignalboxError(error, code);
  const advice = known.hint === undefined ? errorCodes[known.code].remedy : sentence(known.hint);
  return { subject, status: "error", found: `${known.code}: ${known.message}`, advice };
}

/** Beyond the first, times of one and the other do not go together any more; beyond the second, limits per key fail. */
const tolerableMs = 5_000;
const bearableMs = 60_000;

export interface ClockReading {
  /** Whose clock, as a subject: `clock of Redis`. */
  readonly subject: string;
  /** Milliseconds since the epoch, by that clock. */
  readonly theirs: number;
  /** The same moment by ours. */
  readonly ours: number;
  /** How far the reading may be off, in milliseconds. */
  readonly offMs: number;
}

/** How far another clock is from ours. */
export function clockCheck({ subject, theirs, ours, offMs }: ClockReading): CheckResult {
  const aheadMs = theirs - ours;
  const apartMs = Math.max(0, Math.abs(aheadMs) - offMs);
  const seconds = `${(Math.abs(aheadMs) / 1_000).toFixed(1)} s`;
  if (apartMs <= tolerableMs) return { subject, status: "ok", found: `${seconds} from this machine's` };
  return {
    subject,
    status: apartMs > bearableMs ? "error" : "warning",
    found: `${seconds} ${aheadMs > 0 ? "ahead of" : "behind"} this machine's`,
    advice: "Have both clocks set by NTP: schedules, times to live and limits that engines share go by them.",
  };
}

function sentence(hint: string): string {
  return `${hint.charAt(0).toUpperCase()}${hint.slice(1)}${/[.!?]$/.test(hint) ? "" : "."}`;
}

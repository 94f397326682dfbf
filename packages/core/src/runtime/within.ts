import { type Clock, sleep } from "../clock.ts";

/** Resolves when `work` has ended, `delayMs` have passed or `signal` aborts, whichever comes first; rejects as `work` does. */
export async function within(
  clock: Clock,
  delayMs: number,
  work: Promise<unknown>,
  signal: AbortSignal,
): Promise<void> {
  const isOver = new AbortController();
  try {
    await Promise.race([work, sleep(clock, delayMs, AbortSignal.any([signal, isOver.signal]))]);
  } finally {
    isOver.abort();
  }
}

export interface Ending {
  readonly clock: Clock;
  /** Resolves when nothing is under way any more. */
  readonly ended: Promise<unknown>;
  readonly patienceMs: number;
  /** Has what is under way parked; `ended` resolves soon after. */
  readonly parkAll: () => void;
  /** Aborts when the engine's stop begins, which sees to everything itself. */
  readonly stopping: AbortSignal;
}

/** Gives what is under way its time, then parks it. Answers whether it has ended: false when the engine stops first. */
export async function finishOrPark({ clock, ended, patienceMs, parkAll, stopping }: Ending): Promise<boolean> {
  await within(clock, patienceMs, ended, stopping);
  if (stopping.aborted) return false;
  parkAll();
  await endOrAbort(ended, stopping);
  return !stopping.aborted;
}

async function endOrAbort(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  let abort = (): void => undefined;
  const aborted = new Promise<void>((resolve) => void (abort = resolve));
  if (signal.aborted) return;
  signal.addEventListener("abort", abort, { once: true });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

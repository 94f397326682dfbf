import type { Clock, Timer } from "../clock.ts";

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /** Moves time on by `ms`, running the timers that fall due, each at its own time and in order. */
  advance(ms: number): void;
  /** Milliseconds until the soonest waiting timer runs. */
  nextTimer(): number | undefined;
  /** Milliseconds until each waiting timer runs, soonest first. */
  timers(): readonly number[];
  /** Resolves once a waiting timer satisfies `matches` (its milliseconds from now); at once when one does already. */
  whenTimer(matches: (delayMs: number) => boolean): Promise<number>;
}

interface Pending {
  readonly dueAt: number;
  readonly run: () => void;
}

/** A manual clock that starts at `startMs` (since the epoch); default 2026-01-01T00:00:00Z. */
export function createManualClock(startMs: number = Date.UTC(2026, 0, 1)): ManualClock {
  let now = startMs;
  const pending = new Set<Pending>();
  const watchers = new Set<() => void>();

  function soonest(until: number): Pending | undefined {
    let first: Pending | undefined;
    for (const timer of pending) {
      if (timer.dueAt <= until && (first === undefined || timer.dueAt < first.dueAt)) first = timer;
    }
    return first;
  }

  function setTimer(run: () => void, delayMs: number): Timer {
    const timer: Pending = { dueAt: now + Math.max(0, delayMs), run };
    pending.add(timer);
    for (const look of watchers) look();
    return { cancel: () => void pending.delete(timer) };
  }

  function advance(ms: number): void {
    const end = now + ms;
    for (let due = soonest(end); due !== undefined; due = soonest(end)) {
      pending.delete(due);
      now = Math.max(now, due.dueAt);
      due.run();
    }
    now = end;
  }

  function nextTimer(): number | undefined {
    const next = soonest(Infinity);
    return next === undefined ? undefined : next.dueAt - now;
  }

  const timers = (): readonly number[] => [...pending].map((each) => each.dueAt - now).sort((a, b) => a - b);

  function whenTimer(matches: (delayMs: number) => boolean): Promise<number> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = timers().find(matches);
        if (found === undefined) return;
        watchers.delete(look);
        resolve(found);
      };
      watchers.add(look);
      look();
    });
  }

  return { now: () => now, monotonic: () => now, setTimer, advance, nextTimer, timers, whenTimer };
}

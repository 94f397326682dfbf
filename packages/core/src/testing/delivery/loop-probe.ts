/** Watches how long the event loop does not turn. */
export interface LoopProbe {
  /** Ends it. Milliseconds watched, the longest gap between two turns, and the sum of all gaps above `noticeableMs`. */
  stop(): { readonly watchedMs: number; readonly longestMs: number; readonly blockedMs: number };
}

/** A gap that a message would notice; shorter ones are the ordinary work of a turn. */
const noticeableMs = 40;

export function watchLoop(): LoopProbe {
  const startedAt = performance.now();
  let lastTurn = startedAt;
  let longestMs = 0;
  let blockedMs = 0;
  const look = (): void => {
    const now = performance.now();
    const gap = now - lastTurn;
    lastTurn = now;
    longestMs = Math.max(longestMs, gap);
    if (gap > noticeableMs) blockedMs += gap;
  };
  const timer = setInterval(look, 1);
  return {
    stop() {
      look();
      clearInterval(timer);
      return { watchedMs: lastTurn - startedAt, longestMs, blockedMs };
    },
  };
}

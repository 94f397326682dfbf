import type { Clock } from "../clock.ts";
import type { Logger } from "../log.ts";
import type { ClockJumps } from "./contracts.ts";

/** Compares the wall clock with the time that passed. */
export interface ClockWatch {
  /** Looks whether the wall clock was set since the last look; a jump is counted and logged. */
  look(): void;
  jumps(): ClockJumps;
}

/** Less is drift, or a correction that comes slowly. */
const leastJumpMs = 1_000;

export function createClockWatch(clock: Clock, log: Logger): ClockWatch {
  let [wall, passed] = [clock.now(), clock.monotonic()];
  let jumps: ClockJumps = { forward: 0, back: 0 };
  return {
    look() {
      const [now, monotonic] = [clock.now(), clock.monotonic()];
      const byMs = Math.round(now - wall - (monotonic - passed));
      [wall, passed] = [now, monotonic];
      if (Math.abs(byMs) < leastJumpMs) return;
      const { forward, back } = jumps;
      jumps = {
        forward: forward + (byMs > 0 ? 1 : 0),
        back: back + (byMs < 0 ? 1 : 0),
        last: { at: now, byMs },
      };
      const says =
        byMs > 0
          ? "The clock was set forward, or the machine slept: planned times were jumped over."
          : "The clock was set back: planned times that come again are not run again.";
      log.warn({ byMs }, says);
    },
    jumps: () => jumps,
  };
}

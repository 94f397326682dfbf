import type { Clock } from "../../clock.ts";

/** A process's view of a clock: when it dies, its timers are gone. */
export function mortalClock(clock: Clock, isDead: () => boolean): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    setTimer: (run, delayMs) => clock.setTimer(() => (isDead() ? undefined : run()), delayMs),
  };
}

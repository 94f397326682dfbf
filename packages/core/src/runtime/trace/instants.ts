import type { Clock } from "../../clock.ts";

/** Milliseconds since the epoch for times of the monotonic clock, both as they are now. */
export function wallTimes(clock: Clock): (monotonic: number) => number {
  const offset = clock.now() - clock.monotonic();
  return (monotonic) => monotonic + offset;
}

import type { Clock } from "../clock.ts";
import type { TestContextOptions } from "./context.ts";

const touched = (what: string): never => {
  throw new Error(`${what} was used before open`);
};

/** A clock and services that fail whoever uses them: what `create` gets in a test that it does nothing but remember. */
export function untouchable(): Required<Pick<TestContextOptions, "clock" | "services">> {
  const clock: Clock = {
    now: () => touched("the clock"),
    monotonic: () => touched("the clock"),
    setTimer: () => touched("a timer"),
  };
  return { clock, services: {} };
}

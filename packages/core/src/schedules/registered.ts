import type { Schedule } from "./contracts.ts";
import type { PlannedSchedule } from "./planner.ts";
import { remembered } from "./remembered-plan.ts";
import { TickRunner } from "./runner.ts";
import type { TickRunnerOptions, TickServices } from "./runner-options.ts";
import { delayOf, tickOf } from "./tick.ts";

/** A schedule with what the planner has to know of it. */
export interface Timed extends Schedule, PlannedSchedule {}

/** A schedule that this engine has. */
export interface Registered extends Timed {
  readonly runner: TickRunner;
}

export function timed(schedule: Schedule): Timed {
  const { pipeline, delay } = schedule;
  const plan = remembered(schedule.plan);
  if (delay === undefined) return { ...schedule, plan };
  return {
    ...schedule,
    plan,
    delayOf: (plannedAt) => delayOf(delay, tickOf(pipeline, plannedAt)),
    longestDelayMs: delay.upToMs,
  };
}

/** `facts`: of this registration. */
export function registered(
  schedule: Timed,
  facts: Omit<TickRunnerOptions, "schedule">,
  services: TickServices,
): Registered {
  return { ...schedule, runner: new TickRunner({ ...facts, schedule }, services) };
}

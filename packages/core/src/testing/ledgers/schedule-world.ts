import type { Clock } from "../../clock.ts";
import { silentLogger } from "../../log.ts";
import type { Queue } from "../../ports/queue.ts";
import type { Store } from "../../ports/store.ts";
import type { Retention } from "../../retention.ts";
import type { Plan, Schedule, ScheduleRegistration, Tick, TickEnd } from "../../schedules/contracts.ts";
import { createSchedules, type SchedulesService } from "../../schedules/schedules.ts";
import { createVirtualTime, type VirtualTime } from "../virtual-time.ts";

export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
export const lateMs = 10_000;
export const pipeline = "valves";

/** A store and a queue whose only time is the clock's. */
export type OpenInVirtualTime = (clock: Clock) => { store: Store; queue: Queue };

/** What the tests of schedules in virtual time play in. */
export interface ScheduleWorld {
  readonly time: VirtualTime;
  readonly store: Store;
  readonly queue: Queue;
  /** Ids of ticks, as they fired. */
  readonly fired: string[];
}

/** `skewMs` sets the wall clock against the time that passes. */
export function createScheduleWorld(open: OpenInVirtualTime, skewMs: () => number = () => 0): ScheduleWorld {
  const time = createVirtualTime();
  const now = (): number => time.clock.now() + skewMs();
  const clock = { ...time.clock, now };
  return { time: { ...time, clock }, ...open(clock), fired: [] };
}

export interface StartOptions {
  readonly name: string;
  readonly ports?: { readonly store: Store; readonly queue: Queue };
  readonly retention?: Retention;
}

/** An engine in the world, or at ports of its own. */
export async function start(the: ScheduleWorld, options: StartOptions): Promise<SchedulesService> {
  const { name, ports = the, retention } = options;
  const { store, queue } = ports;
  const base = { store, queue, clock: the.time.clock, log: silentLogger, engine: name };
  const schedules = createSchedules({ ...base, ...(retention !== undefined && { retention }) });
  await schedules.open();
  return schedules;
}

/** A schedule whose ticks take `lastsMs`, or end as `fire` says. */
export interface ScheduleOptions extends Partial<Omit<Schedule, "plan">> {
  readonly plan: Plan;
  readonly lastsMs?: number;
  readonly fire?: (tick: Tick) => Promise<TickEnd | void>;
}

export function register(
  engine: SchedulesService,
  the: ScheduleWorld,
  { lastsMs = 0, fire = () => Promise.resolve(), ...schedule }: ScheduleOptions,
): Promise<ScheduleRegistration> {
  return engine.register({ pipeline, lateMs, ...schedule }, (tick) => {
    the.fired.push(tick.id);
    if (lastsMs === 0) return fire(tick);
    return new Promise((resolve) => void the.time.clock.setTimer(resolve, lastsMs));
  });
}

import type { TickRecord } from "../../schedules/contracts.ts";
import { type CrashingPorts, crashingPorts, type CrashPoint } from "../crashing-ports.ts";
import { every } from "../ledger-fixture.ts";
import type { TestKit } from "../test-kit.ts";
import { givingOutTwice, refusingChanges } from "./faulty-ports.ts";
import {
  createScheduleWorld,
  hourMs,
  lateMs,
  minuteMs,
  type OpenInVirtualTime,
  pipeline,
  register,
  type ScheduleWorld,
  start,
} from "./schedule-world.ts";

/** Rule 12 over crashes at every step, lost jobs and outages. */
export function scheduleFaultTests({ test, expect }: TestKit, open: OpenInVirtualTime): void {
  test("a tick left running whose job was lost runs again at the next registration", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const dying = crashingPorts(the);
    const first = await start(the, { name: "a", ports: dying });
    await register(first, the, { plan: every(hourMs), lastsMs: minuteMs });
    await the.time.runUntil(begin + hourMs + 1_000);
    dying.crash();
    await the.time.settle();
    const [lost] = the.fired;
    expect(await the.queue.remove("ticks", lost ?? "")).toBe(true);
    const second = await start(the, { name: "b" });
    await register(second, the, { plan: every(hourMs) });
    await the.time.runUntil(begin + hourMs + minuteMs);
    expect(the.fired).toEqual([lost, lost]);
    expect(await second.history(pipeline, 10)).toMatchObject([{ id: lost, outcome: "succeeded", engine: "b" }]);
  });

  test("a job given out twice fires its tick once", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const engine = await start(the, { name: "a", ports: { store: the.store, queue: givingOutTwice(the.queue) } });
    await register(engine, the, { plan: every(hourMs), lastsMs: minuteMs });
    await the.time.runUntil(begin + 1.5 * hourMs);
    expect(the.fired).toHaveLength(1);
    expect(await engine.history(pipeline, 10)).toMatchObject([{ outcome: "succeeded" }]);
  });

  test("an outage of the store while a tick ends is waited for: the tick is not fired again", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    let isAway = false;
    const store = refusingChanges(the.store, () => isAway);
    const engine = await start(the, { name: "a", ports: { store, queue: the.queue } });
    const registration = await engine.register({ pipeline, plan: every(hourMs), lateMs }, async (tick) => {
      the.fired.push(tick.id);
      isAway = true;
    });
    await the.time.runUntil(begin + hourMs + 30_000);
    isAway = false;
    await the.time.runUntil(begin + hourMs + 3 * minuteMs);
    await registration.close();
    expect(the.fired).toHaveLength(1);
    expect((await engine.history(pipeline, 10)).map((tick) => tick.outcome)).toEqual(["succeeded"]);
  });

  test("a process that dies at any step loses no tick, doubles no ended one, fires none of the past", async () => {
    const whole = await survive(createScheduleWorld(open), { call: Number.MAX_SAFE_INTEGER, side: "before" });
    expect(whole.calls).toBeGreaterThan(15);
    for (let call = 1; call <= whole.calls; call += 1) {
      for (const side of ["before", "after"] as const) {
        const { records, fired, begin, end, away } = await survive(createScheduleWorld(open), { call, side });
        const where = `dying ${side} call ${call}`;
        const planned = records.map((tick) => tick.plannedAt);
        // From the first registration that came through, each planned time is in the ledger, and once.
        const first = planned[0] ?? Infinity;
        expect(first, where).toBeLessThanOrEqual(begin + 2 * hourMs);
        const expected = Array.from({ length: (end - first) / hourMs + 1 }, (_none, index) => first + index * hourMs);
        expect(planned, where).toEqual(expected);
        for (const tick of records) {
          const times = fired.filter((id) => id === tick.id).length;
          if (tick.timing === "missed") {
            expect(times, `${where}: ${tick.id} missed`).toBe(0);
            expect(tick.plannedAt, where).toBeGreaterThanOrEqual(away.from);
            expect(tick.plannedAt, where).toBeLessThanOrEqual(away.to);
          } else expect(tick.outcome, `${where}: ${tick.id}`).toBe("succeeded");
          // Only a run whose end was not recorded may be repeated.
          expect(times, where).toBeLessThanOrEqual(tick.detail?.includes("cut off") === true ? 2 : 1);
        }
      }
    }
  });
}

/** Two processes one after the other: the first dies at `point`, the second comes 20 minutes later. */
async function survive(the: ScheduleWorld, point: CrashPoint): Promise<Survival> {
  const begin = the.time.clock.now();
  const end = begin + 6 * hourMs;
  const dying = crashingPorts(the);
  dying.crashAt(point);
  void live(the, dying);
  while (!dying.isCrashed() && the.time.clock.now() < begin + 3 * hourMs) {
    await the.time.runUntil(the.time.clock.now() + minuteMs);
  }
  const calls = dying.calls();
  dying.crash();
  // The crash is noticed at the end of its minute.
  const from = the.time.clock.now() - minuteMs;
  await the.time.runUntil(from + 21 * minuteMs);
  const second = await start(the, { name: "second" });
  await register(second, the, { plan: every(hourMs), lastsMs: minuteMs });
  await the.time.runUntil(end + 2 * minuteMs);
  const records = (await second.history(pipeline, 100)).toReversed();
  return { records, fired: the.fired, begin, end, away: { from, to: from + 21 * minuteMs }, calls };
}

async function live(the: ScheduleWorld, dying: CrashingPorts): Promise<void> {
  const engine = await start(the, { name: "first", ports: dying });
  await register(engine, the, { plan: every(hourMs), lastsMs: minuteMs });
}

interface Survival {
  readonly records: readonly TickRecord[];
  readonly fired: readonly string[];
  readonly begin: number;
  readonly end: number;
  /** When no process ran, to the minute. */
  readonly away: { readonly from: number; readonly to: number };
  /** Uses of the ports by the first process. */
  readonly calls: number;
}

import { every } from "../ledger-fixture.ts";
import type { TestKit } from "../test-kit.ts";
import {
  createScheduleWorld,
  dayMs,
  hourMs,
  lateMs,
  minuteMs,
  type OpenInVirtualTime,
  pipeline,
  register,
  start,
} from "./schedule-world.ts";

/** Rule 12 over hours and days, with clocks that are set. */
export function scheduleTimeTests({ test, expect }: TestKit, open: OpenInVirtualTime): void {
  test("a day of a schedule fires at its planned times, to the second", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const engine = await start(the, { name: "a" });
    await register(engine, the, { plan: every(10 * minuteMs) });
    await the.time.runUntil(begin + dayMs);
    const history = await engine.history(pipeline, 1_000);
    expect(history).toHaveLength(144);
    expect(new Set(history.map(({ timing, outcome }) => `${timing} ${outcome}`))).toEqual(
      new Set(["on-time succeeded"]),
    );
    expect(Math.max(...history.map((tick) => (tick.startedAt ?? Infinity) - tick.plannedAt))).toBeLessThan(1_000);
    expect(new Set(the.fired).size).toBe(144);
  });

  test("a tick that runs long does not keep the next one from its time", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const engine = await start(the, { name: "a" });
    await register(engine, the, { plan: every(minuteMs), lastsMs: 10 * minuteMs });
    await the.time.runUntil(begin + 5 * minuteMs);
    const history = await engine.history(pipeline, 10);
    expect(history.map((tick) => (tick.startedAt ?? 0) - tick.plannedAt)).toEqual([0, 0, 0, 0, 0]);
    expect(history.every((tick) => tick.outcome === "running")).toBe(true);
  });

  test("a clock set forward leaves missed times, one set back fires nothing twice", async () => {
    let skewMs = 0;
    const the = createScheduleWorld(open, () => skewMs);
    const engine = await start(the, { name: "a" });
    await register(engine, the, { plan: every(minuteMs) });
    const begin = the.time.clock.now();
    await the.time.runUntil(begin + 3 * minuteMs);
    skewMs = hourMs + 30_000;
    await the.time.runUntil(begin + 6 * minuteMs);
    skewMs = 0;
    await the.time.runUntil(begin + 80 * minuteMs);
    const history = (await engine.history(pipeline, 1_000)).toReversed();
    const planned = history.map((tick) => (tick.plannedAt - begin) / minuteMs);
    expect(planned).toEqual(Array.from({ length: 80 }, (_none, index) => index + 1));
    expect(new Set(the.fired).size).toBe(the.fired.length);
    expect(history.filter((tick) => tick.timing === "missed")).toHaveLength(history.length - the.fired.length);
    expect(the.fired.length).toBeGreaterThan(15);
  });

  test("a clock set forward is noticed with the first job the queue gives out", async () => {
    let skewMs = 0;
    const the = createScheduleWorld(open, () => skewMs);
    const begin = the.time.clock.now();
    const engine = await start(the, { name: "a" });
    await register(engine, the, { plan: every(hourMs) });
    await the.time.runUntil(begin + 10 * minuteMs - 5_000);
    skewMs = 2 * hourMs;
    // Anything added makes the queue look at what is due.
    await the.queue.add("ticks", [{ id: "x", data: null }]);
    await the.time.runUntil(begin + 10 * minuteMs - 4_000);
    const history = (await engine.history(pipeline, 10)).toReversed();
    expect(history.map((tick) => [(tick.plannedAt - begin) / hourMs, tick.timing])).toEqual([
      [1, "late"],
      [2, "missed"],
    ]);
  });

  test("a month away is recorded in part and summed up", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const first = await start(the, { name: "a" });
    await register(first, the, { plan: every(minuteMs) });
    await first.close();
    the.time.clock.advance(5 * dayMs);
    const second = await start(the, { name: "b" });
    await register(second, the, { plan: every(minuteMs) });
    const history = await second.history(pipeline, 2_000);
    expect(history).toHaveLength(1_001);
    expect(history[0]?.plannedAt).toBe(begin + 1_001 * minuteMs);
    expect(history[0]?.detail).toContain("stands for 6200 planned times from here on");
    await second.close();
    const third = await start(the, { name: "c" });
    await register(third, the, { plan: every(minuteMs) });
    expect(await third.history(pipeline, 2_000)).toEqual(history);
    expect(the.fired).toEqual([]);
  });

  test("a rare schedule is not taken for missed once its last tick has left the ledger, by age or by count", async () => {
    for (const retention of [
      { ageMs: 2 * dayMs, rows: 1_000 },
      { ageMs: 30 * dayMs, rows: 10 },
    ]) {
      const the = createScheduleWorld(open);
      const begin = the.time.clock.now();
      const rare = every(365 * dayMs, begin + dayMs);
      const first = await start(the, { name: "a", retention });
      await register(first, the, { plan: rare });
      await first.register({ pipeline: "often", plan: every(hourMs), lateMs }, async () => undefined);
      await the.time.runUntil(begin + 5 * dayMs);
      expect(the.fired).toHaveLength(1);
      expect(await first.history(pipeline, 10)).toEqual([]);
      await first.close();
      const second = await start(the, { name: "b", retention });
      await register(second, the, { plan: rare });
      expect(await second.history(pipeline, 10)).toEqual([]);
    }
  });
}

import { every } from "../ledger-fixture.ts";
import type { TestKit } from "../test-kit.ts";
import {
  createScheduleWorld,
  dayMs,
  hourMs,
  minuteMs,
  type OpenInVirtualTime,
  pipeline,
  register,
  start,
} from "./schedule-world.ts";

/** Rule 12 over what people do: running a tick now, pausing, resuming, renaming, removing. */
export function scheduleHandTests({ test, expect }: TestKit, open: OpenInVirtualTime): void {
  test("a paused schedule skips its ticks, over restarts and on every engine, and says since when and why", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const first = await start(the, { name: "a" });
    const beside = await start(the, { name: "beside" });
    for (const engine of [first, beside]) await register(engine, the, { plan: every(hourMs) });
    await the.time.runUntil(begin + 1.5 * hourMs);
    await first.control.pause(pipeline, "ada", "valves are serviced");
    await first.control.pause(pipeline, "bob", "again");
    await the.time.runUntil(begin + 2.5 * hourMs);
    await Promise.all([first.close(), beside.close()]);
    const second = await start(the, { name: "b" });
    await register(second, the, { plan: every(hourMs) });
    await the.time.runUntil(begin + 3.5 * hourMs);
    const pause = { since: begin + 1.5 * hourMs, by: "ada", why: "valves are serviced" };
    expect(await second.control.get(pipeline)).toMatchObject({ state: "paused", pause });
    await second.control.resume(pipeline, "ada");
    await the.time.runUntil(begin + 4.5 * hourMs);
    expect(await second.control.list()).toMatchObject([{ pipeline, state: "active", plan: every(hourMs).description }]);
    const history = await second.history(pipeline, 10);
    expect(history.map(({ timing }) => timing)).toEqual(["on-time", "skipped", "skipped", "on-time"]);
    expect(history[1]?.detail).toBe(`Paused since ${new Date(pause.since).toISOString()} by ada: valves are serviced`);
    expect(the.fired).toHaveLength(2);
  });

  test("what was missed during a pause is not caught up", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const schedule = { plan: every(hourMs), catchUp: { last: 5, withinMs: dayMs } };
    const first = await start(the, { name: "a" });
    await register(first, the, schedule);
    await first.control.pause(pipeline, "ada", "why not");
    await first.close();
    await the.time.runUntil(begin + 3.5 * hourMs);
    const second = await start(the, { name: "b" });
    await register(second, the, schedule);
    await the.time.runUntil(begin + 3.9 * hourMs);
    expect((await second.history(pipeline, 10)).map(({ timing }) => timing)).toEqual(["missed", "missed", "missed"]);
    expect(the.fired).toEqual([]);
  });

  test("so many failures in a row pause a schedule, a success in between or a resume begins the count anew", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const engine = await start(the, { name: "a" });
    const fails = [true, true, false, true, true, true, true, true, true];
    await register(engine, the, {
      plan: every(hourMs),
      pauseAfter: 3,
      fire: () => (fails.shift() === true ? Promise.reject(new Error("no valve")) : Promise.resolve()),
    });
    await the.time.runUntil(begin + 6.5 * hourMs);
    expect(await engine.control.get(pipeline)).toMatchObject({
      state: "paused",
      pause: { by: "pauseAfter", why: "3 ticks in a row failed, the last one because no valve" },
    });
    await the.time.runUntil(begin + 8.5 * hourMs);
    expect(the.fired).toHaveLength(6);
    await engine.control.resume(pipeline, "ada");
    await the.time.runUntil(begin + 10.5 * hourMs);
    expect([the.fired.length, (await engine.control.get(pipeline)).state]).toEqual([8, "active"]);
    await the.time.runUntil(begin + 12.5 * hourMs);
    expect([the.fired.length, (await engine.control.get(pipeline)).state]).toEqual([9, "paused"]);
  });

  test("a tick that is asked for runs now, paused or not, beside the planned ones, and says who asked", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const engine = await start(the, { name: "a" });
    await register(engine, the, { plan: every(hourMs), overlap: "skip", lastsMs: minuteMs });
    await the.time.runUntil(begin + hourMs);
    // At the very time of a planned one, and twice at once.
    const asked = await Promise.all(["ada", "bob"].map((by) => engine.control.runNow(pipeline, by)));
    expect(new Set(asked.map(({ id }) => id)).size).toBe(2);
    for (const { id } of asked) expect(id).toMatch(/^valves!/);
    await the.time.runUntil(begin + 1.5 * hourMs);
    await engine.control.pause(pipeline, "ada", "later");
    await engine.control.runNow(pipeline, "ada");
    await the.time.runUntil(begin + 1.6 * hourMs);
    const history = (await engine.history(pipeline, 10)).toReversed();
    expect(history.map(({ by, outcome }) => [by, outcome])).toEqual([
      ["ada", "succeeded"],
      [undefined, "succeeded"],
      ["bob", "succeeded"],
      ["ada", "succeeded"],
    ]);
    await expect(engine.control.runNow("nobody", "ada")).rejects.toMatchObject({ code: "CONTROL_SCHEDULE_UNKNOWN" });
  });

  test("a tick that was asked for and not begun runs after a restart, and hides no missed one", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const first = await start(the, { name: "a" });
    await register(first, the, { plan: every(hourMs) });
    await the.time.runUntil(begin + 1.5 * hourMs);
    const asked = await first.control.runNow(pipeline, "ada");
    await first.close();
    await the.time.settle();
    await the.queue.remove("ticks", asked.id);
    await the.time.runUntil(begin + 2.5 * hourMs);
    const second = await start(the, { name: "b" });
    await register(second, the, { plan: every(hourMs) });
    await the.time.runUntil(begin + 2.6 * hourMs);
    const history = (await second.history(pipeline, 10)).toReversed();
    expect(history.map(({ id, timing, outcome }) => [id === asked.id, timing, outcome])).toMatchObject([
      [false, "on-time", "succeeded"],
      [true, expect.anything(), "succeeded"],
      [false, "missed", "none"],
    ]);
  });

  test("a renamed pipeline takes over the ticks, the pause and the open end of its former name", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const first = await start(the, { name: "a" });
    await register(first, the, { pipeline: "old", plan: every(hourMs) });
    await the.time.runUntil(begin + 1.5 * hourMs);
    await first.control.pause("old", "ada", "winter");
    await first.close();
    await the.time.runUntil(begin + 3.5 * hourMs);
    for (const name of ["b", "c"]) {
      const engine = await start(the, { name });
      await register(engine, the, { plan: every(hourMs), renamedFrom: "old" });
      await engine.control.keepOnly([pipeline]);
      const history = await engine.history(pipeline, 10);
      expect(history.map(({ timing }) => timing)).toEqual(["missed", "missed", "on-time"]);
      expect(await engine.history("old", 10)).toEqual([]);
      expect(await engine.control.list()).toMatchObject([{ pipeline, state: "paused", pause: { why: "winter" } }]);
      await engine.close();
    }
    expect(the.fired).toHaveLength(1);
  });

  test("a schedule whose pipeline is gone is retired, keeps its history, and begins anew when it comes back", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const engine = await start(the, { name: "a" });
    const schedule = { plan: every(hourMs), catchUp: { last: 10, withinMs: dayMs } };
    const registration = await register(engine, the, schedule);
    await the.time.runUntil(begin + 1.5 * hourMs);
    await registration.close();
    await engine.control.keepOnly([]);
    await the.time.runUntil(begin + 3.5 * hourMs);
    expect(await engine.control.get(pipeline)).toMatchObject({ state: "retired", retiredAt: begin + 1.5 * hourMs });
    expect(await engine.control.list()).toMatchObject([{ pipeline, state: "retired", next: [] }]);
    await expect(engine.control.pause(pipeline, "ada", "x")).rejects.toMatchObject({
      code: "CONTROL_SCHEDULE_UNKNOWN",
    });
    await register(engine, the, schedule);
    await engine.control.keepOnly([pipeline]);
    await the.time.runUntil(begin + 4.5 * hourMs);
    const planned = (await engine.history(pipeline, 10)).map(({ plannedAt }) => (plannedAt - begin) / hourMs);
    expect(planned).toEqual([4, 1]);
    expect((await engine.control.get(pipeline)).state).toBe("active");
  });

  test("nothing is kept of a schedule that was retired longer ago than the ledger keeps ticks", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const engine = await start(the, { name: "a", retention: { ageMs: 2 * dayMs, rows: 1_000 } });
    const registration = await register(engine, the, { plan: every(hourMs) });
    await the.time.runUntil(begin + 1.5 * hourMs);
    await registration.close();
    await engine.control.keepOnly([]);
    await the.time.runUntil(begin + 3 * dayMs);
    expect(await engine.control.list()).toEqual([]);
    await expect(engine.control.get(pipeline)).rejects.toMatchObject({ code: "CONTROL_SCHEDULE_UNKNOWN" });
    expect(await engine.history(pipeline, 10)).toEqual([]);
  });
}

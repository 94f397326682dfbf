import { createTickLedger } from "../../schedules/ledger.ts";
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

/** Rule 12 over deployments: what a start, an edit and a removal do to planned times. */
export function scheduleRestartTests({ test, expect }: TestKit, open: OpenInVirtualTime): void {
  test("a restart within the threshold runs the tick it crossed, a later one records it as missed", async () => {
    for (const [awayMs, timing] of [
      [lateMs - 1_000, "on-time"],
      [lateMs + 1_000, "missed"],
    ] as const) {
      const the = createScheduleWorld(open);
      const begin = the.time.clock.now();
      const first = await start(the, { name: "a" });
      await register(first, the, { plan: every(hourMs) });
      await the.time.runUntil(begin + hourMs - 1);
      await first.close();
      await the.time.runUntil(begin + hourMs + awayMs);
      const second = await start(the, { name: "b" });
      await register(second, the, { plan: every(hourMs) });
      await the.time.runUntil(begin + hourMs + minuteMs);
      expect((await second.history(pipeline, 10)).map((tick) => tick.timing)).toEqual([timing]);
      expect(the.fired).toHaveLength(timing === "on-time" ? 1 : 0);
    }
  });

  test("an engine that starts beside one at work takes no tick from it for missed", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const first = await start(the, { name: "a" });
    await register(first, the, { plan: every(minuteMs) });
    for (let round = 1; round <= 5; round += 1) {
      await the.time.runUntil(begin + round * minuteMs - 1);
      // Due now, and not yet taken up when the other engine looks at the ledger.
      the.time.clock.advance(1);
      const second = await start(the, { name: `b${round}` });
      await register(second, the, { plan: every(minuteMs) });
      await the.time.settle();
      await second.close();
    }
    await the.time.runUntil(begin + 6 * minuteMs);
    const history = await first.history(pipeline, 10);
    expect(history.map((tick) => tick.timing)).toEqual(Array.from({ length: 6 }, () => "on-time"));
    expect(new Set(the.fired).size).toBe(the.fired.length);
  });

  test("D12 a tick that another engine took for missed, and that runs in time, says nothing of that", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const engine = await start(the, { name: "a" });
    await register(engine, the, { plan: every(minuteMs) });
    const starting = createTickLedger({ store: the.store, clock: the.time.clock, engine: "b" });
    const detail = "No engine was there at the planned time.";
    await starting.miss(pipeline, { listed: [begin + minuteMs] }, { detail });
    await the.time.runUntil(begin + minuteMs + 1);
    const [tick] = await engine.history(pipeline, 10);
    expect(tick).toMatchObject({ timing: "on-time", outcome: "succeeded", engine: "a" });
    expect(tick?.detail).toBeUndefined();
  });

  test("a job that outlived a stop of all engines does not fire at the next deployment, edited or not", async () => {
    for (const edit of ["", "in other words"]) {
      const the = createScheduleWorld(open);
      const begin = the.time.clock.now();
      const first = await start(the, { name: "a" });
      await register(first, the, { plan: every(hourMs) });
      await first.close();
      await the.time.runUntil(begin + 1.5 * hourMs);
      expect(await the.queue.counts("ticks")).toEqual({ waiting: 1, running: 0 });
      const second = await start(the, { name: "b" });
      await register(second, the, { plan: { ...every(hourMs), ...(edit !== "" && { description: edit }) } });
      await the.time.runUntil(begin + 1.9 * hourMs);
      expect(await second.history(pipeline, 10)).toMatchObject([
        { plannedAt: begin + hourMs, timing: "missed", engine: "b" },
      ]);
      expect(the.fired).toEqual([]);
    }
  });

  test("a tick refused by a pipeline that is swapped runs in its next revision", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const engine = await start(the, { name: "a" });
    let refuse: () => void = () => undefined;
    const old = await engine.register({ pipeline, plan: every(hourMs), lateMs }, () => {
      return new Promise((_resolve, reject) => (refuse = () => reject(new Error("stopping"))));
    });
    await the.time.runUntil(begin + hourMs);
    await register(engine, the, { plan: every(hourMs) });
    const closed = old.close();
    refuse();
    await closed;
    await the.time.runUntil(begin + hourMs + minuteMs);
    expect(await engine.history(pipeline, 10)).toMatchObject([{ plannedAt: begin + hourMs, outcome: "succeeded" }]);
    expect(the.fired).toHaveLength(1);
  });

  test("ticks of a schedule that is gone are dropped, those of another engine's are left to it", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const other = await start(the, { name: "other" });
    await other.register({ pipeline: "other", plan: every(hourMs), lateMs }, async () => undefined);
    const gone = await start(the, { name: "a" });
    await register(gone, the, { plan: every(hourMs) });
    await gone.close();
    await the.time.runUntil(begin + hourMs + minuteMs - 10_000);
    expect(await the.queue.counts("ticks")).toEqual({ waiting: 2, running: 0 });
    await the.time.runUntil(begin + hourMs + minuteMs + 10_000);
    expect(await the.queue.counts("ticks")).toEqual({ waiting: 1, running: 0 });
    expect(the.fired).toEqual([]);
  });

  test("a job that is no tick is dropped", async () => {
    const the = createScheduleWorld(open);
    const engine = await start(the, { name: "a" });
    await register(engine, the, { plan: every(dayMs) });
    await the.queue.add("ticks", [
      { id: "x", data: null },
      { id: "y", data: { pipeline } },
      { id: "z", data: "text" },
    ]);
    await the.time.settle();
    expect(await the.queue.counts("ticks")).toEqual({ waiting: 1, running: 0 });
  });
}

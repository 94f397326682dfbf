import type { SchedulesService } from "../../schedules/schedules.ts";
import { crashingPorts } from "../crashing-ports.ts";
import { every } from "../ledger-fixture.ts";
import type { TestKit } from "../test-kit.ts";
import { bury, deliver, parking } from "./parked-messages.ts";
import {
  createScheduleWorld,
  hourMs,
  minuteMs,
  type OpenInVirtualTime,
  pipeline,
  register,
  start,
} from "./schedule-world.ts";

/** Rule 12 over ticks that run long, or whose messages are parked. */
export function scheduleOverlapTests({ test, expect }: TestKit, open: OpenInVirtualTime): void {
  test("skip leaves out what is due while an earlier tick runs, on any engine, and says so", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const engines = [await start(the, { name: "a" }), await start(the, { name: "b" })];
    for (const engine of engines)
      await register(engine, the, { plan: every(minuteMs), overlap: "skip", lastsMs: 2.5 * minuteMs });
    await the.time.runUntil(begin + 6.5 * minuteMs);
    expect(await told(engines[0]!, begin)).toEqual([
      [1, "on-time", "succeeded", undefined],
      [2, "skipped", "none", "Another tick of it still runs."],
      [3, "skipped", "none", "Another tick of it still runs."],
      [4, "on-time", "succeeded", undefined],
      [5, "skipped", "none", "Another tick of it still runs."],
      [6, "skipped", "none", "Another tick of it still runs."],
    ]);
    expect(the.fired).toHaveLength(2);
  });

  test("queue runs them one after the other, in order, on any engine", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const engines = [await start(the, { name: "a" }), await start(the, { name: "b" })];
    for (const engine of engines)
      await register(engine, the, { plan: every(minuteMs), overlap: "queue", lastsMs: 1.5 * minuteMs });
    await the.time.runUntil(begin + 20 * minuteMs);
    const records = (await engines[0]!.history(pipeline, 100)).toReversed();
    const ended = records.filter(({ outcome }) => outcome === "succeeded");
    expect(ended.length).toBeGreaterThan(10);
    expect(the.fired).toEqual(the.fired.toSorted());
    for (const [index, { startedAt = 0 }] of ended.entries())
      expect(startedAt).toBeGreaterThanOrEqual(ended[index - 1]?.endedAt ?? 0);
    // Woken by the end of the one before, and not by chance.
    const gaps = ended.slice(1).map(({ startedAt = 0 }, index) => startedAt - (ended[index]?.endedAt ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(1_000);
    expect(records.at(-1)).toMatchObject({ outcome: "waiting" });
  });

  test("a queue is bounded, and what does not fit is skipped", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const engine = await start(the, { name: "a" });
    await register(engine, the, { plan: every(minuteMs), overlap: "queue", lastsMs: 24 * hourMs });
    await the.time.runUntil(begin + 105.5 * minuteMs);
    const history = await engine.history(pipeline, 200);
    const count = (what: string): number => history.filter((tick) => `${tick.timing} ${tick.outcome}` === what).length;
    expect([history.length, history.filter(({ outcome }) => outcome === "waiting").length]).toEqual([105, 100]);
    expect(count("skipped none")).toBe(4);
    expect(history[0]?.detail).toBe("100 ticks wait already.");
  });

  test("a turn that a killed engine had is free once its tick has run to its end elsewhere", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const dying = crashingPorts(the);
    const first = await start(the, { name: "a", ports: dying });
    const schedule = { plan: every(minuteMs), overlap: "skip", lastsMs: 90_000 } as const;
    await register(first, the, schedule);
    await the.time.runUntil(begin + minuteMs + 1_000);
    dying.crash();
    const second = await start(the, { name: "b" });
    await register(second, the, schedule);
    await the.time.runUntil(begin + 4.5 * minuteMs);
    expect((await told(second, begin)).map(([at, timing, outcome]) => [at, timing, outcome])).toEqual([
      [1, "on-time", "succeeded"],
      [2, "skipped", "none"],
      [3, "on-time", "succeeded"],
      [4, "skipped", "none"],
    ]);
  });

  test("a tick runs until its parked messages have ended, and overlap speaks of that", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const engine = await start(the, { name: "a" });
    await register(engine, the, { plan: every(minuteMs), overlap: "skip", fire: ({ id }) => parking(the, id) });
    await the.time.runUntil(begin + 3.5 * minuteMs);
    const [running] = (await engine.history(pipeline, 10)).toReversed();
    expect(running).toMatchObject({ outcome: "running", parkedSince: begin + minuteMs, messages: { count: 1 } });
    expect((await told(engine, begin)).slice(1).map(([, timing]) => timing)).toEqual(["skipped", "skipped"]);
    await deliver(the, running!.id);
    // Whoever is due next finds that the one before has ended, without waiting for anybody to notice.
    await the.time.runUntil(begin + 4 * minuteMs);
    expect((await told(engine, begin)).map(([at, timing, outcome]) => [at, timing, outcome])).toEqual([
      [1, "on-time", "succeeded"],
      [2, "skipped", "none"],
      [3, "skipped", "none"],
      [4, "on-time", "running"],
    ]);
  });

  test("a tick whose parked message became a dead letter has failed", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const engine = await start(the, { name: "a" });
    await register(engine, the, { plan: every(hourMs), fire: ({ id }) => parking(the, id) });
    await the.time.runUntil(begin + hourMs + minuteMs);
    const [id = ""] = the.fired;
    await bury(the, id);
    await deliver(the, id);
    await the.time.runUntil(begin + hourMs + 3 * minuteMs);
    expect(await engine.history(pipeline, 1)).toMatchObject([
      { outcome: "failed", detail: "1 of its messages became dead letters" },
    ]);
  });

  test("a parked tick outlives its engine, ends under the next one and is not fired again", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const dying = crashingPorts(the);
    const schedule = { plan: every(hourMs), fire: ({ id }: { id: string }) => parking(the, id) };
    await register(await start(the, { name: "a", ports: dying }), the, schedule);
    await the.time.runUntil(begin + hourMs + minuteMs);
    dying.crash();
    const [id = ""] = the.fired;
    // The job that looks after it may be lost with a queue: registering brings it back.
    await the.time.settle();
    await the.queue.remove("ticks", id);
    await deliver(the, id);
    const second = await start(the, { name: "b" });
    await register(second, the, schedule);
    await the.time.runUntil(begin + hourMs + 3 * minuteMs);
    expect(the.fired).toEqual([id]);
    expect(await second.history(pipeline, 1)).toMatchObject([{ id, outcome: "succeeded", engine: "a" }]);
  });
}

async function told(engine: SchedulesService, begin: number): Promise<readonly (readonly unknown[])[]> {
  const history = (await engine.history(pipeline, 100)).toReversed();
  return history.map(({ plannedAt, timing, outcome, detail }) => {
    return [(plannedAt - begin) / minuteMs, timing, outcome, detail];
  });
}

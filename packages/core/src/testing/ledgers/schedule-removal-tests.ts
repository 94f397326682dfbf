import type { TickRecord } from "../../schedules/contracts.ts";
import type { SchedulesService } from "../../schedules/schedules.ts";
import { crashingPorts } from "../crashing-ports.ts";
import { every } from "../ledger-fixture.ts";
import type { TestKit } from "../test-kit.ts";
import { refusingChanges } from "./faulty-ports.ts";
import { bury, deliver, parking } from "./parked-messages.ts";
import {
  createScheduleWorld,
  hourMs,
  lateMs,
  minuteMs,
  type OpenInVirtualTime,
  pipeline,
  register,
  start,
} from "./schedule-world.ts";

/** Rule 12 over the removal of a pipeline: its open ticks get an end, and an honest one. */
export function scheduleRemovalTests({ describe, test, expect }: TestKit, open: OpenInVirtualTime): void {
  describe("D12 of a removed pipeline", () => {
    test("a tick that runs ends by itself, and one that waits for it is skipped", async () => {
      const the = createScheduleWorld(open);
      const begin = the.time.clock.now();
      const engine = await start(the, { name: "a" });
      const registered = await register(engine, the, { plan: every(hourMs), overlap: "queue", lastsMs: 2 * hourMs });
      await the.time.runUntil(begin + 2.5 * hourMs);
      await remove(engine, registered);
      await the.time.runUntil(begin + 4 * hourMs);
      expect(await told(engine)).toEqual([
        ["on-time", "succeeded", undefined],
        ["skipped", "none", "Its pipeline was removed before it began."],
      ]);
    });

    test("a tick that a killed process left running has failed, though no schedule is left at all", async () => {
      const the = createScheduleWorld(open);
      const begin = the.time.clock.now();
      const dying = crashingPorts(the);
      const plan = every(hourMs);
      await register(await start(the, { name: "a", ports: dying }), the, { plan, lastsMs: minuteMs });
      await the.time.runUntil(begin + hourMs + 1_000);
      dying.crash();
      await the.time.settle();
      // Also where the queue has lost its job.
      await the.queue.remove("ticks", the.fired[0] ?? "");
      const next = await start(the, { name: "b" });
      await next.control.keepOnly([]);
      await the.time.runUntil(begin + hourMs + 3 * minuteMs);
      expect(await told(next)).toEqual([["on-time", "failed", "Its pipeline was removed, and its run was cut off."]]);
      expect((await next.control.get(pipeline)).open).toEqual([]);
    });

    test.each([
      ["delivered by a pipeline that came back", "succeeded", undefined],
      ["buried", "failed", "1 of its messages became dead letters"],
    ])("a tick stays open while a message of it is parked, until it is %s", async (end, outcome, detail) => {
      const the = createScheduleWorld(open);
      const begin = the.time.clock.now();
      const engine = await start(the, { name: "a" });
      const fire = ({ id }: { id: string }): ReturnType<typeof parking> => parking(the, id);
      const registered = await register(engine, the, { plan: every(hourMs), fire });
      await the.time.runUntil(begin + hourMs + minuteMs);
      await remove(engine, registered);
      await the.time.runUntil(begin + 5 * hourMs);
      expect(await told(engine)).toEqual([["on-time", "running", undefined]]);
      const [id = ""] = the.fired;
      if (end === "buried") await bury(the, id);
      await deliver(the, id);
      await the.time.runUntil(begin + 5 * hourMs + 2 * minuteMs);
      expect(await told(engine)).toEqual([["on-time", outcome, detail]]);
      expect(the.fired).toEqual([id]);
    });

    test("a tick whose messages were parked by a process that died before it could say so stays open, too", async () => {
      const the = createScheduleWorld(open);
      const begin = the.time.clock.now();
      const dying = crashingPorts(the);
      const first = await start(the, { name: "a", ports: dying });
      await first.register({ pipeline, plan: every(hourMs), lateMs }, async ({ id }) => {
        the.fired.push(id);
        await parking(the, id);
        return new Promise(() => undefined);
      });
      await the.time.runUntil(begin + hourMs + 1_000);
      dying.crash();
      const next = await start(the, { name: "b" });
      await next.control.keepOnly([]);
      await the.time.runUntil(begin + 2 * hourMs);
      expect(await told(next)).toEqual([["on-time", "running", undefined]]);
      await deliver(the, the.fired[0] ?? "");
      await the.time.runUntil(begin + 2 * hourMs + 2 * minuteMs);
      expect(await told(next)).toEqual([["on-time", "succeeded", undefined]]);
    });

    test("a tick is left to another engine that still has it", async () => {
      const the = createScheduleWorld(open);
      const begin = the.time.clock.now();
      const gone = await start(the, { name: "gone" });
      await gone.register({ pipeline: "other", plan: every(2 * minuteMs), lateMs }, async () => undefined);
      const engine = await start(the, { name: "has it" });
      await register(engine, the, { plan: every(hourMs), lastsMs: 20 * minuteMs });
      await the.time.runUntil(begin + hourMs + minuteMs);
      await gone.control.keepOnly(["other"]);
      await the.time.runUntil(begin + 1.5 * hourMs);
      expect(await told(engine)).toEqual([["on-time", "succeeded", undefined]]);
      expect(the.fired).toHaveLength(1);
    });

    test("an end that the store could not take in time is recorded later", async () => {
      const the = createScheduleWorld(open);
      const begin = the.time.clock.now();
      let isAway = false;
      const store = refusingChanges(the.store, () => isAway);
      const engine = await start(the, { name: "a", ports: { store, queue: the.queue } });
      const registered = await register(engine, the, { plan: every(hourMs), lastsMs: minuteMs });
      await the.time.runUntil(begin + hourMs + 1_000);
      isAway = true;
      void registered.close();
      await the.time.runUntil(begin + hourMs + 5 * minuteMs);
      isAway = false;
      await engine.control.keepOnly([]);
      await the.time.runUntil(begin + hourMs + 10 * minuteMs);
      expect(await told(engine)).toEqual([["on-time", "succeeded", undefined]]);
      expect(the.fired).toHaveLength(1);
    });

    test("nothing holds the turn when a pipeline of its name comes back", async () => {
      const the = createScheduleWorld(open);
      const begin = the.time.clock.now();
      const dying = crashingPorts(the);
      const schedule = { plan: every(hourMs), overlap: "skip" } as const;
      await register(await start(the, { name: "a", ports: dying }), the, { ...schedule, lastsMs: hourMs });
      await the.time.runUntil(begin + hourMs + 1_000);
      dying.crash();
      const next = await start(the, { name: "b" });
      await next.control.keepOnly([]);
      await the.time.runUntil(begin + 1.5 * hourMs);
      await register(next, the, schedule);
      await the.time.runUntil(begin + 2.5 * hourMs);
      expect((await told(next)).map(([timing, outcome]) => [timing, outcome])).toEqual([
        ["on-time", "failed"],
        ["on-time", "succeeded"],
      ]);
    });
  });

  test("D12 a tick that waits when its pipeline is renamed is skipped, and says so", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const engine = await start(the, { name: "a" });
    await register(engine, the, { plan: every(hourMs), overlap: "queue", lastsMs: 3 * hourMs });
    await the.time.runUntil(begin + 2.5 * hourMs);
    await register(engine, the, { pipeline: "renamed", renamedFrom: pipeline, plan: every(12 * hourMs) });
    const [waited] = await engine.history("renamed", 1);
    expect(waited).toMatchObject({ plannedAt: begin + 2 * hourMs, timing: "skipped", outcome: "none" });
    expect(waited?.detail).toBe(`Its pipeline, ${pipeline}, was renamed to renamed before it ended.`);
  });

  test("D12 a parked tick is not dropped by engines that do not have its schedule", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const engine = await start(the, { name: "has it" });
    await register(engine, the, { plan: every(hourMs), fire: ({ id }) => parking(the, id) });
    for (const name of ["b", "c"]) {
      const other = await start(the, { name });
      await other.register({ pipeline: name, plan: every(minuteMs), lateMs }, async () => undefined);
    }
    await the.time.runUntil(begin + hourMs + 20 * minuteMs);
    await deliver(the, the.fired[0] ?? "");
    await the.time.runUntil(begin + hourMs + 25 * minuteMs);
    expect(await told(engine)).toEqual([["on-time", "succeeded", undefined]]);
  });

  test("D12 a tick whose end the store does not take for a while is not run again by another engine", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    let isAway = false;
    const ports = { store: refusingChanges(the.store, () => isAway), queue: the.queue };
    const [engine, beside] = [await start(the, { name: "a", ports }), await start(the, { name: "b" })];
    await register(engine, the, { plan: every(hourMs), fire: async () => void (isAway = true) });
    await register(beside, the, { plan: every(hourMs) });
    await the.time.runUntil(begin + hourMs + minuteMs);
    isAway = false;
    await the.time.runUntil(begin + hourMs + 2 * minuteMs);
    expect(the.fired).toHaveLength(1);
    expect(await told(beside)).toEqual([["on-time", "succeeded", undefined]]);
  });
}

/** What a reload does with a pipeline that is gone. */
async function remove(engine: SchedulesService, registered: { close(): Promise<void> }): Promise<void> {
  void registered.close();
  await engine.control.keepOnly([]);
}

async function told(engine: SchedulesService): Promise<readonly (readonly (string | undefined)[])[]> {
  const history = (await engine.history(pipeline, 100)).toReversed();
  return history.map(({ timing, outcome, detail }: TickRecord) => [timing, outcome, detail]);
}

import { messageOf } from "../../errors/error.ts";
import type { TickRecord } from "../../schedules/contracts.ts";
import type { SchedulesService } from "../../schedules/schedules.ts";
import { every } from "../ledger-fixture.ts";
import type { TestKit } from "../test-kit.ts";
import { refusingChanges, refusingJobs, refusingNewRows } from "./faulty-ports.ts";
import {
  createScheduleWorld,
  hourMs,
  minuteMs,
  type OpenInVirtualTime,
  pipeline,
  register,
  start,
} from "./schedule-world.ts";

/** Rule 12 where a store is away at an awkward moment: each tick comes to one state, and none to life long after. */
export function scheduleTroubleTests({ describe, test, expect }: TestKit, open: OpenInVirtualTime): void {
  describe("D12 a tick that a person asks for while the store is away", () => {
    test("is taken back: whoever was told that it failed does not see it run later", async () => {
      const the = createScheduleWorld(open);
      let isAway = false;
      const queue = refusingJobs(the.queue, () => isAway);
      const engine = await start(the, { name: "a", ports: { store: the.store, queue } });
      await register(engine, the, { plan: every(hourMs) });
      isAway = true;
      await expect(engine.control.runNow(pipeline, "ada")).rejects.toThrow("away");
      isAway = false;
      await the.time.settle();
      await register(await start(the, { name: "b" }), the, { plan: every(hourMs) });
      await the.time.runUntil(the.time.clock.now() + minuteMs);
      expect(the.fired).toEqual([]);
      expect(await told(engine)).toEqual([["skipped", expect.stringContaining("whoever asked was told so")]]);
    });

    test("is not mixed up with one that came through in the same millisecond", async () => {
      const the = createScheduleWorld(open);
      let isAway = false;
      const store = refusingNewRows(the.store, () => isAway);
      const engine = await start(the, { name: "a", ports: { store, queue: the.queue } });
      const other = await start(the, { name: "b" });
      for (const each of [engine, other]) await register(each, the, { plan: every(hourMs) });
      isAway = true;
      const refused = engine.control.runNow(pipeline, "ada").catch(messageOf);
      const asked = await other.control.runNow(pipeline, "bob");
      expect(await refused).toContain("away");
      isAway = false;
      await the.time.runUntil(the.time.clock.now() + minuteMs);
      expect(the.fired).toEqual([asked.id]);
    });

    test("is not run by an engine that finds it minutes later", async () => {
      const the = createScheduleWorld(open);
      let isAway = false;
      const store = refusingChanges(the.store, () => isAway);
      const queue = refusingJobs(the.queue, () => isAway);
      const engine = await start(the, { name: "a", ports: { store, queue } });
      await register(engine, the, { plan: every(hourMs) });
      isAway = true;
      await expect(engine.control.runNow(pipeline, "ada")).rejects.toThrow("away");
      await the.time.runUntil(the.time.clock.now() + 5 * minuteMs);
      const next = await start(the, { name: "b" });
      await register(next, the, { plan: every(hourMs) });
      await the.time.runUntil(the.time.clock.now() + minuteMs);
      expect(the.fired).toEqual([]);
      expect(await told(next)).toEqual([["skipped", "No engine could run it within a minute of being asked."]]);
    });
  });

  describe("D12 when a schedule is removed while the store is away", () => {
    test("the planned times that could not be queued are missed", async () => {
      const the = createScheduleWorld(open);
      const begin = the.time.clock.now();
      let isAway = false;
      const queue = refusingJobs(the.queue, () => isAway);
      const engine = await start(the, { name: "a", ports: { store: the.store, queue } });
      const registration = await register(engine, the, { plan: every(minuteMs) });
      await the.time.runUntil(begin + 1.5 * minuteMs);
      isAway = true;
      await the.time.runUntil(begin + 5.5 * minuteMs);
      await registration.close();
      isAway = false;
      await engine.control.keepOnly([]);
      await the.time.runUntil(begin + 8 * minuteMs);
      const wentAway = expect.stringContaining("changed or removed before it was back");
      const missed = ["missed", wentAway];
      expect(await told(engine)).toEqual([missed, missed, missed, ["on-time", undefined], ["on-time", undefined]]);
    });

    test("a tick that was due and could not be recorded is skipped", async () => {
      const the = createScheduleWorld(open);
      const begin = the.time.clock.now();
      let isAway = false;
      const store = refusingNewRows(the.store, () => isAway);
      const engine = await start(the, { name: "a", ports: { store, queue: the.queue } });
      const registration = await register(engine, the, { plan: every(hourMs) });
      isAway = true;
      await the.time.runUntil(begin + hourMs + minuteMs);
      await registration.close();
      await engine.control.keepOnly([]);
      isAway = false;
      await the.time.runUntil(begin + hourMs + 10 * minuteMs);
      expect(the.fired).toEqual([]);
      expect(await told(engine)).toEqual([["skipped", "Its pipeline was removed before it began."]]);
    });
  });
}

async function told(engine: SchedulesService): Promise<readonly [TickRecord["timing"], string | undefined][]> {
  return (await engine.history(pipeline, 10)).map(({ timing, detail }) => [timing, detail]);
}

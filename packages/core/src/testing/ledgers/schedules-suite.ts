import { systemClock } from "../../clock.ts";
import { silentLogger } from "../../log.ts";
import type { Queue } from "../../ports/queue.ts";
import type { Store } from "../../ports/store.ts";
import type { TickRecord } from "../../schedules/contracts.ts";
import { createSchedules, type SchedulesService } from "../../schedules/schedules.ts";
import { crashingPorts } from "../crashing-ports.ts";
import { collect, every, type LedgerFixture, type LedgerSuite } from "../ledger-fixture.ts";
import type { TestKit } from "../test-kit.ts";

const periodMs = 300;
// Far beyond what a loaded machine delays: timing is not what these tests are about.
const lateMs = 60_000;
const hourMs = 3_600_000;

/** Rule 12 of the law on a real store and queue, in real time. The same number of tests for each. */
export function schedulesSuite(kit: TestKit, suite: LedgerSuite): void {
  const { describe, beforeAll, afterAll, test, expect } = kit;
  const title = suite.skip === undefined ? suite.name : `${suite.name} (skipped: ${suite.skip})`;

  describe.skipIf(suite.skip !== undefined)(`schedules: ${title}`, () => {
    let fixture: LedgerFixture;
    beforeAll(async () => {
      fixture = await suite.setup();
    });
    afterAll(() => fixture.stop());

    async function start(
      engine: string,
      options: { aheadMs?: () => number; ports?: Ports } = {},
    ): Promise<SchedulesService> {
      const { aheadMs = () => 0, ports = fixture } = options;
      const clock = { ...systemClock, now: () => Date.now() + aheadMs() };
      const schedules = createSchedules({ store: ports.store, queue: ports.queue, clock, log: silentLogger, engine });
      await schedules.open();
      return schedules;
    }

    test("D12 each planned time fires once, recorded before it runs and after it ended", async () => {
      const engine = await start("a");
      const plan = every(periodMs);
      const fired: string[] = [];
      const during: (string | undefined)[] = [];
      const done = collect(engine, 3, (tick: TickRecord) => tick.outcome === "succeeded");
      const begin = Date.now();
      const registration = await engine.register({ pipeline: "steady", plan, lateMs }, async (tick) => {
        fired.push(tick.id);
        during.push((await engine.history("steady", 100)).find((each) => each.id === tick.id)?.outcome);
      });
      const [next = 0, afterNext] = registration.next(2);
      expect(next).toBeGreaterThan(begin);
      expect([next % periodMs, afterNext]).toEqual([0, next + periodMs]);
      await done;
      await engine.close();
      const history = (await engine.history("steady", 100)).toReversed();
      expect(history.map((tick) => tick.id)).toEqual(fired.toSorted());
      expect(new Set(during)).toEqual(new Set(["running"]));
      let planned = history[0]?.plannedAt;
      expect(planned).toBeGreaterThan(begin);
      for (const tick of history) {
        expect(tick).toMatchObject({ plannedAt: planned, timing: "on-time", outcome: "succeeded", engine: "a" });
        expect(tick.startedAt).toBeGreaterThanOrEqual(tick.plannedAt);
        expect(tick.endedAt).toBeGreaterThanOrEqual(tick.startedAt ?? 0);
        planned = plan.next(tick.plannedAt);
      }
    });

    test("D12 of two engines one fires each tick", async () => {
      const engines = [await start("left"), await start("right")];
      const fired: string[] = [];
      const done = engines.map((engine) => collect(engine, 1, (tick) => tick.outcome === "succeeded"));
      const six = new Promise<void>((resolve) => {
        for (const engine of engines) {
          void engine.register({ pipeline: "shared", plan: every(periodMs), lateMs }, async (tick) => {
            fired.push(tick.id);
            if (fired.length >= 6) resolve();
          });
        }
      });
      await Promise.all([six, Promise.race(done)]);
      await Promise.all(engines.map((engine) => engine.close()));
      const history = (await engines[0]?.history("shared", 100)) ?? [];
      expect(new Set(fired).size).toBe(fired.length);
      expect(history.map((tick) => tick.id).toSorted()).toEqual(fired.toSorted());
    });

    test("D12 a tick that two engines queue in different company fires once", async () => {
      const [left, right] = [await start("left"), await start("right")];
      const fired: string[] = [];
      let isEnough: () => void = () => undefined;
      const enough = new Promise<void>((resolve) => (isEnough = resolve));
      const names = ["crowd-0", "crowd-1", "crowd-2", "crowd-3"];
      const register = (engine: SchedulesService, pipelines: readonly string[]): Promise<unknown> =>
        Promise.all(
          pipelines.map((pipeline) =>
            engine.register({ pipeline, plan: every(periodMs), lateMs }, async (tick) => {
              fired.push(tick.id);
              if (names.every((name) => fired.filter((id) => id.startsWith(name)).length >= 3)) isEnough();
            }),
          ),
        );
      await register(left, names.slice(0, 2));
      await register(right, names);
      await register(left, names.slice(2));
      await enough;
      await Promise.all([left.close(), right.close()]);
      expect(new Set(fired).size).toBe(fired.length);
      const ledger = await Promise.all(names.map((name) => left.history(name, 100)));
      const begun = ledger.flat().filter(({ startedAt }) => startedAt !== undefined);
      expect(begun.map(({ id }) => id).toSorted()).toEqual(fired.toSorted());
    });

    test("D12 a tick that fails is recorded with its cause and not tried again", async () => {
      const engine = await start("a");
      const fired: string[] = [];
      const done = collect(engine, 2, (tick) => tick.outcome === "failed");
      await engine.register({ pipeline: "failing", plan: every(periodMs), lateMs }, async (tick) => {
        fired.push(tick.id);
        throw new Error("the pipeline took it not");
      });
      await done;
      await engine.close();
      expect(new Set(fired).size).toBe(fired.length);
      // One that was turned away by the stop is left to the next engine.
      const ended = (await engine.history("failing", 100)).filter(({ outcome }) => outcome !== "running");
      expect(ended.length).toBeGreaterThanOrEqual(2);
      for (const tick of ended) expect(tick.detail).toBe("the pipeline took it not");
    });

    test("D12 what no engine was there for is recorded as missed, and deploying fires none of it", async () => {
      const plan = every(hourMs / 6);
      const fired: string[] = [];
      const visit = async (aheadMs: number, of = plan): Promise<readonly TickRecord[]> => {
        const engine = await start("visitor", { aheadMs: () => aheadMs });
        await engine.register({ pipeline: "visited", plan: of, lateMs: 0 }, async (tick) => void fired.push(tick.id));
        await engine.close();
        return engine.history("visited", 100);
      };
      expect(await visit(0)).toEqual([]);
      const missed = await visit(hourMs);
      expect(missed).toHaveLength(6);
      for (const tick of missed) expect(tick).toMatchObject({ timing: "missed", outcome: "none", engine: "visitor" });
      expect(await visit(hourMs)).toEqual(missed);
      // Another plan answers for no time before its first registration.
      expect(await visit(2 * hourMs, every(hourMs / 6, 1_000))).toEqual(missed);
      expect(fired).toEqual([]);
    });

    test("D12 what was missed is caught up, oldest first, as far as the schedule says", async () => {
      const schedule = {
        pipeline: "caught",
        plan: every(periodMs),
        lateMs: 0,
        overlap: "queue",
        catchUp: { last: 2, withinMs: hourMs },
      } as const;
      const before = await start("before");
      await before.register(schedule, async () => undefined);
      await before.close();
      await new Promise((back) => setTimeout(back, 5 * periodMs));
      const engine = await start("after");
      const done = collect(engine, 2, ({ timing, outcome }) => timing === "caught-up" && outcome === "succeeded");
      const fired: string[] = [];
      await engine.register(schedule, async (tick) => void fired.push(tick.id));
      await done;
      await engine.close();
      const absence = (await engine.history("caught", 100)).filter(({ engine }) => engine === "after").toReversed();
      const last = absence.findLastIndex(({ timing }) => timing === "caught-up");
      const timings = absence.slice(0, last + 1).map(({ timing }) => timing);
      expect(timings).toEqual([...timings.slice(0, -2).map(() => "missed"), "caught-up", "caught-up"]);
      expect(timings.length).toBeGreaterThan(3);
      expect(fired.slice(0, 2)).toEqual(absence.slice(last - 1, last + 1).map(({ id }) => id));
    });

    test("D12 of two engines ticks that may not overlap run one at a time, in order", async () => {
      const engines = [await start("left"), await start("right")];
      const fired: string[] = [];
      let running = 0;
      let most = 0;
      const six = new Promise<void>((resolve) => {
        for (const engine of engines) {
          const schedule = { pipeline: "queued", plan: every(periodMs), lateMs, overlap: "queue" } as const;
          void engine.register(schedule, async (tick) => {
            fired.push(tick.id);
            running += 1;
            most = Math.max(most, running);
            await new Promise((done) => setTimeout(done, periodMs * 1.5));
            running -= 1;
            if (fired.length >= 6) resolve();
          });
        }
      });
      await six;
      await Promise.all(engines.map((engine) => engine.close()));
      expect(most).toBe(1);
      expect(fired).toEqual([...new Set(fired)].toSorted());
    });

    test("D12 a pause holds on every engine, and a tick that a person asks for runs all the same", async () => {
      const engines = [await start("left"), await start("right")];
      const fired: string[] = [];
      const skipped = Promise.race(engines.map((engine) => collect(engine, 3, ({ timing }) => timing === "skipped")));
      for (const engine of engines)
        await engine.register({ pipeline: "paused", plan: every(periodMs), lateMs }, async ({ id }) => {
          fired.push(id);
        });
      await engines[0]?.control.pause("paused", "ada", "service");
      const before = [...fired];
      await skipped;
      const ran = Promise.race(
        engines.map((engine) => collect(engine, 1, ({ by, outcome }) => by === "ada" && outcome === "succeeded")),
      );
      const asked = await engines[1]?.control.runNow("paused", "ada");
      await ran;
      await Promise.all(engines.map((engine) => engine.close()));
      // What had begun when the pause came is in the ledger, and nothing else.
      expect(fired.filter((id) => !before.includes(id))).toEqual([asked?.id]);
    });

    test("D12 a tick that a killed process left running runs again under its id, and once it ended no more", async () => {
      const dying = crashingPorts(fixture);
      const first = await start("dying", { ports: dying });
      const plan = every(periodMs);
      const cut = await new Promise<string>((resolve) => {
        void first.register({ pipeline: "cut", plan, lateMs }, (tick) => {
          resolve(tick.id);
          return new Promise(() => undefined);
        });
      });
      dying.crash();
      const second = await start("heir");
      const fired: string[] = [];
      const done = collect(second, 1, (tick) => tick.id === cut && tick.outcome === "succeeded");
      await second.register({ pipeline: "cut", plan, lateMs }, async (tick) => void fired.push(tick.id));
      const [record] = await done;
      await second.close();
      expect(fired.filter((id) => id === cut)).toEqual([cut]);
      expect(record).toMatchObject({ engine: "heir", outcome: "succeeded" });
      expect(record?.detail).toContain("dying was cut off");
    });

    test("D12 what a removed schedule leaves without an end gets one: cut off, or never begun", async () => {
      const dying = crashingPorts(fixture);
      const first = await start("dying", { ports: dying });
      const schedule = { pipeline: "removed", plan: every(periodMs), lateMs, overlap: "queue" } as const;
      await first.register(schedule, () => new Promise(() => undefined));
      await until(async () => {
        const outcomes = (await first.history("removed", 10)).map(({ outcome }) => outcome);
        return outcomes.includes("running") && outcomes.includes("waiting");
      });
      dying.crash();
      let aheadMs = 0;
      const next = await start("next", { aheadMs: () => aheadMs });
      await next.control.keepOnly([]);
      // Nobody else has taken them up since.
      aheadMs = 120_000;
      await until(async () => (await next.control.get("removed")).open.length === 0);
      await next.close();
      const history = await next.history("removed", 100);
      const begun = history.filter(({ outcome }) => outcome === "failed");
      expect(begun.map(({ detail }) => detail)).toEqual(["Its pipeline was removed, and its run was cut off."]);
      const others = history.filter(({ outcome }) => outcome !== "failed");
      for (const tick of others) expect(tick).toMatchObject({ timing: "skipped", outcome: "none" });
      expect(others.length).toBeGreaterThan(0);
    });

    test("D12 of an edited schedule no time of the old plan fires", async () => {
      const old = await start("old");
      const before = collect(old, 1, (tick) => tick.outcome === "succeeded");
      await old.register({ pipeline: "edited", plan: every(periodMs), lateMs }, async () => undefined);
      await before;
      await old.close();
      const engine = await start("new");
      const fired: number[] = [];
      const done = collect(engine, 3, (tick) => tick.outcome === "succeeded");
      const edited = every(periodMs, 150);
      await engine.register(
        { pipeline: "edited", plan: edited, lateMs },
        async (tick) => void fired.push(tick.plannedAt),
      );
      await done;
      await engine.close();
      expect(fired.filter((plannedAt) => (plannedAt - 150) % periodMs !== 0)).toEqual([]);
    });
  });
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}

interface Ports {
  readonly store: Store;
  readonly queue: Queue;
}

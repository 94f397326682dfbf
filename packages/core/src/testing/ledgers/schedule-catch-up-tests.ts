import type { CatchUp, TickRecord } from "../../schedules/contracts.ts";
import { delayOf } from "../../schedules/tick.ts";
import { crashingPorts } from "../crashing-ports.ts";
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
  type ScheduleOptions,
  type ScheduleWorld,
  start,
} from "./schedule-world.ts";

/** Rule 12 over what is run afterwards, and over what is due later than planned. */
export function scheduleCatchUpTests({ test, expect }: TestKit, open: OpenInVirtualTime): void {
  /** An engine for half an hour, none until `awayMs` after, another one; answers the ticks of the absence by hour. */
  async function absent(
    awayMs: number,
    { before, after = before }: { before: Partial<ScheduleOptions>; after?: Partial<ScheduleOptions> },
  ): Promise<{ the: ScheduleWorld; history: readonly string[]; told: readonly string[] }> {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const first = await start(the, { name: "a" });
    await register(first, the, { plan: every(hourMs), ...before });
    await the.time.runUntil(begin + 30 * minuteMs);
    await first.close();
    await the.time.runUntil(begin + awayMs);
    const second = await start(the, { name: "b" });
    const told: string[] = [];
    second.onChange((tick) => void (tick.timing === "missed" && told.push(saying(tick, begin))));
    await register(second, the, { plan: every(hourMs), ...after });
    await the.time.runUntil(begin + awayMs + 10 * minuteMs);
    const records = (await second.history(pipeline, 2_000)).toReversed();
    return { the, history: records.map((tick) => saying(tick, begin)), told };
  }

  const away = 4.5 * hourMs;
  const missed = (...hours: readonly number[]): readonly string[] => hours.map((hour) => `${hour} missed none`);
  const caughtUp = (...hours: readonly number[]): readonly string[] =>
    hours.map((hour) => `${hour} caught-up succeeded`);

  test.each<[string, CatchUp | undefined, readonly string[]]>([
    ["none", undefined, missed(1, 2, 3, 4)],
    ["the last one", { last: 1, withinMs: dayMs }, [...missed(1, 2, 3), ...caughtUp(4)]],
    ["the last two", { last: 2, withinMs: dayMs }, [...missed(1, 2), ...caughtUp(3, 4)]],
    ["all", { last: 1_000, withinMs: dayMs }, caughtUp(1, 2, 3, 4)],
    ["all of the last two hours", { last: 1_000, withinMs: 2 * hourMs }, [...missed(1, 2), ...caughtUp(3, 4)]],
    ["nothing as old as that", { last: 5, withinMs: 20 * minuteMs }, missed(1, 2, 3, 4)],
  ])("an absence is caught up: %s", async (_what, catchUp, expected) => {
    const { the, history, told } = await absent(away, { before: { catchUp } });
    expect(history).toEqual(expected);
    // Whoever counts ticks hears of each that was missed.
    expect(told).toEqual(expected.filter((line) => line.includes("missed")));
    expect(the.fired).toHaveLength(expected.filter((line) => line.includes("caught-up")).length);
  });

  test("catching up goes one after the other, oldest first, unless ticks may overlap", async () => {
    const catchUp = { last: 1_000, withinMs: dayMs };
    for (const [overlap, minutes] of [
      ["allow", [0, 0, 0, 0]],
      ["queue", [0, 1, 2, 3]],
      ["skip", [0, 1, 2, 3]],
    ] as const) {
      const the = createScheduleWorld(open);
      const begin = the.time.clock.now();
      const schedule = { plan: every(hourMs), catchUp, overlap, lastsMs: minuteMs };
      const first = await start(the, { name: "a" });
      await register(first, the, schedule);
      await first.close();
      await the.time.runUntil(begin + away);
      const second = await start(the, { name: "b" });
      await register(second, the, schedule);
      await the.time.runUntil(begin + away + 20 * minuteMs);
      const records = (await second.history(pipeline, 10)).toReversed();
      const begun = records.map(({ startedAt = 0 }) => Math.round((startedAt - begin - away) / minuteMs));
      expect([overlap, begun]).toEqual([overlap, minutes]);
    }
  });

  test("deploying fires nothing: neither a new schedule, nor an edited one, nor one that catches up from now on", async () => {
    const catchUp = { last: 1_000, withinMs: 30 * dayMs };
    const fresh = createScheduleWorld(open);
    await register(await start(fresh, { name: "a" }), fresh, { plan: every(hourMs), catchUp });
    await fresh.time.runUntil(fresh.time.clock.now() + 30 * minuteMs);
    expect(fresh.fired).toEqual([]);
    const edits: readonly Partial<ScheduleOptions>[] = [{ plan: every(hourMs, minuteMs), catchUp }, { catchUp }];
    for (const after of edits) expect((await absent(away, { before: {}, after })).the.fired).toEqual([]);
  });

  test("an edited schedule keeps its history", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const engine = await start(the, { name: "a" });
    const old = await register(engine, the, { plan: every(hourMs) });
    await the.time.runUntil(begin + 2.5 * hourMs);
    await old.close();
    await register(engine, the, { plan: every(hourMs, 15 * minuteMs) });
    await the.time.runUntil(begin + 3.5 * hourMs);
    const planned = (await engine.history(pipeline, 10)).map(({ plannedAt }) => (plannedAt - begin) / hourMs);
    expect(planned).toEqual([3.25, 2, 1]);
  });

  test("a crash at any step of catching up loses none of it and runs none twice", async () => {
    const catchUp = { last: 2, withinMs: dayMs };
    for (let call = 1; call <= 25; call += 1) {
      for (const side of ["before", "after"] as const) {
        const the = createScheduleWorld(open);
        const begin = the.time.clock.now();
        const first = await start(the, { name: "a" });
        await register(first, the, { plan: every(hourMs), catchUp });
        await first.close();
        await the.time.runUntil(begin + away);
        const dying = crashingPorts(the);
        dying.crashAt({ call, side });
        void start(the, { name: "b", ports: dying }).then((engine) =>
          register(engine, the, { plan: every(hourMs), catchUp }),
        );
        await the.time.runUntil(begin + away + minuteMs);
        dying.crash();
        const third = await start(the, { name: "c" });
        await register(third, the, { plan: every(hourMs), catchUp });
        await the.time.runUntil(begin + away + 10 * minuteMs);
        const records = (await third.history(pipeline, 10)).toReversed();
        const where = `dying ${side} call ${call}`;
        expect(
          records.map((tick) => saying(tick, begin)),
          where,
        ).toEqual([...missed(1, 2), ...caughtUp(3, 4)]);
        for (const { id, detail } of records.slice(2)) {
          const times = the.fired.filter((each) => each === id).length;
          expect(times, where).toBeLessThanOrEqual(detail?.includes("cut off") === true ? 2 : 1);
        }
      }
    }
  });

  test("an engine that stood still catches up too", async () => {
    let skewMs = 0;
    const the = createScheduleWorld(open, () => skewMs);
    const begin = the.time.clock.now();
    const engine = await start(the, { name: "a" });
    await register(engine, the, { plan: every(minuteMs), catchUp: { last: 2, withinMs: dayMs } });
    await the.time.runUntil(begin + 1.5 * minuteMs);
    skewMs = 10 * minuteMs;
    await the.time.runUntil(begin + 2.5 * minuteMs);
    const history = (await engine.history(pipeline, 20)).toReversed();
    expect(history.map(({ timing }) => timing).join(" ")).toMatch(
      /^on-time (late|caught-up) (missed ){7}caught-up caught-up on-time$/,
    );
    expect(engine.control.clockJumps()).toMatchObject({ forward: 1, back: 0, last: { byMs: 10 * minuteMs } });
    skewMs = 0;
    await the.time.runUntil(begin + 15 * minuteMs);
    expect(engine.control.clockJumps()).toMatchObject({ forward: 1, back: 1 });
    expect(new Set(the.fired).size).toBe(the.fired.length);
  });

  test("jitter makes each tick due by chance, the same on every engine, and the ledger says how much", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const delay = { kind: "jitter", upToMs: 20 * minuteMs } as const;
    for (const name of ["a", "b"]) await register(await start(the, { name }), the, { plan: every(hourMs), delay });
    await the.time.runUntil(begin + 24.5 * hourMs);
    const engine = await start(the, { name: "reader" });
    const records = await engine.history(pipeline, 100);
    expect(records).toHaveLength(24);
    for (const { plannedAt, startedAt, delayMs, timing } of records)
      expect([timing, (startedAt ?? 0) - plannedAt]).toEqual(["on-time", delayMs]);
    const delays = records.map(({ delayMs = 0 }) => delayMs);
    expect(new Set(delays).size).toBe(24);
    expect(Math.max(...delays)).toBeGreaterThan(10 * minuteMs);
    expect(Math.min(...delays)).toBeLessThan(10 * minuteMs);
    expect(Math.max(...delays)).toBeLessThan(20 * minuteMs);
  });

  test("spread makes all ticks of a pipeline due equally later, and those of others at other times", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const delay = { kind: "spread", upToMs: 20 * minuteMs } as const;
    const engine = await start(the, { name: "a" });
    for (const name of ["p1", "p2", "p3"]) await register(engine, the, { pipeline: name, plan: every(hourMs), delay });
    await the.time.runUntil(begin + 3.5 * hourMs);
    const delays = await Promise.all(
      ["p1", "p2", "p3"].map(async (name) => (await engine.history(name, 10)).map(({ delayMs }) => delayMs)),
    );
    expect(delays.map((each) => [each.length, new Set(each).size])).toEqual([
      [3, 1],
      [3, 1],
      [3, 1],
    ]);
    expect(new Set(delays.flat()).size).toBe(3);
  });

  test("a restart between a tick's planned time and the time it is due runs it when it is due", async () => {
    const the = createScheduleWorld(open);
    const begin = the.time.clock.now();
    const delay = { kind: "spread", upToMs: 20 * minuteMs } as const;
    const dueAfter = delayOf(delay, { id: "", pipeline, plannedAt: 0 });
    expect(dueAfter).toBeGreaterThan(2 * minuteMs);
    const first = await start(the, { name: "a" });
    await register(first, the, { plan: every(hourMs), delay });
    await first.close();
    await the.queue.remove("ticks", `${pipeline}@${new Date(begin + hourMs).toISOString()}`);
    await the.time.runUntil(begin + hourMs + minuteMs);
    const second = await start(the, { name: "b" });
    await register(second, the, { plan: every(hourMs), delay });
    await the.time.runUntil(begin + 1.5 * hourMs);
    expect(await second.history(pipeline, 10)).toMatchObject([
      { plannedAt: begin + hourMs, startedAt: begin + hourMs + dueAfter, timing: "on-time", outcome: "succeeded" },
    ]);
  });
}

function saying({ plannedAt, timing, outcome }: TickRecord, begin: number): string {
  return `${(plannedAt - begin) / hourMs} ${timing} ${outcome}`;
}

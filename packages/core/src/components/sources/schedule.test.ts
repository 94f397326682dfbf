// When a schedule is due, and what its ticks become; the ledger's side of the contract is the test's.
// Not here: that ledger (schedules/, tested on every store).
import { describe, expect, test } from "vitest";
import type { Delivery, Settlement } from "../../message.ts";
import type { Schedules, Tick } from "../../schedules/contracts.ts";
import { refusalOf, sourceFrom } from "../../testing/component.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { scheduleSource } from "./schedule.ts";

type Registered = Parameters<Schedules["register"]>[0];

const settlement: Settlement = { delivered: 1, discarded: 0, deadLettered: 0, parked: 0 };
const plannedAt = Date.UTC(2026, 0, 1, 12);
const tick: Tick = { id: "test@2026-01-01T12:00:00.000Z", pipeline: "test", plannedAt };

/** A schedule source with the ledger's side of the contract in the test's hands. */
async function openSchedule(yaml: string, maxInFlight = 10) {
  let registered: Registered | undefined;
  let fire: (tick: Tick) => Promise<void> = () => Promise.reject(new Error("not registered"));
  let isClosed = false;
  const running = new Set<Promise<void>>();
  const schedules: Pick<Schedules, "register"> = {
    register(schedule, run) {
      registered = schedule;
      fire = (tick) => {
        const end = run(tick);
        running.add(end);
        return end;
      };
      const next = (count: number): number[] => times(schedule.plan.next, plannedAt, count);
      const close = async (): Promise<void> => {
        isClosed = true;
        await Promise.allSettled(running);
      };
      return Promise.resolve({ next, close });
    },
  };
  const clock = createManualClock(plannedAt);
  const services = { schedules: schedules as Schedules };
  const source = sourceFrom(scheduleSource, yaml, { services, clock, maxInFlight });
  await source.open?.(new AbortController().signal);
  const stop = new AbortController();
  const batches = source.deliveries(stop.signal)[Symbol.asyncIterator]();
  const nextDelivery = async (): Promise<Delivery> => ((await batches.next()).value ?? [])[0]!;
  return {
    source,
    registered,
    fire: (each: Tick) => fire(each),
    nextDelivery,
    stop,
    batches,
    isClosed: () => isClosed,
  };
}

function times(next: (after: number) => number | undefined, after: number, count: number): number[] {
  const found: number[] = [];
  for (let at = next(after); at !== undefined && found.length < count; at = next(at)) found.push(at);
  return found;
}

async function dueTimes(yaml: string, from: string, count: number): Promise<string[]> {
  const { registered } = await openSchedule(yaml);
  return times(registered!.plan.next, Date.parse(from), count).map((time) => new Date(time).toISOString());
}

describe("schedule: when it is due", () => {
  test("cron with five fields is in UTC by default", async () => {
    const found = await dueTimes('schedule: { cron: "30 22 * * 1-5" }', "2026-03-27T00:00:00Z", 2);
    expect(found).toEqual(["2026-03-27T22:30:00.000Z", "2026-03-30T22:30:00.000Z"]);
  });

  test("cron with six fields has seconds first", async () => {
    const found = await dueTimes('schedule: { cron: "*/20 * * * * *" }', "2026-03-27T00:00:00Z", 3);
    expect(found.map((time) => time.slice(17, 19))).toEqual(["20", "40", "00"]);
  });

  test("cron follows the clock of its zone over both changes", async () => {
    const yaml = 'schedule: { cron: "0 22 * * *", timezone: Europe/Zurich }';
    expect(await dueTimes(yaml, "2026-03-28T00:00:00Z", 2)).toEqual([
      "2026-03-28T21:00:00.000Z",
      "2026-03-29T20:00:00.000Z",
    ]);
    expect(await dueTimes(yaml, "2026-10-24T00:00:00Z", 2)).toEqual([
      "2026-10-24T20:00:00.000Z",
      "2026-10-25T21:00:00.000Z",
    ]);
  });

  test("a skipped local time is due after the gap, a repeated one once", async () => {
    const yaml = 'schedule: { cron: "30 2 * * *", timezone: Europe/Zurich }';
    expect(await dueTimes(yaml, "2026-03-28T12:00:00Z", 2)).toEqual([
      "2026-03-29T01:00:00.000Z",
      "2026-03-30T00:30:00.000Z",
    ]);
    expect(await dueTimes(yaml, "2026-10-24T12:00:00Z", 2)).toEqual([
      "2026-10-25T00:30:00.000Z",
      "2026-10-26T01:30:00.000Z",
    ]);
  });

  test("every is aligned, whenever the engine started", async () => {
    const found = await dueTimes("schedule: { every: 5m }", "2026-03-27T10:03:07.123Z", 2);
    expect(found).toEqual(["2026-03-27T10:05:00.000Z", "2026-03-27T10:10:00.000Z"]);
  });

  test("at takes one time or several, in any order, local or with an offset", async () => {
    const from = "2026-01-01T00:00:00Z";
    expect(await dueTimes('schedule: { at: "2026-12-24T18:00Z" }', from, 2)).toEqual(["2026-12-24T18:00:00.000Z"]);
    const yaml = 'schedule: { at: ["2026-12-31T23:59:50+01:00", "2026-07-01T08:00"], timezone: Europe/Zurich }';
    expect(await dueTimes(yaml, from, 3)).toEqual(["2026-07-01T06:00:00.000Z", "2026-12-31T22:59:50.000Z"]);
    expect(await dueTimes(yaml, "2027-01-01T00:00:00Z", 3)).toEqual([]);
  });

  test.each(['schedule: { cron: "0 22 * * *" }', "schedule: { every: 1s }", 'schedule: { at: "2026-06-01T22:00Z" }'])(
    "a planned time is the next one after the millisecond before it: %s",
    async (yaml) => {
      const { registered } = await openSchedule(yaml);
      const time = Date.parse("2026-06-01T22:00:00Z");
      expect(registered!.plan.next(time - 1)).toBe(time);
      expect(registered!.plan.next(time)).not.toBe(time);
    },
  );

  test("is described in words", async () => {
    const describe = async (yaml: string) => (await openSchedule(yaml)).registered?.plan.description;
    expect(await describe('schedule: { cron: "0 22 * * *", timezone: Europe/Zurich }')).toBe(
      "0 22 * * * (Europe/Zurich)",
    );
    expect(await describe("schedule: { every: 90s }")).toBe("every 1m30s");
    expect(await describe('schedule: { at: ["2026-12-24T18:00Z", "2027-12-24T18:00Z"] }')).toBe(
      "at 2026-12-24T18:00:00.000Z and 1 more",
    );
  });
});

describe("schedule: what is refused", () => {
  test.each([
    ["schedule: {}", "CONFIG_FIELD_MISSING: {"],
    ['schedule: { every: 5m, cron: "* * * * *" }', "CONFIG_VALUE_INVALID: 5m"],
    ["schedule: { every: 500ms }", "CONFIG_DURATION_INVALID: 500ms"],
    ["schedule: { every: 5m, timezone: Europe/Zurich }", "CONFIG_VALUE_INVALID: Europe/Zurich"],
    ['schedule: { cron: "0 25 * * *" }', 'CONFIG_CRON_INVALID: "0 25 * * *"'],
    ['schedule: { cron: "0 22 * *" }', 'CONFIG_CRON_INVALID: "0 22 * *"'],
    ['schedule: { cron: "2026-01-01T00:00:00" }', 'CONFIG_CRON_INVALID: "2026-01-01T00:00:00"'],
    ['schedule: { cron: "0 0 30 2 *" }', 'CONFIG_CRON_INVALID: "0 0 30 2 *"'],
    ['schedule: { cron: "* * * * *", timezone: Europe/Zuerich }', "CONFIG_TIMEZONE_INVALID: Europe/Zuerich"],
    ['schedule: { cron: "* * * * *", timezone: "+01:00" }', 'CONFIG_TIMEZONE_INVALID: "+01:00"'],
    ['schedule: { at: "2026-02-30T12:00Z" }', 'CONFIG_VALUE_INVALID: "2026-02-30T12:00Z"'],
    ['schedule: { at: ["2026-02-20T12:00", "tomorrow"] }', 'CONFIG_VALUE_INVALID: "tomorrow"'],
    ["schedule: { every: 5m, overlap: skip }", "CONFIG_NOT_YET: overlap: skip"],
  ])("%s", (yaml, refusal) => {
    expect(refusalOf(scheduleSource, yaml)).toBe(refusal);
  });
});

describe("schedule: its ticks", () => {
  test("registers its plan and how late is late", async () => {
    expect((await openSchedule("schedule: { every: 1m }")).registered).toMatchObject({
      pipeline: "test",
      lateMs: 10_000,
    });
    expect((await openSchedule("schedule: { every: 1m, late: 1s }")).registered).toMatchObject({ lateMs: 1_000 });
  });

  test("a tick is a message with the tick's id and planned time, and ends when it is settled", async () => {
    const { fire, nextDelivery } = await openSchedule("schedule: { every: 1m }");
    const end = fire(tick);
    const { message, ack } = await nextDelivery();
    const planned = "2026-01-01T12:00:00.000Z";
    const meta = { pipeline: "test", source: "schedule", time: planned, receivedAt: planned };
    expect(message).toEqual({ id: tick.id, meta, body: { plannedAt: planned, schedule: "test" } });
    ack(settlement);
    await end;
  });

  test("a tick whose messages became dead letters has failed", async () => {
    const { fire, nextDelivery } = await openSchedule("schedule: { every: 1m }");
    const end = fire(tick);
    (await nextDelivery()).ack({ ...settlement, deadLettered: 2 });
    await expect(end).rejects.toMatchObject({ code: "SCHEDULE_TICK_FAILED" });
  });

  test("a tick that was not taken rejects with the cause", async () => {
    const { fire, nextDelivery } = await openSchedule("schedule: { every: 1m }");
    const end = fire(tick);
    (await nextDelivery()).nack(new Error("no room"));
    await expect(end).rejects.toThrow("no room");
  });

  test("ticks beyond the room wait for it", async () => {
    const { fire, nextDelivery } = await openSchedule("schedule: { every: 1m }", 1);
    const ends = [fire(tick), fire({ ...tick, id: "second" })];
    for (const id of [tick.id, "second"]) {
      const { message, ack } = await nextDelivery();
      expect(message.id).toBe(id);
      ack();
    }
    await Promise.all(ends);
  });

  test("status tells the next ticks", async () => {
    const { source } = await openSchedule("schedule: { every: 1h }");
    const nextTicks = ["2026-01-01T13:00:00.000Z", "2026-01-01T14:00:00.000Z", "2026-01-01T15:00:00.000Z"];
    expect(source.status?.()).toEqual({ state: "waiting", detail: "every 1h", nextTicks });
  });

  test("closing turns away what nobody took, while the schedule closes, and can be repeated", async () => {
    const { source, fire, isClosed } = await openSchedule("schedule: { every: 1m }");
    const wasClosing = fire(tick).catch(() => isClosed());
    await source.close?.();
    await source.close?.();
    expect(await wasClosing).toBe(true);
  });
});

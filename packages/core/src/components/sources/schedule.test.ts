// When a schedule is due, and what its ticks become; the ledger's side of the contract is the test's.
// Not here: that ledger (schedules/, tested on every store).
import { describe, expect, test } from "vitest";
import type { Delivery, Settlement } from "../../message.ts";
import type { Schedules, Tick, TickEnd } from "../../schedules/contracts.ts";
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
  let fire: (tick: Tick) => Promise<TickEnd | void> = () => Promise.reject(new Error("not registered"));
  let isClosed = false;
  const running = new Set<Promise<unknown>>();
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

describe("schedule: the words of cron", () => {
  test.each([
    ["names, and their ranges", "0 6 * JAN-FEB MON", ["2026-01-12T06", "2026-01-19T06"]],
    ["seconds", "30 0 6 * * *", ["2026-01-10T06", "2026-01-11T06"]],
    ["the last day of the month", "0 6 L * *", ["2026-01-31T06", "2026-02-28T06"]],
    ["the working day next to a day", "0 6 15W * *", ["2026-01-15T06", "2026-02-16T06"]],
    ["the last working day", "0 6 LW * *", ["2026-01-30T06", "2026-02-27T06"]],
    ["the second Friday", "0 6 * * FRI#2", ["2026-02-13T06", "2026-03-13T06"]],
    ["the last Friday", "0 6 * * 5L", ["2026-01-30T06", "2026-02-27T06"]],
    ["day of month or day of week", "0 6 15 * MON", ["2026-01-12T06", "2026-01-15T06"]],
    ["Sunday as 7", "0 6 * * 7", ["2026-01-11T06", "2026-01-18T06"]],
    ["@hourly", "@hourly", ["2026-01-10T01", "2026-01-10T02"]],
    ["@daily", "@daily", ["2026-01-11T00", "2026-01-12T00"]],
    ["@midnight", "@midnight", ["2026-01-11T00", "2026-01-12T00"]],
    ["@weekly", "@weekly", ["2026-01-11T00", "2026-01-18T00"]],
    ["@monthly", "@monthly", ["2026-02-01T00", "2026-03-01T00"]],
    ["@yearly", "@yearly", ["2027-01-01T00", "2028-01-01T00"]],
    ["@annually", "@annually", ["2027-01-01T00", "2028-01-01T00"]],
  ])("%s", async (_what, cron, expected) => {
    const found = await dueTimes(`schedule: { cron: "${cron}" }`, "2026-01-10T00:00:00Z", 2);
    expect(found.map((time) => time.slice(0, 13))).toEqual(expected);
  });
});

describe("schedule: from when, until when, and when not", () => {
  const from = "2026-01-10T00:00:00Z";

  test("every counts from its start", async () => {
    const yaml = 'schedule: { every: 90m, align: start, start: "2026-01-10T06:15", timezone: Europe/Zurich }';
    const times = ["2026-01-10T05:15:00.000Z", "2026-01-10T06:45:00.000Z"];
    expect(await dueTimes(yaml, from, 2)).toEqual(times);
    expect(await dueTimes(yaml, "2026-01-10T05:15:00Z", 1)).toEqual(times.slice(1));
  });

  test("start and end are themselves within, in the zone or by their offset", async () => {
    const words = 'start: "2026-01-10T02:00", end: "2026-01-10T03:00:00Z", timezone: Europe/Zurich';
    expect(await dueTimes(`schedule: { every: 1h, ${words} }`, from, 9)).toEqual([
      "2026-01-10T01:00:00.000Z",
      "2026-01-10T02:00:00.000Z",
      "2026-01-10T03:00:00.000Z",
    ]);
  });

  test("days that are left out begin and end at midnight of the zone", async () => {
    const yaml =
      'schedule: { every: 12h, except: ["2026-01-11/2026-01-12", "2026-01-14"], timezone: America/New_York }';
    expect(await dueTimes(yaml, "2026-01-10T23:00:00Z", 5)).toEqual([
      "2026-01-11T00:00:00.000Z",
      "2026-01-13T12:00:00.000Z",
      "2026-01-14T00:00:00.000Z",
      "2026-01-15T12:00:00.000Z",
      "2026-01-16T00:00:00.000Z",
    ]);
  });

  test("a year that is left out costs one look into the plan", async () => {
    const yaml = 'schedule: { cron: "* * * * * *", except: "2027-01-01/2036-12-31" }';
    expect(await dueTimes(yaml, "2026-12-31T23:59:59Z", 1)).toEqual(["2037-01-01T00:00:00.000Z"]);
  });

  test("what it is held to is part of its description, so that another window is another schedule", async () => {
    const { registered } = await openSchedule(
      'schedule: { cron: "@daily", start: "2026-01-01T00:00", except: "2026-05-01" }',
    );
    expect(registered?.plan.description).toBe("@daily (UTC), from 2026-01-01T00:00, but not on 2026-05-01");
  });
});

describe("schedule: what the ledger is told", () => {
  test.each([
    ["schedule: { every: 1m }", { overlap: "allow", catchUp: undefined, pauseAfter: undefined, delay: undefined }],
    ["schedule: { every: 1m, overlap: queue }", { overlap: "queue" }],
    ["schedule: { every: 1m, catchUp: none }", { catchUp: undefined }],
    ["schedule: { every: 1m, catchUp: {} }", { catchUp: { last: 1, withinMs: 86_400_000 } }],
    ["schedule: { every: 1m, catchUp: { last: 3, within: 1h } }", { catchUp: { last: 3, withinMs: 3_600_000 } }],
    ["schedule: { every: 1m, catchUp: { last: all, within: 1h } }", { catchUp: { last: 1_000, withinMs: 3_600_000 } }],
    ["schedule: { every: 1m, pauseAfter: 5 }", { pauseAfter: 5 }],
    ["schedule: { every: 1m, jitter: 10s }", { delay: { kind: "jitter", upToMs: 10_000 } }],
    ["schedule: { every: 1m, spread: 10s }", { delay: { kind: "spread", upToMs: 10_000 } }],
  ])("%s", async (yaml, told) => {
    expect((await openSchedule(yaml)).registered).toMatchObject(told);
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
    ['schedule: { cron: "@reboot" }', 'CONFIG_CRON_INVALID: "@reboot"'],
    ['schedule: { cron: "0 0 * * MON#6" }', 'CONFIG_CRON_INVALID: "0 0 * * MON#6"'],
    ["schedule: { every: 5m, align: start }", "CONFIG_FIELD_MISSING: start"],
    ['schedule: { cron: "@daily", align: clock }', "CONFIG_VALUE_INVALID: clock"],
    ["schedule: { every: 5m, align: noon }", "CONFIG_VALUE_INVALID: noon"],
    ["schedule: { every: 5m, start: soon }", "CONFIG_VALUE_INVALID: soon"],
    [
      'schedule: { every: 5m, start: "2026-02-01T00:00", end: "2026-01-01T00:00" }',
      'CONFIG_VALUE_INVALID: "2026-01-01T00:00"',
    ],
    ['schedule: { every: 5m, end: "2026-02-30T00:00" }', 'CONFIG_VALUE_INVALID: "2026-02-30T00:00"'],
    ['schedule: { every: 5m, except: ["2026-02-01", "2026-02-30"] }', 'CONFIG_VALUE_INVALID: "2026-02-30"'],
    ['schedule: { every: 5m, except: "2026-02-03/2026-02-01" }', 'CONFIG_VALUE_INVALID: "2026-02-03/2026-02-01"'],
    ["schedule: { every: 5m, overlap: never }", "CONFIG_VALUE_INVALID: never"],
    ["schedule: { every: 5m, jitter: 0s }", "CONFIG_VALUE_INVALID: 0s"],
    ["schedule: { every: 5m, jitter: 10 }", "CONFIG_DURATION_INVALID: 10"],
    ["schedule: { every: 5m, jitter: 1m, spread: 2m }", "CONFIG_VALUE_INVALID: 2m"],
    ["schedule: { every: 5m, spread: -1s }", "CONFIG_DURATION_INVALID: -1s"],
    ["schedule: { every: 5m, catchUp: some }", "CONFIG_VALUE_INVALID: some"],
    ["schedule: { every: 5m, catchUp: { last: 0 } }", "CONFIG_VALUE_INVALID: 0"],
    ["schedule: { every: 5m, catchUp: { last: most } }", "CONFIG_VALUE_INVALID: most"],
    ["schedule: { every: 5m, catchUp: { last: 2, within: 0s } }", "CONFIG_VALUE_INVALID: 0s"],
    ["schedule: { every: 5m, catchUp: { first: 1 } }", "CONFIG_FIELD_UNKNOWN: first: 1"],
    ["schedule: { every: 5m, pauseAfter: 0 }", "CONFIG_VALUE_INVALID: 0"],
    ["schedule: { every: 5m, late: soon }", "CONFIG_DURATION_INVALID: soon"],
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

  test("a tick with parked messages has not ended", async () => {
    const { fire, nextDelivery } = await openSchedule("schedule: { every: 1m }");
    const end = fire(tick);
    (await nextDelivery()).ack({ ...settlement, deadLettered: 1, parked: 2 });
    expect(await end).toMatchObject({ deadLettered: 1, parked: 2 });
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

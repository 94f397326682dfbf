import { describe, expect, test } from "vitest";
import { describeOdd, previewSchedule, reviewYear } from "./schedule-review.ts";
import type { ScheduleWords } from "./schedule-config.ts";

const timezone = "Europe/Zurich";
const newYear = Date.parse("2026-01-01T00:00:00Z");

function reviewed(words: ScheduleWords): readonly string[] {
  return reviewYear({ timezone, ...words }, newYear).map(({ text }) => text);
}

describe("a year of a schedule", () => {
  test("a fixed time is due once, in the hole after it, of the two the first", () => {
    expect(reviewed({ cron: "30 2 * * *" })).toEqual([
      "2026-03-29 02:30:00 does not exist in Europe/Zurich: due at 03:00:00 +02:00",
      "2026-10-25 02:30:00 comes twice in Europe/Zurich: due at 02:30:00 +02:00",
    ]);
  });

  test("a pattern within the hour is left out of the hole and due twice", () => {
    const found = reviewed({ cron: "*/30 2 * * *" });
    expect(found).toEqual([
      "2026-03-29 02:00:00 does not exist in Europe/Zurich: nothing is due; so it is with 1 more of its times that day",
      "2026-10-25 02:00:00 comes twice in Europe/Zurich: due at 02:00:00 +02:00 and 02:00:00 +01:00; so it is with 1 more of its times that day",
    ]);
  });

  test("a time of its own in the hole is due as long after it", () => {
    expect(reviewed({ at: ["2026-03-29T02:15", "2026-03-29T02:45+01:00", "2026-10-25T02:15"] })).toEqual([
      "2026-03-29 02:15:00 does not exist in Europe/Zurich: due at 03:15:00 +02:00",
      "2026-10-25 02:15:00 comes twice in Europe/Zurich: due at 02:15:00 +02:00",
    ]);
  });

  test.each([
    ["by day", { cron: "0 22 * * *" }],
    ["every hour", { cron: "*/10 * * * *" }],
    ["by nickname", { cron: "@hourly" }],
    ["in real time", { every: 3_600_000, timezone: undefined }],
    ["where clocks never change", { cron: "30 2 * * *", timezone: "Asia/Kolkata" }],
    ["on other days", { cron: "30 2 * * 1" }],
    ["but for those days", { cron: "30 2 * * *", except: ["2026-03-29", "2026-10-25"] }],
    ["before them", { cron: "30 2 * * *", end: "2026-03-28T12:00" }],
  ])("nothing is odd %s", (_what, words) => {
    expect(reviewed(words)).toEqual([]);
  });

  test("midnight can be missing too, and half an hour", () => {
    expect(reviewed({ cron: "@daily", timezone: "Africa/Cairo" })[0]).toMatch(
      /^2026-04-24 00:00:00 does not exist in Africa\/Cairo: due at 01:00:00 \+03:00$/,
    );
    expect(reviewed({ cron: "15 2 * * *", timezone: "Australia/Lord_Howe" })).toHaveLength(1);
  });
});

describe("a preview", () => {
  test("tells zone and UTC, and which times stand for odd ones", () => {
    const after = Date.parse("2026-03-27T12:00:00Z");
    const { times, odd } = previewSchedule({ cron: "30 2 * * *", timezone }, after, 3);
    expect(times.map(({ utc, local }) => [utc, local])).toEqual([
      ["2026-03-28T01:30:00.000Z", "2026-03-28 02:30:00 +01:00"],
      ["2026-03-29T01:00:00.000Z", "2026-03-29 03:00:00 +02:00"],
      ["2026-03-30T00:30:00.000Z", "2026-03-30 02:30:00 +02:00"],
    ]);
    expect(times.map((time) => time.odd.map(({ kind }) => kind))).toEqual([[], ["hole"], []]);
    expect(odd.map((each) => describeOdd(each, timezone))).toEqual([
      "2026-03-29 02:30:00 does not exist in Europe/Zurich: due at 03:00:00 +02:00",
    ]);
  });

  test("flags both of a doubled pattern", () => {
    const after = Date.parse("2026-10-25T00:15:00Z");
    const { times } = previewSchedule({ cron: "*/30 * * * *", timezone }, after, 4);
    expect(times.map(({ local, odd }) => [local.slice(11), odd.map(({ kind }) => kind).join()])).toEqual([
      ["02:30:00 +02:00", "double"],
      ["02:00:00 +01:00", "double"],
      ["02:30:00 +01:00", "double"],
      ["03:00:00 +01:00", ""],
    ]);
  });

  test("ends with the schedule", () => {
    const words = { every: 3_600_000, start: "2026-01-01T00:30", end: "2026-01-01T02:00", align: "start" } as const;
    expect(previewSchedule(words, newYear, 20).times.map(({ local }) => local)).toEqual([
      "2026-01-01 00:30:00 +00:00",
      "2026-01-01 01:30:00 +00:00",
    ]);
  });
});

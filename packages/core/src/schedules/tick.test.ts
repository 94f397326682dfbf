import { describe, expect, test } from "vitest";
import type { TickRecord } from "./contracts.ts";
import { decideTick, nextClaim, tickOf } from "./tick.ts";

const plannedAt = Date.UTC(2026, 5, 1, 22);
const tick = tickOf("night", plannedAt);
const lateMs = 10_000;
const missed: TickRecord = { ...tick, startedAt: undefined, endedAt: undefined, timing: "missed", outcome: "none" };

function decide(now: number, registeredAt: number, record?: TickRecord): ReturnType<typeof decideTick> {
  return decideTick({ dueAt: plannedAt, now, lateMs, registeredAt, record, job: "own" });
}

test("a tick is named by its pipeline and its planned time in UTC", () => {
  expect(tick.id).toBe("night@2026-06-01T22:00:00.000Z");
});

describe("a tick whose job starts", () => {
  const before = plannedAt - 60_000;

  test("is on time up to the threshold, and late beyond it", () => {
    expect(decide(plannedAt, before)).toEqual({ action: "fire", timing: "on-time" });
    expect(decide(plannedAt + lateMs, before)).toEqual({ action: "fire", timing: "on-time" });
    expect(decide(plannedAt + lateMs + 1, before)).toEqual({ action: "fire", timing: "late" });
  });

  test("is missed when this engine came after it and the threshold has passed", () => {
    expect(decide(plannedAt + lateMs + 1, plannedAt)).toEqual({ action: "miss" });
    expect(decide(plannedAt + lateMs, plannedAt + 5_000)).toEqual({ action: "fire", timing: "on-time" });
  });

  test("runs within the threshold although a starting engine took it for missed, and not after", () => {
    expect(decide(plannedAt + 2_000, before, missed)).toEqual({ action: "fire", timing: "on-time" });
    expect(decide(plannedAt + lateMs + 1, before, missed)).toEqual({ action: "skip" });
  });

  const running = { ...missed, startedAt: plannedAt + 1, timing: "on-time", outcome: "running" } as const;

  test("runs again, with its first timing, when its run has no end and was begun by the same job", () => {
    const [now, registeredAt] = [plannedAt + 3_600_000, plannedAt + 3_599_000];
    expect(decide(now, registeredAt, { ...running, job: "own" })).toEqual({ action: "fire", timing: "on-time" });
    expect(decide(now, registeredAt, { ...running, job: "other" })).toEqual({ action: "skip" });
    expect(decide(now, registeredAt, running)).toEqual({ action: "skip" });
  });

  test("is settled by any job once only parked messages are left of it", () => {
    expect(decide(plannedAt + 60_000, before, { ...running, job: "other", parkedSince: plannedAt + 5 })).toEqual({
      action: "settle",
    });
  });

  test.each(["succeeded", "failed"] as const)("is not run again once it %s", (outcome) => {
    const ended: TickRecord = { ...missed, timing: "on-time", outcome, startedAt: plannedAt, endedAt: plannedAt + 5 };
    expect(decide(plannedAt + 10, before, ended)).toEqual({ action: "skip" });
  });
});

test("a tick without an engine for it is looked at less and less often, then given up", () => {
  const looks: number[] = [];
  let at: number | undefined = plannedAt;
  while ((at = nextClaim(plannedAt, plannedAt - 5_000, at)) !== undefined) looks.push(at - plannedAt);
  expect(looks[0]).toBe(250);
  expect(looks.length).toBeLessThan(40);
  expect(looks.at(-1)).toBeGreaterThanOrEqual(60_000);
  const gaps = looks.slice(1).map((look, index) => look - (looks[index] ?? 0));
  expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
  expect(Math.max(...gaps)).toBe(5_000);
});

test("a tick that was long due when this engine began to work still gets its time", () => {
  const begun = plannedAt + 86_400_000;
  expect(nextClaim(plannedAt, begun, begun + 1_000)).toBe(begun + 1_500);
  expect(nextClaim(plannedAt, begun, begun + 60_000)).toBeUndefined();
});

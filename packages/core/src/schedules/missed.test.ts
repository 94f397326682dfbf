import { describe, expect, test } from "vitest";
import type { Plan } from "./contracts.ts";
import { advance, findMissed, isPlanned } from "./missed.ts";

function every(periodMs: number): Plan {
  return { description: `every ${periodMs} ms`, next: (after) => (Math.floor(after / periodMs) + 1) * periodMs };
}
const once: Plan = { description: "at 500", next: (after) => (after < 500 ? 500 : undefined) };

describe("missed times", () => {
  test("lie after the span's begin, up to and with its end", () => {
    expect(findMissed({ plan: every(100), after: 100, until: 400 })).toEqual({ listed: [200, 300, 400] });
    expect(findMissed({ plan: every(100), after: 100, until: 199 })).toEqual({ listed: [] });
    expect(findMissed({ plan: once, after: 0, until: 10_000 })).toEqual({ listed: [500] });
  });

  test("beyond the limit are summed up", () => {
    const span = { plan: every(10), after: 0, until: 100, listLimit: 3 };
    expect(findMissed(span)).toEqual({ listed: [10, 20, 30], rest: { first: 40, count: 7, isMore: false } });
    const cut = findMissed({ ...span, countLimit: 4 });
    expect(cut.rest).toEqual({ first: 40, count: 4, isMore: true });
  });

  test("of a long absence cost a bounded number of looks into the plan", () => {
    let looks = 0;
    const plan = every(1_000);
    const counted: Plan = { ...plan, next: (after) => (looks++, plan.next(after)) };
    const missed = findMissed({ plan: counted, after: 0, until: 30 * 86_400_000 });
    expect(missed.listed).toHaveLength(1_000);
    expect(missed.rest).toEqual({ first: 1_001_000, count: 10_000, isMore: true });
    expect(looks).toBeLessThan(11_010);
  });
});

describe("a planner that wakes", () => {
  test("at a planned time queues the next one", () => {
    expect(advance(every(100), { queued: 300, now: 301, lateMs: 50 })).toEqual({
      queue: [400],
      missed: { listed: [] },
      next: 400,
    });
  });

  test("queues what it passed within the threshold, and names the rest as missed", () => {
    expect(advance(every(100), { queued: 300, now: 1_010, lateMs: 250 })).toEqual({
      queue: [800, 900, 1_000, 1_100],
      missed: { listed: [400, 500, 600, 700] },
      next: 1_100,
    });
  });

  test("counts each passed time once, at the very edge of the threshold too", () => {
    for (let lateMs = 0; lateMs < 800; lateMs += 10) {
      const { queue, missed } = advance(every(100), { queued: 300, now: 1_000, lateMs });
      expect([...missed.listed, ...queue]).toEqual([400, 500, 600, 700, 800, 900, 1_000, 1_100]);
    }
  });

  test("has nothing more to do for a plan that has ended", () => {
    expect(advance(once, { queued: 500, now: 501, lateMs: 10 })).toEqual({
      queue: [],
      missed: { listed: [] },
      next: undefined,
    });
  });
});

test("a time belongs to a plan or not", () => {
  expect(isPlanned(every(100), 300)).toBe(true);
  expect(isPlanned(every(100), 301)).toBe(false);
  expect(isPlanned(once, 600)).toBe(false);
});

import { expect, test } from "vitest";
import { createRandom } from "../random.ts";
import { drawTimetable, planOf, timesBetween } from "./timetables.ts";

const dayMs = 86_400_000;

test("D12 the engine's plans and a plain list of times agree over the changes of clocks", () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const from = Date.UTC(2025 + (seed % 3), seed % 2 === 0 ? 1 : 7, 20);
    const table = drawTimetable(createRandom(seed), from);
    const until = from + (table.kind === "hourly" ? 80 : 500) * dayMs;
    const plan = planOf(table);
    const planned: number[] = [];
    for (let at = plan.next(from); at !== undefined && at <= until; at = plan.next(at)) planned.push(at);
    const iso = (times: readonly number[]): string[] => times.map((time) => new Date(time).toISOString());
    expect(iso(planned), JSON.stringify(table)).toEqual(iso(timesBetween(table, from, until)));
  }
});

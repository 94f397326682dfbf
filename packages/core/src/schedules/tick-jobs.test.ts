import { expect, test } from "vitest";
import type { DueTick } from "./planner.ts";
import { askedTick, tickOf } from "./tick.ts";
import { parseTicks, tickJob, tickJobs } from "./tick-jobs.ts";

const at = Date.UTC(2026, 5, 1, 22);
const due = (pipeline: string, dueAt = at): DueTick => ({ ...tickOf(pipeline, at), dueAt });

test("ticks due at one time travel in one job, and come out as they were", () => {
  const asked = { ...askedTick("c", at), dueAt: at };
  const jobs = tickJobs([due("a"), due("later", at + 5), due("b"), asked]);
  expect(jobs.map(({ runAt }) => runAt)).toEqual([at, at + 5]);
  const ticks = jobs.flatMap(({ data }) => parseTicks(JSON.parse(JSON.stringify(data))) ?? []);
  expect(ticks).toEqual([tickOf("a", at), tickOf("b", at), askedTick("c", at), tickOf("later", at)]);
});

test("jobs of the same ticks are one job, in whatever order they come", () => {
  const [one] = tickJobs([due("a"), due("b"), due("c")]);
  expect(tickJobs([due("c"), due("a"), due("b")])[0]?.id).toBe(one?.id);
  expect(tickJobs([due("a"), due("b")])[0]?.id).not.toBe(one?.id);
});

test("a job for one tick bears its id", () => {
  expect(tickJobs([due("a")])).toEqual([tickJob(due("a"))]);
  expect(tickJob(due("a")).id).toBe(due("a").id);
});

test("a crowd is divided, so that the queue takes each job, and none is left out", () => {
  const crowd = Array.from({ length: 1_001 }, (_, index) => due(`a-pipeline-with-a-name-of-some-length-${index}`));
  const jobs = tickJobs(crowd);
  expect(new Set(jobs.flatMap(({ data }) => parseTicks(data) ?? []).map(({ id }) => id)).size).toBe(1_001);
  expect(new Set(jobs.map(({ id }) => id)).size).toBe(jobs.length);
  for (const { data } of jobs) expect(JSON.stringify(data).length).toBeLessThan(60_000);
});

test.each([{}, null, "a@b", [["a"]], [["a", "soon"]], [{ pipeline: "a", plannedAt: 1 }], [["a", 1.5]]])(
  "%j holds no ticks",
  (data) => expect(parseTicks(data)).toBeUndefined(),
);

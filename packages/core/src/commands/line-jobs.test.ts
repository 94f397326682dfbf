import { expect, test } from "vitest";
import type { NewJob } from "../ports/queue.ts";
import { createLineJobs, createLineRound } from "./line-jobs.ts";

test("over many pages of commands, each line's job is asked for once", async () => {
  const asked: (readonly string[])[] = [];
  const add = (_topic: string, jobs: readonly NewJob[]): Promise<void> => {
    asked.push(jobs.map(({ id }) => id));
    return Promise.resolve();
  };
  const wake = createLineRound(createLineJobs({ add }));
  const [a, b, c] = ["a", "b", "c"].map((device) => ({ connection: "akenza", device }));
  await wake([a!, b!, a!]);
  await wake([b!, a!]);
  await wake([c!, b!]);
  expect(asked.map(({ length }) => length)).toEqual([2, 1]);
  expect(new Set(asked.flat()).size).toBe(3);
  const later = createLineRound(createLineJobs({ add }));
  await later([a!]);
  expect(asked).toHaveLength(3);
});

import { expect, test } from "vitest";
import type { DueTick } from "./planner.ts";
import { type Again, runTicks } from "./tick-batch.ts";
import { tickOf } from "./tick.ts";

const at = Date.UTC(2026, 5, 1, 22);
const jobOf = (...names: string[]) => ({ id: "job", data: names.map((name) => [name, at]), start: 1 });

/** Runs a job whose ticks are left as said; those that are not named end. */
function runWith(left: Record<string, Again | Error>) {
  const queued: DueTick[] = [];
  const run = async ({ pipeline }: { pipeline: string }): Promise<Again> => {
    const again = left[pipeline];
    if (again instanceof Error) throw again;
    return again;
  };
  const enqueue = async (ticks: readonly DueTick[]): Promise<void> => void queued.push(...ticks);
  const of = (...names: string[]) => runTicks(jobOf(...names), { run, enqueue });
  return { of, queued };
}

test("a job ends when nothing is left of its ticks", async () => {
  const { of, queued } = runWith({});
  expect(await of("a", "b")).toBeUndefined();
  expect(queued).toEqual([]);
});

test("what any job may look at again gets a job of its own, and does not keep the others'", async () => {
  const { of, queued } = runWith({ b: { runAgainAt: at + 10 }, c: { runAgainAt: at + 20 } });
  expect(await of("a", "b", "c")).toBeUndefined();
  expect(queued).toEqual([
    { ...tickOf("b", at), dueAt: at + 10 },
    { ...tickOf("c", at), dueAt: at + 20 },
  ]);
});

test("what only this job may look at again keeps it, until the earliest of them", async () => {
  const { of, queued } = runWith({
    a: { runAgainAt: at + 30, isOwn: true },
    b: { runAgainAt: at + 20, isOwn: true },
    c: { runAgainAt: at + 10 },
  });
  expect(await of("a", "b", "c", "d")).toEqual({ runAgainAt: at + 20 });
  expect(queued.map(({ pipeline }) => pipeline)).toEqual(["c"]);
});

test("a job of one tick is kept for it", async () => {
  const { of, queued } = runWith({ a: { runAgainAt: at + 10 } });
  expect(await of("a")).toEqual({ runAgainAt: at + 10 });
  expect(queued).toEqual([]);
});

test("a tick that fails to be looked at fails the job once all others had their turn", async () => {
  const { of, queued } = runWith({ a: new Error("away"), b: { runAgainAt: at + 10 } });
  await expect(of("a", "b")).rejects.toThrow("away");
  expect(queued.map(({ pipeline }) => pipeline)).toEqual(["b"]);
});

test("a job of something else is told apart", () => {
  const { run, enqueue } = { run: async () => undefined, enqueue: async () => undefined };
  expect(runTicks({ id: "job", data: { pipeline: "a" }, start: 1 }, { run, enqueue })).toBeUndefined();
});

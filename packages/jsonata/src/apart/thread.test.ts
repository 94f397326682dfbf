import { afterAll, expect, test } from "vitest";
import { defaultLimits, type Limits } from "../limits.ts";
import type { Job } from "./messages.ts";
import { NotApartError } from "./portable-data.ts";
import { Thread } from "./thread.ts";

const loop = "($f := function($n){ $f($n + 1) }; $f(0))";
const endless: Limits = { timeMs: Infinity, depth: Infinity, sequence: Infinity, outputBytes: Infinity };
const threads: Thread[] = [];

function startThread(): Thread {
  const thread = new Thread();
  threads.push(thread);
  return thread;
}

function jobOf(text: string, { input = {}, limits = defaultLimits }: { input?: unknown; limits?: Limits } = {}): Job {
  return { what: { text, limits, library: false }, input, bindings: undefined };
}

afterAll(() => Promise.all(threads.map((thread) => thread.end())));

test("answers one job after another, and says how long each took", async () => {
  const thread = startThread();
  expect(thread.isFree).toBe(true);
  const first = thread.run(jobOf("a + 1", { input: { a: 1 } }), 60_000);
  expect(thread.isFree).toBe(false);
  expect(await first).toMatchObject({ kind: "value", value: 2 });
  expect(thread.isFree).toBe(true);
  const [short, long] = [await thread.run(jobOf("1"), 60_000), await thread.run(jobOf(loop), 60_000)];
  expect(long).toMatchObject({ kind: "error", details: { limit: "timeMs" } });
  expect((short as { tookMs: number }).tookMs).toBeLessThan((long as { tookMs: number }).tookMs);
});

test("is ended when it does not answer in time", async () => {
  const thread = startThread();
  expect(await thread.run(jobOf(loop, { limits: endless }), 50)).toEqual({ kind: "late" });
  expect(thread.isFree).toBe(false);
  await thread.gone;
});

test("dies alone of an expression that fills its heap", async () => {
  const thread = startThread();
  const ending = await thread.run(
    jobOf('$length($uppercase($pad("", 530000000, "ab")))', { limits: endless }),
    Infinity,
  );
  expect(ending).toMatchObject({ kind: "died", cause: { code: "ERR_WORKER_OUT_OF_MEMORY" } });
  await thread.gone;
  expect(thread.isFree).toBe(false);
});

test("ending it ends its job", async () => {
  const thread = startThread();
  await thread.run(jobOf("1"), 60_000);
  const job = thread.run(jobOf(loop, { limits: endless }), Infinity);
  await thread.end();
  expect(await job).toMatchObject({ kind: "died" });
});

test("a thread that ends before it has loaded says nothing about the expression", async () => {
  const thread = startThread();
  const job = thread.run(jobOf("1"), 60_000);
  await thread.end();
  expect(await job).toMatchObject({ kind: "unfit" });
});

test("data that cannot be copied is refused, and the thread stays free", async () => {
  const thread = startThread();
  expect(() => thread.run(jobOf("1", { input: () => 1 }), 60_000)).toThrow(NotApartError);
  expect(thread.isFree).toBe(true);
  expect(await thread.run(jobOf("1"), 60_000)).toMatchObject({ value: 1 });
});

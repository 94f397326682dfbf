import { expect, test } from "vitest";
import type { NewJob } from "../ports/queue.ts";
import { createBringBack } from "./bring-back.ts";
import type { TickRecord } from "./contracts.ts";
import type { KnownTick } from "./ledger.ts";
import { tickOf } from "./tick.ts";

const at = Date.UTC(2026, 5, 1, 22);

function open(pipeline: string, facts: Partial<TickRecord>): KnownTick {
  const begun = { startedAt: at, endedAt: undefined, timing: "on-time", outcome: "running" } as const;
  return { record: { ...tickOf(pipeline, at), ...begun, ...facts }, version: 1 };
}

/** Brings back for schedules that register at one time, with a queue that has these jobs. */
async function broughtBack(existing: readonly string[], ...registrations: readonly (readonly KnownTick[])[]) {
  const [added, asked, changed]: [NewJob[], string[], string[]] = [[], [], []];
  const queue = {
    add: async (_topic: string, jobs: readonly NewJob[]) => void added.push(...jobs),
    has: async (_topic: string, job: string) => {
      asked.push(job);
      return existing.includes(job);
    },
  };
  const change = async ({ record, version }: KnownTick, facts: Partial<TickRecord>): Promise<KnownTick> => {
    changed.push(`${record.pipeline} by ${facts.job}`);
    return { record: { ...record, ...facts }, version: version + 1 };
  };
  const bringBack = createBringBack({ queue, topic: "ticks", ledger: { change } });
  await Promise.all(registrations.map(bringBack));
  return { added: added.map(({ data }) => data), asked, changed };
}

test("D12 what a crowd's job had begun is left to it, and the job is asked for once, whoever asks", async () => {
  const crowd = ["a", "b", "c", "d"].map((name) => [open(name, { job: "crowd" })]);
  const { added, asked } = await broughtBack(["crowd"], ...crowd);
  expect(added).toEqual([]);
  // What comes while a look is under way shares the next one.
  expect(asked).toEqual(["crowd", "crowd"]);
});

test("D12 what a lost job had begun gets a job of its own, which alone may begin it again", async () => {
  const { added, changed } = await broughtBack([], [open("a", { job: "lost" }), open("b", { job: "lost" })]);
  expect(changed).toEqual([`a by ${tickOf("a", at).id}`, `b by ${tickOf("b", at).id}`]);
  expect(added).toEqual([[["a", at]], [["b", at]]]);
});

test("D12 what has not begun comes together in few jobs, however many wait", async () => {
  const waiting = Array.from({ length: 600 }, (_, index) =>
    open(`p${String(index).padStart(3, "0")}`, { outcome: "waiting", startedAt: undefined }),
  );
  const parked = open("parked", { parkedSince: at, job: "gone" });
  const { added, asked } = await broughtBack([], [...waiting, parked]);
  expect(added.map((ticks) => (ticks as unknown[]).length)).toEqual([250, 250, 101]);
  expect(asked).toEqual([]);
});

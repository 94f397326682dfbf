import type { Queue } from "../ports/queue.ts";
import { probeTopic } from "./job-probe.ts";
import type { QueueBench } from "./queue-conformance.ts";
import { oddTexts } from "./store-conformance-lanes.ts";
import type { TestKit } from "./test-kit.ts";

// The part of the queue suite about running: when, how often, with what. Not here: failures, stops and crashes
// (queue-conformance-faults.ts).

const hourMs = 3_600_000;

/** When jobs run, and how often. */
export function queueRunConformance({ test, expect }: TestKit, bench: QueueBench): void {
  const queue = (): Queue => bench.queue();

  test("runs a job once, with its id and data", async () => {
    const probe = await probeTopic(queue(), "once");
    await queue().add("once", [{ id: "a", data: { n: [1, null, "é"] } }]);
    expect(await probe.finishNext()).toMatchObject({ id: "a", data: { n: [1, null, "é"] }, start: 1 });
    await sentinel(queue(), "once", probe);
    expect(probe.starts.length).toBe(2);
    await probe.worker.close();
  });

  test("ids and data may be anything", async () => {
    const ids = [...oddTexts, "123", "a:b", "x".repeat(5_000), "0:0:0"];
    const jobs = ids.map((id, i) => ({ id, data: [id, { i, nul: "\0", long: "y".repeat(i * 1_000) }, null] }));
    await queue().add("any", jobs);
    const probe = await probeTopic(queue(), "any", 5);
    const got = await Promise.all(jobs.map(() => probe.finishNext()));
    expect(new Map(got.map(({ id, data }) => [id, data]))).toEqual(new Map(jobs.map(({ id, data }) => [id, data])));
    await probe.worker.close();
  });

  test("300 jobs added at once all run, never more than `concurrency` of them together", async () => {
    await queue().add(
      "many",
      Array.from({ length: 300 }, (_, i) => ({ id: `j${i}`, data: i })),
    );
    const probe = await probeTopic(queue(), "many", 7);
    let most = 0;
    const ids = new Set<string>();
    for (let i = 0; i < 300; i++) {
      const start = await probe.next();
      most = Math.max(most, probe.running);
      ids.add(start.id);
      start.done();
    }
    expect(ids.size).toBe(300);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(7);
    await probe.worker.close();
  });

  test("a job does not run before its time", async () => {
    const probe = await probeTopic(queue(), "later");
    const runAt = Date.now() + 300;
    await queue().add("later", [
      { id: "later", data: null, runAt },
      { id: "now", data: null },
    ]);
    expect(await probe.finishNext()).toMatchObject({ id: "now" });
    const later = await probe.finishNext();
    expect(later.id).toBe("later");
    expect(later.startedAt).toBeGreaterThanOrEqual(runAt);
    await probe.worker.close();
  });

  test("a job that waits keeps the earlier of two times, whichever comes first", async () => {
    const probe = await probeTopic(queue(), "earlier", 2);
    const soon = Date.now() + 200;
    await queue().add("earlier", [
      { id: "a", data: 1, runAt: soon + hourMs },
      { id: "b", data: 1, runAt: soon },
    ]);
    await queue().add("earlier", [
      { id: "a", data: 2, runAt: soon },
      { id: "b", data: 2, runAt: soon + hourMs },
    ]);
    const starts = [await probe.finishNext(), await probe.finishNext()];
    expect(starts.map(({ id }) => id).toSorted()).toEqual(["a", "b"]);
    for (const { startedAt } of starts) expect(startedAt).toBeGreaterThanOrEqual(soon);
    await sentinel(queue(), "earlier", probe);
    expect(probe.starts.length).toBe(3);
    expect(await queue().counts("earlier")).toMatchObject({ waiting: 0 });
    await probe.worker.close();
  });

  test("of many times asked for at once the earliest counts", async () => {
    const probe = await probeTopic(queue(), "earliest");
    const base = Date.now() + hourMs;
    await queue().add("earliest", [{ id: "a", data: null, runAt: base + 1_000 }]);
    const times = Array.from({ length: 40 }, (_, i) => (i === 20 ? Date.now() : base - i * 1_000));
    await Promise.all(times.map((runAt) => queue().add("earliest", [{ id: "a", data: null, runAt }])));
    expect(await probe.finishNext()).toMatchObject({ id: "a", start: 1 });
    await probe.worker.close();
  });

  test("a job added while it runs runs once more afterwards, however often it was added", async () => {
    const probe = await probeTopic(queue(), "again", 5);
    await queue().add("again", [{ id: "a", data: 1 }]);
    const first = await probe.next();
    await Promise.all(Array.from({ length: 10 }, () => queue().add("again", [{ id: "a", data: 2 }])));
    await queue().add("again", [{ id: "other", data: null }]);
    (await probe.next()).done();
    expect(probe.starts.length).toBe(2);
    first.done();
    expect(await probe.finishNext()).toMatchObject({ id: "a", data: 2, start: 2 });
    await sentinel(queue(), "again", probe);
    expect(probe.starts.map(({ id }) => id)).toEqual(["a", "other", "a", "sentinel"]);
    await probe.worker.close();
  });

  test("a job added for later while it runs does not run before that time", async () => {
    const probe = await probeTopic(queue(), "again-later");
    await queue().add("again-later", [{ id: "a", data: null }]);
    const first = await probe.next();
    const runAt = Date.now() + 400;
    await queue().add("again-later", [{ id: "a", data: null, runAt: runAt + hourMs }]);
    await queue().add("again-later", [{ id: "a", data: null, runAt }]);
    first.done();
    await sentinel(queue(), "again-later", probe);
    const second = await probe.finishNext();
    expect(second).toMatchObject({ id: "a", start: 2 });
    expect(second.startedAt).toBeGreaterThanOrEqual(runAt);
    await probe.worker.close();
  });

  test("no wake-up is lost: whoever adds a job can rely on a start after that", async () => {
    let written = 0;
    let read = 0;
    const finished = new Map<number, () => void>();
    const worker = await queue().work("wake", { concurrency: 3 }, async () => {
      read = written;
      // Ends at different moments of the next add.
      for (let turn = 0; turn < written % 7; turn++) await new Promise((resolve) => setImmediate(resolve));
      finished.get(read)?.();
    });
    for (let i = 1; i <= 150; i++) {
      written = i;
      await queue().add("wake", [{ id: "w", data: null }]);
      if (i % 10 === 0) await new Promise<void>((resolve) => (read === i ? resolve() : finished.set(i, resolve)));
    }
    expect(read).toBe(150);
    await worker.close();
  });

  test("runAgainAt keeps the job for that time; asking for it brings it forward", async () => {
    const probe = await probeTopic(queue(), "keep");
    await queue().add("keep", [{ id: "a", data: 7 }]);
    const runAgainAt = Date.now() + 300;
    (await probe.next()).done({ runAgainAt });
    const second = await probe.next();
    expect(second).toMatchObject({ id: "a", data: 7, start: 2 });
    expect(second.startedAt).toBeGreaterThanOrEqual(runAgainAt);
    second.done({ runAgainAt: Date.now() + hourMs });
    await sentinel(queue(), "keep", probe);
    expect(await queue().counts("keep")).toMatchObject({ waiting: 1 });
    await queue().add("keep", [{ id: "a", data: 8 }]);
    expect(await probe.finishNext()).toMatchObject({ id: "a", data: 7, start: 3 });
    await probe.worker.close();
  });

  test("asked for while it runs, a job that asks for a later time itself runs at the earlier", async () => {
    const probe = await probeTopic(queue(), "both");
    await queue().add("both", [{ id: "a", data: 1 }]);
    const first = await probe.next();
    await queue().add("both", [{ id: "a", data: 2 }]);
    first.done({ runAgainAt: Date.now() + hourMs });
    expect(await probe.finishNext()).toMatchObject({ id: "a", data: 1, start: 2 });
    await probe.worker.close();
  });

  test("remove takes back a job that waits, and no other", async () => {
    const probe = await probeTopic(queue(), "remove");
    await queue().add("remove", [
      { id: "a", data: null, runAt: Date.now() + hourMs },
      { id: "b", data: null },
    ]);
    const b = await probe.next();
    expect(await Promise.all(["a", "b", "c"].map((id) => queue().has("remove", id)))).toEqual([true, true, false]);
    expect(await queue().remove("remove", "a")).toBe(true);
    expect(await queue().has("remove", "a")).toBe(false);
    expect(await queue().remove("remove", "a")).toBe(false);
    expect(await queue().remove("remove", "b")).toBe(false);
    expect(await queue().counts("remove")).toEqual({ waiting: 0, running: 1 });
    b.done();
    await queue().add("remove", [{ id: "a", data: "new" }]);
    expect(await probe.finishNext()).toMatchObject({ id: "a", data: "new", start: 1 });
    await probe.worker.close();
  });

  test("counts tells what waits and what runs; topics are apart", async () => {
    const probe = await probeTopic(queue(), "counts");
    await queue().add(
      "counts",
      ["a", "b", "c"].map((id) => ({ id, data: null })),
    );
    await queue().add("counts", [{ id: "d", data: null, runAt: Date.now() + hourMs }]);
    const first = await probe.next();
    expect(await queue().counts("counts")).toEqual({ waiting: 3, running: 1 });
    expect(await queue().counts("counts-not")).toEqual({ waiting: 0, running: 0 });
    first.done();
    await probe.finishNext();
    await probe.finishNext();
    await probe.worker.close();
    expect(await queue().counts("counts")).toEqual({ waiting: 1, running: 0 });
  });
}

/** A job that runs after everything that was due when it was added: once it ran, whatever did not run was not due. */
export async function sentinel(
  queue: Queue,
  topic: string,
  probe: { finishNext(): Promise<{ id: string }> },
): Promise<void> {
  await queue.add(topic, [{ id: "sentinel", data: null }]);
  const { id } = await probe.finishNext();
  if (id !== "sentinel") throw new Error(`"${id}" ran, and nothing but the sentinel was expected.`);
}

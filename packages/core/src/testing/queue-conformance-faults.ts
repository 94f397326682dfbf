import type { Queue } from "../ports/queue.ts";
import { createJobProbe, probeTopic } from "./job-probe.ts";
import { sentinel } from "./queue-conformance-runs.ts";
import type { QueueBench } from "./queue-conformance.ts";
import type { TestKit } from "./test-kit.ts";

const hourMs = 3_600_000;

/** What becomes of jobs when handlers fail, workers stop and processes die. */
export function queueFaultConformance({ test, expect }: TestKit, bench: QueueBench): void {
  const queue = (): Queue => bench.queue();
  const failures = (topic: string): readonly unknown[] => bench.logged.filter((fields) => fields["topic"] === topic);

  test("a job that fails is logged once and tried again later, with its data", async () => {
    const probe = await probeTopic(queue(), "fails");
    await queue().add("fails", [{ id: "a", data: { n: 1 } }]);
    const first = await probe.next();
    const failedAt = Date.now();
    first.fail(new Error("no luck"));
    const second = await probe.finishNext();
    expect(second).toMatchObject({ id: "a", data: { n: 1 }, start: 2 });
    expect(second.startedAt - failedAt).toBeGreaterThanOrEqual(500);
    expect(failures("fails")).toMatchObject([
      { job: "a", start: 1, error: { code: "QUEUE_JOB_FAILED", message: "no luck" } },
    ]);
    await probe.worker.close();
  });

  test("asking for a job that failed starts it at once", async () => {
    const probe = await probeTopic(queue(), "fails-asked");
    await queue().add("fails-asked", [{ id: "a", data: 1 }]);
    (await probe.next()).fail(new Error("no luck"));
    await sentinel(queue(), "fails-asked", probe);
    await queue().add("fails-asked", [{ id: "a", data: 2 }]);
    expect(await probe.finishNext()).toMatchObject({ id: "a", data: 1, start: 2 });
    await probe.worker.close();
  });

  test("closing a worker waits for what runs, takes nothing more and aborts nothing", async () => {
    const probe = await probeTopic(queue(), "close-worker");
    await queue().add("close-worker", [
      { id: "a", data: null },
      { id: "b", data: null },
    ]);
    const first = await probe.next();
    let isClosed = false;
    const closing = probe.worker.close().then(() => (isClosed = true));
    expect(first.signal.aborted).toBe(false);
    expect(isClosed).toBe(false);
    first.done();
    await closing;
    expect(probe.starts.length).toBe(1);
    expect(await queue().counts("close-worker")).toEqual({ waiting: 1, running: 0 });
    const next = await probeTopic(queue(), "close-worker");
    expect(await next.finishNext()).toMatchObject({ id: "b", start: 1 });
    await next.worker.close();
  });

  test("closing the queue aborts what runs; given up for that reason, it is no failure and runs again after opening", async () => {
    const probe = createJobProbe();
    await queue().work("close-queue", { concurrency: 1 }, async (job, signal) => {
      signal.addEventListener("abort", () => probe.starts.at(-1)?.fail(signal.reason));
      return probe.handle(job, signal);
    });
    await queue().add("close-queue", [{ id: "a", data: 1 }]);
    await probe.next();
    const reopened = await bench.reopen();
    expect(failures("close-queue")).toEqual([]);
    const next = await probeTopic(reopened, "close-queue");
    expect(await next.finishNext()).toMatchObject({ id: "a", data: 1, start: 2 });
    await next.worker.close();
  });

  test("nothing fires because the queue was opened: what waits, waits on, and what ended does not come back", async () => {
    const probe = await probeTopic(queue(), "deploy");
    const later = { id: "later", data: 1, runAt: Date.now() + hourMs };
    await queue().add("deploy", [{ id: "ended", data: null }, later]);
    await probe.finishNext();
    for (let deployment = 0; deployment < 2; deployment++) {
      const reopened = await bench.reopen();
      const next = await probeTopic(reopened, "deploy");
      await reopened.add("deploy", [later]);
      await sentinel(reopened, "deploy", next);
      expect(next.starts.length).toBe(1);
      await next.worker.close();
      expect(await reopened.counts("deploy")).toEqual({ waiting: 1, running: 0 });
    }
  });

  test("kill -9 in the middle of adds: every acknowledged job runs", async ({ skip }) => {
    const children = bench.children();
    if (typeof children === "string") return skip(children);
    let acknowledged: string[] = [];
    const reopened = await bench.reopen(async () => {
      const child = children.add();
      await child.line((_, index) => index === 60);
      await child.kill();
      acknowledged = child.lines.filter((line) => /^\d+$/.test(line));
    });
    const missing = new Set(acknowledged);
    let isEmpty: () => void;
    const allRan = new Promise<void>((resolve) => (isEmpty = resolve));
    const worker = await reopened.work("crash-add", { concurrency: 5 }, async ({ id, data }) => {
      expect(data).toEqual({ n: Number(id) });
      missing.delete(id);
      if (missing.size === 0) isEmpty();
    });
    await allRan;
    expect(acknowledged.length).toBeGreaterThanOrEqual(60);
    await worker.close();
  });

  test("work left by a killed process is taken up by another", async ({ skip }) => {
    const children = bench.children();
    if (typeof children === "string") return skip(children);
    const ids = ["a", "b", "c", "d", "e"];
    await queue().add(
      "crash-hold",
      ids.map((id) => ({ id, data: { id } })),
    );
    const reopened = await bench.reopen(async () => {
      const child = children.hold();
      await child.line((_, index) => index === ids.length - 1);
      await child.kill();
    });
    const probe = await probeTopic(reopened, "crash-hold", 10);
    const starts = await Promise.all(ids.map(() => probe.finishNext()));
    expect(starts.map(({ id }) => id).toSorted()).toEqual(ids);
    expect(starts.map(({ start }) => start)).toEqual([2, 2, 2, 2, 2]);
    await probe.worker.close();
  });

  test("a queue that is closed says so, and closing it twice is harmless", async () => {
    await queue().close();
    await queue().close();
    const refusal = { code: "STORE_NOT_OPEN" };
    await expect(queue().add("closed", [{ id: "a", data: null }])).rejects.toMatchObject(refusal);
    await expect(queue().counts("closed")).rejects.toMatchObject(refusal);
    await expect(queue().work("closed", { concurrency: 1 }, async () => undefined)).rejects.toMatchObject(refusal);
    await bench.reopen();
  });
}

import { delivered } from "../../component/contracts.ts";
import type { TestKit } from "../test-kit.ts";
import { failedForNow } from "./failures.ts";
import { type DeliveryFixture, startTestEngine, type TestEngine } from "./harness.ts";

/** Rule 7: order per device, also while some are parked. */
export function orderTests({ test, expect }: TestKit, fixture: () => DeliveryFixture): void {
  test("D7 a device's messages keep their order while some are parked, and other devices do not wait", async () => {
    const run = await startTestEngine(
      fixture(),
      `name: ordered
source: { feed: { id: in } }
sinks:
  - probe: { id: a }
    retry: { attempts: 20, backoff: 5ms, maxBackoff: 10ms }
`,
    );
    run.probe("a").answer = ({ body }, nth) => (isSick(body) && nth <= 3 ? failedForNow() : delivered);
    const sent: Promise<unknown>[] = [];
    for (let index = 0; index < 20; index += 1) {
      for (const device of ["sick", "well"])
        sent.push(run.feed("in").send({ id: `${device}${index}`, device, body: { device, index } }));
    }
    await Promise.all(sent);
    const well = run.probe("a").got.filter(({ body }) => !isSick(body));
    expect(well).toHaveLength(20);
    await run.probe("a").until((got) => got.length === 40);
    for (const device of ["sick", "well"])
      expect(indexes(run, device)).toEqual(Array.from({ length: 20 }, (_, index) => index));
    await run.until(() => run.counts("ordered").parked === 0);
    // The device is well again: its next message goes straight through.
    expect(
      await run.feed("in").send({ id: "after", device: "well", body: { device: "well", index: 20 } }),
    ).toMatchObject({ delivered: 1 });
    await run.engine.stop();
  });

  test("D7 with order: none a message never waits for another of its device", async () => {
    const run = await startTestEngine(
      fixture(),
      `name: unordered
order: none
source: { feed: { id: in } }
sinks:
  - probe: { id: a }
    retry: { attempts: 20, backoff: 1h }
`,
    );
    run.probe("a").answer = ({ id }) => (id === "first" ? failedForNow() : delivered);
    expect(await run.feed("in").send({ id: "first", device: "d" })).toMatchObject({ parked: 1 });
    expect(await run.feed("in").send({ id: "second", device: "d" })).toMatchObject({ delivered: 1 });
    await run.engine.stop();
  });

  test("D7 batches keep the order, and wait for their last members as long as linger says", async () => {
    const run = await startTestEngine(
      fixture(),
      `name: batched
source: { feed: { id: in } }
sinks:
  - batchProbe: { id: a }
    batch: { count: 3, linger: 50ms }
`,
    );
    await Promise.all(
      Array.from({ length: 7 }, (_, index) => run.feed("in").send({ id: `m${index}`, device: "d", body: { index } })),
    );
    expect(run.probe("a").tried).toEqual(Array.from({ length: 7 }, (_, index) => ({ index })));
    await run.engine.stop();
  });
}

function isSick(body: unknown): boolean {
  return (body as { device: string }).device === "sick";
}

function indexes(run: TestEngine, device: string): number[] {
  return run
    .probe("a")
    .got.map(({ body }) => body as { device: string; index: number })
    .filter((each) => each.device === device)
    .map((each) => each.index);
}

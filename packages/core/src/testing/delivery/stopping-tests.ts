import { delivered } from "../../component/contracts.ts";
import type { TestKit } from "../test-kit.ts";
import { createTestEngine, type DeliveryFixture, startTestEngine } from "./harness.ts";
import { createProbes } from "./probes.ts";

const yaml = (name: string): string => `name: ${name}
source: { feed: { id: in } }
sinks:
  - probe: { id: a }
    retry: { attempts: 5, backoff: 5ms }
`;

/** Rule 10: a stop finishes or parks, within its time. */
export function stoppingTests({ test, expect }: TestKit, fixture: () => DeliveryFixture): void {
  test("D10 a stop waits for writes under way", async () => {
    const run = await startTestEngine(fixture(), yaml("finishing"));
    let release = (): void => undefined;
    run.probe("a").answer = () => new Promise((resolve) => (release = () => resolve(delivered)));
    const sent = run.feed("in").send({ id: "m", device: "d", body: 1 });
    await run.until(() => run.probe("a").tried.length === 1);
    const stopped = run.engine.stop();
    release();
    expect(await sent).toMatchObject({ delivered: 1 });
    expect(await stopped).toEqual({ parked: 0, unsettled: 0 });
  });

  test("D10 a stop that comes while the engine starts ends the start, and nothing is opened behind it", async () => {
    const probes = createProbes();
    let opened = 0;
    probes.feed("in").open = () => void (opened += 1);
    const run = createTestEngine(fixture(), yaml("never-started"), probes);
    const started = run.engine.start();
    const stopped = run.engine.stop();
    await expect(started).rejects.toMatchObject({ code: "ENGINE_STOPPING" });
    expect(await stopped).toEqual({ parked: 0, unsettled: 0 });
    expect([opened, run.engine.status().pipelines]).toEqual([0, []]);
  });

  test("D10 a stop that comes while sources open closes them again", async () => {
    const probes = createProbes();
    const run = createTestEngine(fixture(), yaml("hardly-started"), probes);
    let stopped: Promise<unknown> | undefined;
    probes.feed("in").open = () => void (stopped = run.engine.stop());
    await expect(run.engine.start()).rejects.toMatchObject({ code: "ENGINE_STOPPING" });
    expect(await stopped).toEqual({ parked: 0, unsettled: 0 });
    expect(run.status("hardly-started").state).toBe("stopped");
  });

  test("D10 what does not finish in time is parked in order, and the next start writes it", async () => {
    const run = await startTestEngine(fixture(), yaml("hanging"));
    run.probe("a").answer = () => new Promise(() => undefined);
    const sent = Array.from({ length: 6 }, (_, index) =>
      run.feed("in").send({ id: `m${index}`, device: "d", body: index }),
    );
    await run.until(() => run.counts("hanging").inFlight === 6);
    expect(await run.engine.stop()).toEqual({ parked: 6, unsettled: 0 });
    await Promise.all(sent);

    const next = await startTestEngine(fixture(), yaml("hanging"));
    await next.probe("a").until((got) => got.length === 6);
    expect(next.probe("a").got.map((each) => each.body)).toEqual([0, 1, 2, 3, 4, 5]);
    await next.until(() => next.counts("hanging").parked === 0);
    await next.engine.stop();
  });
}

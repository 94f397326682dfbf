import { delivered } from "../../component/contracts.ts";
import type { TestKit } from "../test-kit.ts";
import { failedForNow } from "./failures.ts";
import { type DeliveryFixture, startTestEngine } from "./harness.ts";

/** The keys of a pipeline and of its items that the runtime itself reads, each moved off its default. */
export function routingTests({ test, expect }: TestKit, fixture: () => DeliveryFixture): void {
  test("route: first writes to the first sink whose condition holds, route: all to each of them", async () => {
    const sinks = `sinks:
  - probe: { id: a }
    when: n > 1
  - probe: { id: b }
    name: b
`;
    const run = await startTestEngine(
      fixture(),
      `name: all\nsource: { feed: { id: all } }\n${sinks}---\nname: first\nroute: first\nsource: { feed: { id: first } }\n${sinks}`,
    );
    expect(await run.feed("all").send({ id: "m1", body: { n: 2 } })).toMatchObject({ delivered: 2 });
    expect(await run.feed("first").send({ id: "m2", body: { n: 2 } })).toMatchObject({ delivered: 1 });
    expect(await run.feed("first").send({ id: "m3", body: { n: 1 } })).toMatchObject({ delivered: 1 });
    expect(run.probe("a").got.map(({ id }) => id)).toEqual(["m1", "m2"]);
    expect(run.probe("b").got.map(({ id }) => id)).toEqual(["m1", "m3"]);
    await run.engine.stop();
  });

  test("enabled: false leaves a pipeline out", async () => {
    const pipeline = (name: string): string =>
      `name: ${name}\nsource: { feed: { id: in } }\nsinks:\n  - probe: { id: a }\n`;
    const run = await startTestEngine(fixture(), `${pipeline("on")}---\n${pipeline("off")}enabled: false\n`);
    expect(run.engine.status().pipelines.map(({ name }) => name)).toEqual(["on"]);
    await run.engine.stop();
  });

  test("a step's when decides whether it is taken; a message it does not concern passes by", async () => {
    const run = await startTestEngine(
      fixture(),
      `name: when
source: { feed: { id: in } }
steps:
  - transform: '{ "unit": unit, "value": value * 1.8 + 32 }'
    name: to-fahrenheit
    when: unit = "C"
sinks:
  - probe: { id: a }
`,
    );
    const bodies = [{ unit: "C", value: 20 }, { unit: "F", value: 20 }, { value: 20 }];
    for (const [index, body] of bodies.entries()) await run.feed("in").send({ id: `m${index}`, body });
    expect(run.probe("a").got.map(({ body }) => body)).toEqual([{ unit: "C", value: 68 }, bodies[1], bodies[2]]);
    expect(run.status("when").steps).toMatchObject([{ name: "to-fahrenheit", component: "transform" }]);
    await run.engine.stop();
  });

  test("timeout ends a write that hangs: it is parked and tried again", async () => {
    const run = await startTestEngine(
      fixture(),
      `name: hanging-write
source: { feed: { id: in } }
sinks:
  - probe: { id: a }
    timeout: 50ms
    retry: { attempts: 3, backoff: 5ms }
`,
    );
    run.probe("a").answer = (_, nth) => (nth === 1 ? new Promise(() => undefined) : delivered);
    expect(await run.feed("in").send({ id: "m", device: "d", body: 1 })).toMatchObject({ parked: 1 });
    await run.probe("a").until((got) => got.length === 1);
    await run.until(() => run.counts("hanging-write").parked === 0);
    expect(run.status("hanging-write").sinks[0]?.problem).toBeUndefined();
    await run.engine.stop();
  });

  test("retry.maxBackoff bounds the wait between tries", async () => {
    const run = await startTestEngine(
      fixture(),
      `name: bounded-backoff
source: { feed: { id: in } }
sinks:
  - probe: { id: a }
    retry: { attempts: 20, backoff: 1h, maxBackoff: 5ms }
`,
    );
    run.probe("a").answer = (_, nth) => (nth < 4 ? failedForNow() : delivered);
    await run.feed("in").send({ id: "m", device: "d", body: 1 });
    await run.probe("a").until((got) => got.length === 1);
    await run.engine.stop();
  });

  test("batch.bytes cuts a batch before its count is reached", async () => {
    const run = await startTestEngine(
      fixture(),
      `name: cut
source: { feed: { id: in } }
sinks:
  - batchProbe: { id: a }
    batch: { count: 4, bytes: 25B, linger: 1h }
`,
    );
    const sent = Array.from({ length: 4 }, (_, index) =>
      run.feed("in").send({ id: `m${index}`, device: "d", body: "ten bytes" }),
    );
    await Promise.all(sent);
    expect(run.probe("a").batches).toEqual([2, 2]);
    await run.engine.stop();
  });
}

import { delivered } from "../../component/contracts.ts";
import type { TestKit } from "../test-kit.ts";
import { failedForNow } from "./failures.ts";
import { createTestEngine, type DeliveryFixture, startTestEngine, type TestEngine } from "./harness.ts";

const twoSinks = (name: string, hanging = "probe: { id: hanging }"): string => `name: ${name}
maxInFlight: 20
source: { feed: { id: in } }
sinks:
  - ${hanging}
    name: hanging
    timeout: 1h
    retry: { attempts: 50, backoff: 5ms, maxBackoff: 10ms }
  - probe: { id: good }
`;

/** Rules 2, 4 and 7: what one sink does not take holds neither the others nor more memory than was allowed. */
export function standstillTests({ test, expect }: TestKit, fixture: () => DeliveryFixture): void {
  for (const [kind, sink] of [
    ["one write at a time", "batchProbe: { id: hanging }"],
    ["several at a time", "probe: { id: hanging }"],
  ] as const) {
    test(`D2 a sink that hangs does not hold the others back; what it misses waits in order (${kind})`, async () => {
      const name = `hanging-${sink.slice(0, 5)}`;
      const run = await startTestEngine(fixture(), twoSinks(name, sink));
      const release = hang(run);
      const sent = Array.from({ length: 200 }, (_, index) =>
        run.feed("in").send({ id: `m${index}`, device: `d${index % 3}`, body: index }),
      );
      await run.probe("good").until((got) => got.length === 200);
      await Promise.all(sent);
      expect(run.counts(name)).toMatchObject({ received: 200, inFlight: 0, parked: 200, unaccounted: 0 });
      expect(run.writes(name, "hanging")).toMatchObject({ due: 200, parked: 200, unaccounted: 0 });
      const triedOnce = run.probe("hanging").tried.length;
      release();
      await run.probe("hanging").until((got) => got.length === 200);
      await run.until(() => run.counts(name).parked === 0);
      for (const device of [0, 1, 2]) expect(bodiesOf(run, device)).toEqual(everyThird(device, 200));
      // What was under way when it was parked got its end, and was not written again.
      expect([run.probe("hanging").tried.length, triedOnce > 0]).toEqual([200, true]);
      expect(run.writes(name, "hanging")).toMatchObject({ delivered: 200, unaccounted: 0 });
      await run.engine.stop();
    });
  }

  test("D2 what was under way at a standstill and fails stays in front of its device", async () => {
    const run = await startTestEngine(fixture(), twoSinks("hanging-fails"));
    const release = hang(run, (_, nth) => (nth === 1 ? failedForNow() : delivered));
    const sent = Array.from({ length: 60 }, (_, index) =>
      run.feed("in").send({ id: `m${index}`, device: `d${index % 3}`, body: index }),
    );
    await Promise.all(sent);
    release();
    await run.probe("hanging").until((got) => got.length === 60);
    for (const device of [0, 1, 2]) expect(bodiesOf(run, device)).toEqual(everyThird(device, 60));
    await run.until(() => run.counts("hanging-fails").parked === 0);
    await run.engine.stop();
  });

  test("D2 sinks that keep up park nothing, however full the pipeline is", async () => {
    const yaml = twoSinks("keeping-up").replace("maxInFlight: 20", "maxInFlight: 500");
    const run = await startTestEngine(fixture(), yaml);
    const sent = Array.from({ length: 10_000 }, (_, index) =>
      run.feed("in").send({ id: `m${index}`, device: `d${index % 50}`, body: index }),
    );
    expect(new Set((await Promise.all(sent)).map(({ parked }) => parked))).toEqual(new Set([0]));
    expect(run.writes("keeping-up", "hanging")).toMatchObject({ due: 10_000, delivered: 10_000, retried: 0 });
    await run.engine.stop();
  });

  test("D2 a pipeline's only sink holds its source instead: nothing is parked", async () => {
    const alone = twoSinks("alone").replace("id: in", "id: alone").replace("  - probe: { id: good }\n", "");
    const run = await startTestEngine(fixture(), `${alone}---\n${twoSinks("beside")}`);
    const release = hang(run);
    const sent = ["alone", "in"].flatMap((feed) =>
      Array.from({ length: 50 }, (_, index) => run.feed(feed).send({ id: `m${index}`, device: "d", body: index })),
    );
    // Once the one beside a good sink has been found standing still, this one would have been, too.
    await run.until(() => run.counts("beside").parked === 50);
    expect(run.counts("alone")).toMatchObject({ received: 20, inFlight: 20, parked: 0 });
    release();
    await Promise.all(sent);
    await run.until(() => run.counts("beside").parked === 0);
    await run.engine.stop();
  });

  test("D2 a sink's own maxInFlight bounds what it holds in memory", async () => {
    const yaml = twoSinks("own-limit").replace("timeout: 1h", "timeout: 1h\n    maxInFlight: 5");
    const run = await startTestEngine(fixture(), yaml);
    const release = hang(run);
    const most: number[] = [];
    const watch = setInterval(() => most.push(run.writes("own-limit", "hanging").inFlight), 1);
    const sent = Array.from({ length: 40 }, (_, index) =>
      run.feed("in").send({ id: `m${index}`, device: "d", body: index }),
    );
    await run.until(() => run.writes("own-limit", "hanging").inFlight === 5);
    await run.probe("good").until((got) => got.length === 40);
    await Promise.all(sent);
    clearInterval(watch);
    expect(Math.max(...most)).toBe(5);
    release();
    await run.until(() => run.counts("own-limit").parked === 0);
    await run.engine.stop();
  });

  for (const [name, bound] of [
    ["full-count", "{ count: 10 }"],
    ["full-bytes", "{ bytes: 2kB }"],
  ] as const) {
    test(`D4 parked: ${bound} bounds what waits in the store; then the source is held, and nothing is dropped`, async () => {
      const yaml = twoSinks(name).replace(
        "timeout: 1h",
        `parked: ${bound}\n    breaker: { failures: 1, openFor: 20ms, maxOpenFor: 20ms }`,
      );
      const run = await startTestEngine(fixture(), yaml.replace("attempts: 50", "attempts: 1000"));
      let isDown = true;
      run.probe("hanging").answer = () => (isDown ? failedForNow() : delivered);
      const sent = Array.from({ length: 100 }, (_, index) =>
        run.feed("in").send({ id: `m${index}`, device: `d${index % 3}`, body: index }),
      );
      const isHeld = (): boolean =>
        run.counts(name).inFlight === 20 && run.counts(name).parked === size(run, name).count;
      await run.until(() => size(run, name).isFull && isHeld());
      const { count, bytes } = size(run, name);
      expect(run.counts(name)).toMatchObject({ received: count + 20, unaccounted: 0 });
      expect(name === "full-count" ? count === 10 : bytes >= 2000 && bytes < 2600).toBe(true);
      isDown = false;
      await Promise.all(sent);
      await run.probe("hanging").until((got) => got.length === 100);
      await run.until(() => run.counts(name).parked === 0);
      for (const device of [0, 1, 2]) expect(bodiesOf(run, device)).toEqual(everyThird(device, 100));
      expect(size(run, name)).toEqual({ count: 0, bytes: 0, isFull: false });
      await run.engine.stop();
    });
  }

  test("D10 a stop parks what the bound kept in memory", async () => {
    const yaml = twoSinks("stopped-full").replace(
      "timeout: 1h",
      "parked: { count: 5 }\n    breaker: { failures: 1, openFor: 1h, maxOpenFor: 1h }",
    );
    const run = await startTestEngine(fixture(), yaml);
    run.probe("hanging").answer = () => failedForNow();
    const sent = Array.from({ length: 25 }, (_, index) =>
      run.feed("in").send({ id: `m${index}`, device: "d", body: index }),
    );
    await run.until(() => run.counts("stopped-full").inFlight === 20);
    expect(await run.engine.stop()).toEqual({ parked: 20, unsettled: 0 });
    await Promise.all(sent);
    const next = createTestEngine(fixture(), yaml);
    const release = hang(next);
    await next.engine.start();
    expect(size(next, "stopped-full").count).toBe(25);
    release();
    await next.probe("hanging").until((got) => got.length === 25);
    expect(next.probe("hanging").got.map(({ body }) => body)).toEqual(Array.from({ length: 25 }, (_, index) => index));
    await next.until(() => next.counts("stopped-full").parked === 0);
    await next.engine.stop();
  });
}

type Answer = ReturnType<TestEngine["probe"]>["answer"];

/** From now on the sink hangs; the function that is returned ends that, also for what hangs already. */
function hang(run: TestEngine, after: Answer = () => delivered): () => void {
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  run.probe("hanging").answer = (message, nth) => gate.then(() => after(message, nth));
  return release;
}

function size(run: TestEngine, pipeline: string) {
  const [sink] = run.status(pipeline).sinks;
  if (sink === undefined) throw new Error("the pipeline has no sink");
  return sink.parkedSize;
}

function bodiesOf(run: TestEngine, device: number): unknown[] {
  return run
    .probe("hanging")
    .got.filter(({ meta }) => meta.device === `d${device}`)
    .map(({ body }) => body);
}

function everyThird(from: number, below: number): number[] {
  return Array.from({ length: below }, (_, index) => index).filter((index) => index % 3 === from);
}

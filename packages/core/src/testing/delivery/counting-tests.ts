import { delivered } from "../../component/contracts.ts";
import type { TestKit } from "../test-kit.ts";
import { failedForGood, failedForNow } from "./failures.ts";
import { type DeliveryFixture, startTestEngine, type TestEngine } from "./harness.ts";

/** Rules 2, 3, 9, 15 and 16: bounds, counts and reasons. */
export function countingTests({ test, expect }: TestKit, fixture: () => DeliveryFixture): void {
  test("D2 at most maxInFlight messages of a pipeline are in flight", async () => {
    const run = await startTestEngine(
      fixture(),
      "name: d2\nmaxInFlight: 5\nsource: { feed: { id: in } }\nsinks:\n  - probe: { id: a }\n",
    );
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    run.probe("a").answer = () => gate.then(() => delivered);
    const sent = Array.from({ length: 40 }, (_, index) =>
      run.feed("in").send({ id: `m${index}`, device: `d${index}` }),
    );
    await run.until(() => run.counts("d2").inFlight === 5);
    expect(run.counts("d2").received).toBe(5);
    release();
    await Promise.all(sent);
    expect(run.counts("d2")).toMatchObject({ received: 40, settled: 40, inFlight: 0, unaccounted: 0 });
    expect(run.probe("a").mostAtOnce).toBeLessThanOrEqual(4);
    await run.engine.stop();
  });

  test("D3 nothing is unaccounted for at any moment, whatever the sinks answer", async () => {
    const run = await startTestEngine(
      fixture(),
      `name: d3
source: { feed: { id: in } }
steps:
  - filter: body != "filtered"
  - split: parts
sinks:
  - probe: { id: a }
    retry: { attempts: 3, backoff: 5ms, maxBackoff: 20ms }
  - batchProbe: { id: b }
    when: kind = "b"
    retry: { attempts: 2, backoff: 5ms, maxBackoff: 20ms }
`.replace('body != "filtered"', 'kind != "filtered"'),
    );
    const random = seeded(7);
    for (const id of ["a", "b"]) {
      run.probe(id).answer = () => (random() < 0.6 ? delivered : random() < 0.8 ? failedForNow() : failedForGood());
    }
    const wrong: unknown[] = [];
    const watch = setInterval(() => wrong.push(...unaccounted(run, "d3")), 1);
    const sent = Array.from({ length: 150 }, (_, index) => {
      const kind = ["a", "b", "filtered"][Math.floor(random() * 3)];
      const parts = Array.from({ length: Math.floor(random() * 3) + 1 }, (__, part) => ({ kind, part }));
      return run.feed("in").send({ id: `m${index}`, device: `d${index % 7}`, body: { kind, parts } });
    });
    await Promise.all(sent);
    await run.until(() => run.counts("d3").parked === 0);
    clearInterval(watch);
    expect(wrong).toEqual([]);
    const { received, divided, settled } = run.counts("d3");
    expect([received, settled]).toEqual([150, 150 + divided]);
    const { due, delivered: got, deadLettered } = run.writes("d3", "probe");
    expect(got + deadLettered).toBe(due);
    await run.engine.stop();
  });

  test("D9 every discard is counted with its reason", async () => {
    const run = await startTestEngine(
      fixture(),
      `name: d9
source: { feed: { id: in } }
steps:
  - filter: keep
sinks:
  - probe: { id: a }
    when: to = "a"
  - drop: {}
    when: to = "drop"
`,
    );
    const bodies = [
      { keep: true, to: "a" },
      { keep: false },
      { other: 1 },
      { keep: true, to: "drop" },
      { keep: true, to: "x" },
    ];
    await Promise.all(bodies.map((body, index) => run.feed("in").send({ id: `m${index}`, body })));
    expect(run.counts("d9").discarded).toEqual({ filtered: 1, nothing: 1, "no-route": 1 });
    expect(run.writes("d9", "drop").discarded).toEqual({ dropped: 1 });
    await run.engine.stop();
  });

  test("D15 an expression that fails, or never ends, fails its own message alone", async () => {
    const run = await startTestEngine(
      fixture(),
      `name: d15
source: { feed: { id: in } }
limits: { time: 50ms }
steps:
  - transform: '{ "n": loop ? ($f := function($x) { $f($x + 1) }; $f(0)) : -n }'
sinks:
  - probe: { id: a }
`,
    );
    const feed = run.feed("in");
    const results = await Promise.all([
      feed.send({ id: "good", body: { n: 1 } }),
      feed.send({ id: "bad", body: { n: "text" } }),
      feed.send({ id: "endless", body: { loop: true } }),
      feed.send({ id: "good too", body: { n: 2 } }),
    ]);
    expect(results.map((each) => [each.delivered, each.deadLettered])).toEqual([
      [1, 0],
      [0, 1],
      [0, 1],
      [1, 0],
    ]);
    expect(run.probe("a").got.map((each) => each.body)).toEqual([{ n: -1 }, { n: -2 }]);
    const letters = await run.engine.deadLetters.list({ pipeline: "d15", limit: 10 });
    const codes = Object.fromEntries(letters.map(({ code, original }) => [original.id, code]));
    expect(codes).toEqual({ bad: "EXPRESSION_FAILED", endless: "EXPRESSION_LIMIT" });
    await run.engine.stop();
  });

  test("D16 a chain acknowledges upstream once downstream has settled", async () => {
    const run = await startTestEngine(
      fixture(),
      `name: upstream
source: { feed: { id: in } }
sinks:
  - pipeline: downstream
---
name: downstream
source: { pipeline: {} }
sinks:
  - probe: { id: a }
`,
    );
    let release = (): void => undefined;
    run.probe("a").answer = () => new Promise((resolve) => (release = () => resolve(delivered)));
    let isSettled = false;
    const sent = run
      .feed("in")
      .send({ id: "m", body: 1 })
      .then(() => (isSettled = true));
    await run.until(() => run.probe("a").tried.length === 1);
    expect(isSettled).toBe(false);
    release();
    await sent;
    expect(run.probe("a").got[0]?.meta).toMatchObject({ hops: 1 });
    await run.engine.stop();
  });
}

function unaccounted(run: TestEngine, name: string): unknown[] {
  const { counts, sinks } = run.status(name);
  const all = [counts, ...sinks.map((sink) => sink.counts)];
  return all.filter((each) => each.unaccounted !== 0);
}

// A small generator, so that a failing run can be repeated (mulberry32).
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = Math.imul(state ^ (state >>> 15), state | 1) + 0x6d2b79f5;
    return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32;
  };
}

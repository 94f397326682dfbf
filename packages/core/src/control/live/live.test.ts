import { expect, test } from "vitest";
import { Durations } from "../../runtime/durations.ts";
import type { Readiness } from "../../runtime/readiness.ts";
import type { EngineStatus, Notice, PipelineStatus, SinkStatus } from "../../runtime/status.ts";
import { apiOf } from "../../testing/control-api.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { foldLive } from "./fold.ts";
import { Live } from "./live.ts";
import { quantileMs } from "./quantile.ts";
import type { LiveEvent, LiveState } from "./shapes.ts";
import type { LiveEngine } from "./tracker.ts";

const base = apiOf().status();
const [pipeline] = base.pipelines;
const noWrites = { due: 0, resumed: 0, discarded: {}, deadLettered: 0, inFlight: 0, parked: 0, retried: 0 };

/** An engine of pipelines that forward what they are given, each through a step to one sink. */
class World {
  readonly clock = createManualClock();
  readonly live: Live;
  readonly #received = new Map<string, number>();
  readonly #durations = new Map<string, Durations>();
  readonly notices: Notice[] = [];
  looks = 0;
  readiness: Readiness = { isReady: true, reasons: [] };

  constructor(...names: readonly string[]) {
    for (const name of names) this.add(name);
    const engine: LiveEngine = {
      status: () => this.#status(),
      timings: () => ({
        pipelines: [...this.#durations].map(([name, durations]) => {
          const timed = durations.snapshot();
          const steps = [{ name: "keep", process: timed }];
          return { name, sinceReceivedMs: 0, steps, sinks: [{ name: "out", delivery: timed, tries: timed }] };
        }),
        store: [],
        spans: undefined,
      }),
      readiness: () => Promise.resolve(this.readiness),
    };
    this.live = new Live(engine, this.clock);
  }

  add(name: string): void {
    this.#received.set(name, 0);
    this.#durations.set(name, new Durations());
  }

  remove(name: string): void {
    this.#received.delete(name);
    this.#durations.delete(name);
  }

  forward(name: string, count: number, ms: number): void {
    this.#received.set(name, (this.#received.get(name) ?? 0) + count);
    for (let n = 0; n < count; n += 1) this.#durations.get(name)?.add(ms);
  }

  #status(): EngineStatus {
    this.looks += 1;
    const pipelines = [...this.#received].map(([name, received]): PipelineStatus => {
      const sink: SinkStatus = {
        name: "out",
        component: "drop",
        counts: { ...noWrites, delivered: received, unaccounted: 0 },
        problem: undefined,
        breaker: {
          state: "closed",
          since: undefined,
          reason: undefined,
          nextTryAt: undefined,
          isAccessRefused: false,
        },
        parkedSize: { count: 0, bytes: 0, isFull: false },
      };
      const step = {
        name: "keep",
        component: "filter",
        counts: { received, passed: received, discarded: {}, failed: 0 },
      };
      return {
        ...pipeline!,
        name,
        steps: [step],
        sinks: [sink],
        counts: { ...pipeline!.counts, received, settled: received },
      };
    });
    return { ...base, now: new Date(this.clock.now()).toISOString(), pipelines, notices: this.notices };
  }
}

/** A listener: what it was told, and what it makes of it. */
class Listener {
  readonly #events: AsyncIterator<LiveEvent>;
  readonly #gone = new AbortController();
  state: LiveState | undefined;

  constructor({ live }: World) {
    this.#events = live.follow(this.#gone.signal);
  }

  async next(): Promise<LiveEvent> {
    const { value, done } = await this.#events.next();
    if (done === true) throw new Error("the stream has ended");
    const event = JSON.parse(JSON.stringify(value)) as LiveEvent;
    this.state = foldLive(this.state, event);
    return event;
  }

  /** Asks for the next event before it is there. */
  async after(step: () => void): Promise<LiveEvent> {
    const next = this.next();
    step();
    return next;
  }

  async leave(): Promise<void> {
    this.#gone.abort();
    await this.#events.return?.();
  }
}

test("the first event is everything, the next what changed: rates and latencies of the second between them", async () => {
  const world = new World("a", "b");
  world.forward("a", 7, 400);
  const listener = new Listener(world);
  expect((await listener.next()).isWhole).toBe(true);
  expect(
    listener.state?.pipelines.map(({ name, numbers }) => [name, numbers.received, numbers.deliveredPerSecond]),
  ).toEqual([
    ["a", 7, null],
    ["b", 0, null],
  ]);
  const event = await listener.after(() => {
    world.forward("b", 50, 30);
    world.clock.advance(1000);
  });
  expect(Object.keys(event).toSorted()).toEqual(["at", "readiness", "rows", "sinkRows", "stepRows"]);
  const [a, b] = listener.state?.pipelines ?? [];
  expect(a?.numbers).toMatchObject({ received: 7, receivedPerSecond: 0, p50Ms: null });
  expect(b?.numbers).toMatchObject({
    received: 50,
    receivedPerSecond: 50,
    deliveredPerSecond: 50,
    p50Ms: 37.5,
    p99Ms: 49.8,
  });
  expect(b?.sinks[0]?.numbers).toMatchObject({
    delivered: 50,
    deliveredPerSecond: 50,
    failedPerSecond: 0,
    p50Ms: 37.5,
  });
  expect(b?.steps).toEqual([
    {
      name: "keep",
      component: "filter",
      numbers: {
        passed: 50,
        passedPerSecond: 50,
        discarded: 0,
        discardedPerSecond: 0,
        failed: 0,
        failedPerSecond: 0,
        p50Ms: 37.5,
        p99Ms: 49.8,
      },
    },
  ]);
  expect(listener.state?.readiness).toEqual({ isReady: true, reasons: [] });
  // Now a has not changed: b alone, whose rate has fallen to nothing.
  const quiet = await listener.after(() => world.clock.advance(1000));
  expect(quiet.rows?.map(([index]) => index)).toEqual([b?.index]);
  expect(await listener.after(() => world.clock.advance(1000))).toEqual({ at: expect.any(String) });
  // What an event does not touch stays the same object.
  expect(listener.state?.pipelines[0]).toBe(a);
  await listener.leave();
});

test("a pipeline that comes, changes or goes is told, with its numbers", async () => {
  const world = new World("a");
  const listener = new Listener(world);
  await listener.next();
  const event = await listener.after(() => {
    world.remove("a");
    world.add("new");
    world.forward("new", 3, 1);
    world.clock.advance(1000);
  });
  expect(event).toMatchObject({ removed: ["a"], pipelines: [{ name: "new" }] });
  expect(listener.state?.pipelines).toMatchObject([{ name: "new", numbers: { received: 3, receivedPerSecond: 3 } }]);
  await listener.leave();
});

test("notices are told once each, newest first, and a bounded number is kept", async () => {
  const world = new World();
  const notice = (n: number): Notice => ({ at: "", level: "warn", sentence: String(n), fields: {} });
  world.notices.unshift(notice(0));
  const listener = new Listener(world);
  await listener.next();
  const event = await listener.after(() => {
    world.notices.unshift(notice(2), notice(1));
    world.clock.advance(1000);
  });
  expect(event.notices?.map(({ sentence }) => sentence)).toEqual(["2", "1"]);
  expect(listener.state?.notices.map(({ sentence }) => sentence)).toEqual(["2", "1", "0"]);
  await listener.leave();
});

test("it is looked once for all who listen, and not at all for nobody", async () => {
  const world = new World("a");
  expect(world.clock.nextTimer()).toBeUndefined();
  const [one, two] = [new Listener(world), new Listener(world)];
  await one.next();
  await two.next();
  expect(world.looks).toBe(1);
  const both = Promise.all([one.next(), two.next()]);
  world.forward("a", 1, 1);
  world.clock.advance(1000);
  await both;
  expect(world.looks).toBe(2);
  expect(one.state).toEqual(two.state);
  // Who comes later stands on the same look as those who were there.
  const late = new Listener(world);
  await late.next();
  expect(world.looks).toBe(2);
  expect(late.state).toEqual(one.state);
  await Promise.all([one, two, late].map((each) => each.leave()));
  expect(world.live.listeners).toBe(0);
  expect(world.clock.nextTimer()).toBeUndefined();
});

test("who reads slowly is told everything anew instead of what was missed", async () => {
  const world = new World("a");
  const listener = new Listener(world);
  await listener.next();
  for (let n = 0; n < 10; n += 1) {
    world.forward("a", 1, 1);
    world.clock.advance(1000);
  }
  expect((await listener.next()).isWhole).toBe(true);
  expect(listener.state?.pipelines[0]?.numbers.received).toBe(10);
  await listener.after(() => {
    world.forward("a", 1, 1);
    world.clock.advance(1000);
  });
  expect(listener.state?.pipelines[0]?.numbers.received).toBe(11);
  await listener.leave();
});

test("a change before everything is refused", () => {
  expect(() => foldLive(undefined, { at: "" })).toThrow("whole");
});

test.each([
  [[], 0.5, null],
  [[10], 0.5, 0.5],
  [[0, 0, 0, 0, 100], 0.5, 17.5],
  [[50, 0, 0, 0, 50], 0.99, 24.7],
  [[...Array.from({ length: 16 }, () => 0), 4], 0.99, 300_000],
] as const)("the quantile of %j at %d is %d", (buckets, share, expected) => {
  expect(quantileMs(buckets, share)).toBe(expected);
});

// Lives drawn by chance: samples on time and late, connections that break, processes that die, in front of a history that
// answers as akenza does. The oracle knows what was stored and what was settled, and nothing else.
import type { Clock, Delivery, Message } from "@signalbox/core";
import { createManualClock, createRecordingLogger } from "@signalbox/core/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Counters } from "../counters.ts";
import type { RestClient, RestRequest } from "../rest/client.ts";
import { Cadences } from "../routing/cadence.ts";
import { Consumer } from "../routing/consumer.ts";
import { Router } from "../routing/router.ts";
import { createRows } from "../testing/rows.ts";
import { canonicalOf } from "../timestamp.ts";
import { Backfill } from "./backfill.ts";
import type { Follower } from "./follower.ts";

const device = "02d2327fedce2128";
const startMs = Date.UTC(2026, 0, 1);

interface Stored {
  readonly topic: string;
  readonly timestampMs: number;
  readonly storedMs: number;
  readonly n: number;
}

const turns = async (count = 30): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** akenza: what it stored, and who listens. */
class World {
  readonly samples: Stored[] = [];
  nowMs = startMs;
  listener: ((sample: Stored) => void) | undefined;

  store(topic: string, lateMs: number): void {
    let timestampMs = this.nowMs - lateMs;
    while (this.samples.some((each) => each.topic === topic && each.timestampMs === timestampMs)) timestampMs -= 1;
    const sample = { topic, timestampMs, storedMs: this.nowMs, n: this.samples.length };
    this.samples.push(sample);
    this.listener?.(sample);
  }

  readonly rest = {
    read: async ({ body }: RestRequest): Promise<unknown> => {
      await Promise.resolve();
      const { timestamp, limit, skip } = body as {
        timestamp: { gte?: string; lt?: string };
        limit: number;
        skip: number;
      };
      const from = Date.parse(timestamp.gte ?? "1970-01-01T00:00:00Z");
      const before = Date.parse(timestamp.lt ?? "2100-01-01T00:00:00Z");
      return this.samples
        .filter((each) => each.timestampMs >= from && each.timestampMs < before)
        .sort((a, b) => b.timestampMs - a.timestampMs)
        .slice(skip, skip + limit)
        .map(({ topic, timestampMs, storedMs, n }) => ({
          topic,
          timestamp: new Date(timestampMs).toISOString().replace("Z", "+00:00"),
          dateStored: new Date(storedMs).toISOString(),
          deviceId: device,
          data: { n },
        }));
    },
  } as unknown as RestClient;
}

/** A process: the parts of a connection but for its socket. */
class Process {
  readonly taken: Message[] = [];
  readonly #unsettled: Delivery[] = [];
  readonly #settled: Set<number>;
  readonly #end = new AbortController();
  readonly #frames: Stored[] = [];
  readonly clock;
  readonly store;
  /** How far somebody has set the process's wall clock, in milliseconds. */
  clockShiftMs = 0;
  #isPaused = false;
  #isLive = false;
  #world: World;
  #router: Router;
  #backfill: Backfill;
  #consumer: Consumer;
  follower!: Follower;

  constructor(world: World, rows: ReturnType<typeof createRows>, settled: Set<number>) {
    this.#world = world;
    this.#settled = settled;
    this.store = rows.process();
    const steady = createManualClock(world.nowMs);
    this.clock = steady;
    const clock: Clock = { ...steady, now: () => steady.now() + this.clockShiftMs };
    const counters = new Counters();
    this.#router = new Router({
      isWatched: () => false,
      connection: "akenza",
      clock,
      counters,
      cadences: new Cadences({ clock, log: createRecordingLogger() }),
      pause: () => (this.#isPaused = true),
      resume: () => {
        this.#isPaused = false;
        queueMicrotask(() => this.#readOn());
      },
      strays: { stray: () => undefined },
      onUnknownDevice: () => undefined,
    });
    const { index } = this.#router;
    const confirmed = (): Promise<boolean> => Promise.resolve(this.#isLive);
    const log = createRecordingLogger();
    this.#backfill = new Backfill({
      rest: world.rest,
      index,
      counters,
      clock,
      log,
      onRepeated: () => undefined,
      pageSize: 3,
      confirmed,
      onReadable: () => this.#router.reconsider(),
    });
    this.#consumer = new Consumer({ pipeline: "p", events: ["sample"], capacity: 6 });
  }

  async start(): Promise<void> {
    const backfill = { withinMs: 86_400_000, lookbackMs: 3_600_000 };
    this.follower = await this.#backfill.follow(this.#consumer, backfill, this.store.store);
    this.#router.attach(this.#consumer);
    this.#router.index.add({ kind: "asset", id: device, topic: "*" }, this.#consumer);
    void this.#pull();
    this.connect();
    await this.#backfill.settled(this.follower);
  }

  connect(): void {
    if (this.#isLive) return;
    this.#isLive = true;
    this.#world.listener = (sample) => {
      this.#frames.push(sample);
      this.#readOn();
    };
    this.#backfill.time.note({ timeStamp: new Date(this.#world.nowMs).toISOString() });
    this.#backfill.connected();
  }

  drop(): void {
    this.#isLive = false;
    this.#world.listener = undefined;
    this.#frames.length = 0;
    this.#backfill.disconnected();
  }

  /** Settles some of what is on its way. */
  settle(take: (index: number) => boolean): void {
    const rest: Delivery[] = [];
    this.#unsettled.splice(0).forEach((delivery, index) => {
      if (!take(index)) return void rest.push(delivery);
      this.#settled.add((delivery.message.body as { data: { n: number } }).data.n);
      delivery.ack();
    });
    this.#unsettled.push(...rest);
  }

  async flush(): Promise<void> {
    this.#world.nowMs += 10_000;
    this.clock.advance(10_000);
    await turns(3);
  }

  /** Everything that can be settled is, until nothing more comes. */
  async finish(): Promise<void> {
    this.connect();
    for (let round = 0; round < 60; round += 1) {
      this.settle(() => true);
      this.#world.nowMs += 5_000;
      this.clock.advance(5_000);
      await turns(5);
    }
  }

  kill(): void {
    this.store.die();
    this.drop();
    this.#end.abort();
    this.#backfill.close();
  }

  async #pull(): Promise<void> {
    for await (const batch of this.#consumer.buffer.batches(this.#end.signal)) {
      for (const delivery of batch) {
        this.taken.push(delivery.message);
        this.#unsettled.push(delivery);
      }
    }
  }

  #readOn(): void {
    while (!this.#isPaused) {
      const sample = this.#frames.shift();
      if (sample === undefined) return;
      const { topic, timestampMs, n } = sample;
      const timestamp = canonicalOf(timestampMs);
      const body = { deviceId: device, topic, timestamp: new Date(timestampMs).toISOString(), data: { n } };
      this.#router.route({ device, topic, timestamp, body });
    }
  }
}

const topics = ["default", "motion"];
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("store" as const),
      topic: fc.constantFrom(...topics),
      lateMs: fc.constantFrom(0, 0, 0, 1, 30, 2_000),
      waitMs: fc.constantFrom(0, 0, 1, 7, 90_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("settle" as const), mask: fc.nat(255) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("turns" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("setClock" as const),
      shiftMs: fc.constantFrom(-100_000, -20_000, 0, 20_000, 100_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom("flush" as const, "drop" as const, "connect" as const, "kill" as const),
    }),
  },
);

test("D5 what is stored within the time by which a clock was set forward is read, after a reading of more than a page", async () => {
  const world = new World();
  const settled = new Set<number>();
  const life = new Process(world, createRows(), settled);
  await life.start();
  const miss = (): void => {
    life.drop();
    for (let n = 0; n < 5; n += 1) {
      world.nowMs += 1_000;
      life.clock.advance(1_000);
      world.store("default", 0);
    }
    life.connect();
  };
  miss();
  life.clockShiftMs = 60_000;
  for (let round = 0; round < 10; round += 1) {
    await turns();
    life.settle(() => true);
  }
  miss();
  await life.finish();
  expect([...settled].sort((a, b) => a - b)).toEqual(world.samples.map(({ n }) => n));
  life.kill();
});

test("D5 whatever happens in what order, every sample settles, and only a killed process has one sent again", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const world = new World();
      const rows = createRows();
      const settled = new Set<number>();
      let life = new Process(world, rows, settled);
      await life.start();
      for (const each of steps) {
        if (each.kind === "store") {
          world.nowMs += each.waitMs;
          life.clock.advance(each.waitMs);
          world.store(each.topic, each.lateMs);
        }
        if (each.kind === "settle") life.settle((index) => (each.mask & (1 << (index % 8))) !== 0);
        if (each.kind === "turns") await turns(4);
        if (each.kind === "setClock") life.clockShiftMs = each.shiftMs;
        if (each.kind === "flush") await life.flush();
        if (each.kind === "drop") life.drop();
        if (each.kind === "connect") life.connect();
        if (each.kind === "kill") {
          expectOnce(life.taken);
          life.kill();
          life = new Process(world, rows, settled);
          await life.start();
        }
      }
      await life.finish();
      expect([...settled].sort((a, b) => a - b)).toEqual(world.samples.map(({ n }) => n));
      expectOnce(life.taken);
      life.kill();
    }),
    { numRuns: 60 },
  );
}, 60_000);

function expectOnce(messages: readonly Message[]): void {
  const ids = messages.map((each) => each.id);
  expect(ids.length).toBe(new Set(ids).size);
}

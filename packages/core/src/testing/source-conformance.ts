import type { Source } from "../component/contracts.ts";
import type { Delivery } from "../message.ts";
import type { TestContextOptions } from "./context.ts";
import type { Skip, TestKit } from "./test-kit.ts";
import { untouchable } from "./untouchable.ts";

/** A source and what it listens to. */
export interface SourceFixture {
  /** A new source; `options` go over what the fixture gives the source itself. */
  create(options?: TestContextOptions): Source;
  /** Makes an event happen that an open source turns into a message. What comes back is handed to `settled`. */
  emit(): void;
  /** Resolves once the event that was emitted last has its answer; undefined where events get none. */
  settled?(): Promise<unknown>;
  stop(): Promise<void>;
}

export interface SourceSuite {
  /** The component's key. */
  readonly name: string;
  readonly skip?: Skip | undefined;
  setup(): Promise<SourceFixture>;
}

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/;

/** What the engine relies on in every source. */
export function sourceConformance(kit: TestKit, { name, skip, setup }: SourceSuite): void {
  const { describe, beforeAll, afterAll, test, expect } = kit;
  const title = skip === undefined ? name : `${name} (skipped: ${skip})`;

  describe.skipIf(skip !== undefined)(`source contract: ${title}`, () => {
    let fixture: SourceFixture;
    beforeAll(async () => {
      fixture = await setup();
    });
    afterAll(() => fixture.stop());

    async function opened(): Promise<Source> {
      const source = fixture.create();
      await source.open?.(new AbortController().signal);
      return source;
    }

    async function firstOf(source: Source, signal: AbortSignal): Promise<Delivery> {
      for await (const batch of source.deliveries(signal)) for (const delivery of batch) return delivery;
      throw new Error("the source ended");
    }

    test("D1 create uses nothing: neither the clock nor a service", () => {
      expect(() => fixture.create(untouchable())).not.toThrow();
    });

    test("D1 closes without having been opened, and more than once", async () => {
      expect(await fixture.create().close?.()).toBeUndefined();
      const source = await opened();
      expect(await source.close?.()).toBeUndefined();
      expect(await source.close?.()).toBeUndefined();
    });

    test("an event becomes a message that says where it is from, and its answer waits for the ack", async () => {
      const source = await opened();
      const stop = new AbortController();
      fixture.emit();
      const { message, ack } = await firstOf(source, stop.signal);
      expect(message.id).not.toBe("");
      expect(message.meta).toMatchObject({ pipeline: "test", source: name });
      expect([message.meta.time, message.meta.receivedAt]).toEqual([
        expect.stringMatching(isoTime),
        expect.stringMatching(isoTime),
      ]);
      ack({ delivered: 1, discarded: 0, deadLettered: 0, parked: 0 });
      await fixture.settled?.();
      stop.abort();
      await source.close?.();
    });

    test("an abort ends a wait for messages", async () => {
      const source = await opened();
      const stop = new AbortController();
      const ended = drain(source, stop.signal);
      stop.abort();
      await expect(ended).resolves.toBeGreaterThanOrEqual(0);
      await source.close?.();
    });

    test("a source that was told to stop before it began has no messages", async () => {
      const source = await opened();
      expect(await drain(source, AbortSignal.abort())).toBe(0);
      await source.close?.();
    });

    test("an event that nobody pulled is answered when the source closes", async () => {
      const source = await opened();
      fixture.emit();
      expect(await source.close?.()).toBeUndefined();
      await fixture.settled?.();
    });

    test("says how it is, open and closed", async () => {
      const source = await opened();
      const states = ["connecting", "live", "waiting", "failed"];
      if (source.status !== undefined) expect(states).toContain(source.status().state);
      await source.close?.();
      if (source.status !== undefined) expect(states).toContain(source.status().state);
    });
  });
}

/** Settles everything that comes until the source ends; answers how much it was. */
async function drain(source: Source, signal: AbortSignal): Promise<number> {
  let count = 0;
  for await (const batch of source.deliveries(signal)) {
    for (const { ack } of batch) ack();
    count += batch.length;
  }
  return count;
}

import type { Sink, WriteResult } from "../component/contracts.ts";
import type { Message } from "../message.ts";
import { testMessage } from "./component.ts";
import type { TestContextOptions } from "./context.ts";
import type { Skip, TestKit } from "./test-kit.ts";
import { untouchable } from "./untouchable.ts";

/** A sink and the system behind it, which takes every message. */
export interface SinkFixture {
  /** A new sink; `options` go over what the fixture gives the sink itself. */
  create(options?: TestContextOptions): Sink;
  /** A message this sink writes well; the suite's own has a number for a body. */
  message?(index: number): Message;
  /** Ends the system behind the sink. */
  stop(): Promise<void>;
}

export interface SinkSuite {
  readonly name: string;
  readonly skip?: Skip | undefined;
  /** What every result of a good write is; default delivered. */
  readonly good?: WriteResult["status"];
  setup(): Promise<SinkFixture>;
}

/** What the engine relies on in every sink. */
export function sinkConformance(kit: TestKit, { name, skip, good = "delivered", setup }: SinkSuite): void {
  const { describe, beforeAll, afterAll, test, expect } = kit;
  const title = skip === undefined ? name : `${name} (skipped: ${skip})`;

  describe.skipIf(skip !== undefined)(`sink contract: ${title}`, () => {
    let fixture: SinkFixture;
    beforeAll(async () => {
      fixture = await setup();
    });
    afterAll(() => fixture.stop());

    const never = (): AbortSignal => new AbortController().signal;
    const messages = (count: number): readonly Message[] =>
      Array.from({ length: count }, (_, index) => fixture.message?.(index) ?? testMessage(index, { id: `m${index}` }));
    const statuses = (results: readonly WriteResult[]): readonly string[] => results.map((result) => result.status);

    async function opened(): Promise<Sink> {
      const sink = fixture.create();
      await sink.open?.(never());
      return sink;
    }

    test("D1 create uses nothing: neither the clock nor a service", () => {
      expect(() => fixture.create(untouchable())).not.toThrow();
    });

    test("D1 closes without having been opened, and more than once", async () => {
      const unopened = fixture.create();
      expect(await unopened.close?.()).toBeUndefined();
      const sink = await opened();
      expect(await sink.close?.()).toBeUndefined();
      expect(await sink.close?.()).toBeUndefined();
    });

    test("answers for each message, in order, whatever their number", async () => {
      const sink = await opened();
      for (const count of [0, 1, 25]) {
        expect(statuses(await sink.write(messages(count), never()))).toEqual(Array.from({ length: count }, () => good));
      }
      await sink.close?.();
    });

    test("leaves the messages as they are", async () => {
      const sink = await opened();
      const batch = messages(3);
      const before = structuredClone(batch);
      await sink.write(batch, never());
      expect(batch).toEqual(before);
      await sink.close?.();
    });

    test("takes every kind of JSON body without breaking", async () => {
      const sink = await opened();
      const bodies = [null, true, 0, -1.5e300, "", "\u0000\ud800", [], {}, { "": [{}] }, [[[1]]], undefined];
      const batch = bodies.map((body, index) => testMessage(body, { id: `b${index}` }));
      const results = await sink.write(batch, never());
      expect(results.length).toBe(batch.length);
      expect(statuses(await sink.write(messages(1), never()))).toEqual([good]);
      await sink.close?.();
    });

    test("a write that was ended before it began answers at once, for each message, and rejects none", async () => {
      const sink = await opened();
      const results = statuses(await sink.write(messages(3), AbortSignal.abort()));
      expect(results.length).toBe(3);
      expect(results).not.toContain("rejected");
      expect(statuses(await sink.write(messages(1), never()))).toEqual([good]);
      await sink.close?.();
    });

    test("a closed sink does not hang: it answers, or rejects as a whole", async () => {
      const sink = await opened();
      await sink.close?.();
      const outcome = await sink.write(messages(1), never()).then(statuses, () => ["failed"]);
      expect(outcome.length).toBe(1);
      await sink.close?.();
    });
  });
}

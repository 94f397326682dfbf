import { SignalboxError } from "../../errors/error.ts";
import { type Clock, systemClock } from "../../clock.ts";
import type { Message, Settlement } from "../../message.ts";
import type { Backend } from "../../ports/backend.ts";
import type { Store } from "../../ports/store.ts";
import { createDeadLetters, type DeadLetters, type RedriveTarget } from "../../runtime/dead-letters.ts";
import { createRecordingLogger, type RecordingLogger } from "../context.ts";
import { crashingPorts } from "../crashing-ports.ts";
import { createManualClock } from "../manual-clock.ts";
import type { TestKit } from "../test-kit.ts";
import type { DeliveryFixture } from "./harness.ts";

const day = 86_400_000;
const cause = new SignalboxError("SINK_WRITE_FAILED", "wrong");
const ada = { to: "pipeline", by: "ada" } as const;

interface World {
  readonly letters: DeadLetters;
  readonly log: RecordingLogger;
  /** Messages that the pipeline was given. */
  readonly sent: Message[];
}

/** Rule 4 as the store keeps it: one letter for one message, whatever dies when; paging, retention and alarm. */
export function deadLetterStoreTests({ test, expect }: TestKit, fixture: () => DeliveryFixture): void {
  test(
    "D4 one letter for one message, though the process dies at any call of the store",
    { timeout: 60_000 },
    async () => {
      await onStore(fixture(), async (backend) => {
        for (const death of deaths()) {
          for (let call = 1, isCut = true; isCut; call += 1) {
            const pipeline = `${death.end}-${death.side}-${call}`;
            const { isSent, ...crash } = await redriveAndCrash(backend, { ...death, pipeline, call });
            isCut = crash.isCut;
            const { letters, sent } = worldOn(backend.store, { end: "delivered" });
            const left = await letters.list({ pipeline, limit: 10 });
            // Only a message that was delivered may be without one, and none may have two.
            if (death.end === "died" || !isSent) expect([pipeline, left.length]).toEqual([pipeline, 1]);
            else expect(left.length).toBeLessThanOrEqual(1);
            for (const { id } of left) expect(await letters.redrive(id, ada)).toBe("delivered");
            expect(await letters.list({ pipeline, limit: 10 })).toEqual([]);
            expect(sent.map(({ id }) => id)).toEqual(left.map(() => "m"));
          }
        }
      });
    },
  );

  test("D4 a message that dies twice has one letter; another one under the same id has its own", async () => {
    await onStore(fixture(), async ({ store }) => {
      const { letters } = worldOn(store, { end: "delivered" });
      await Promise.all([bury(letters, "twice", 1), bury(letters, "twice", 1), bury(letters, "twice", 2)]);
      await bury(letters, "twice", 2);
      await bury(letters, "twice", 1);
      const left = await letters.list({ pipeline: "twice", limit: 10 });
      expect(new Set(left.map(({ original }) => original.body))).toEqual(new Set([1, 2]));
      expect(left).toHaveLength(2);
    });
  });

  test("D4 many that die at once are a few calls of the store", async () => {
    await onStore(fixture(), async (backend) => {
      const ports = crashingPorts(backend);
      const { letters } = worldOn(ports.store, { end: "delivered" });
      await Promise.all(Array.from({ length: 1000 }, (_, index) => bury(letters, "bulk", index, `m${index}`)));
      expect(ports.calls()).toBeLessThan(20);
      expect(await letters.list({ pipeline: "bulk", limit: 2000 })).toHaveLength(1000);
    });
  });

  test("D4 many are redriven at the pace that was asked for, the end of each waited for a while", async () => {
    await onStore(fixture(), async ({ store }) => {
      const clock = createManualClock();
      const { letters, sent, log } = worldOn(store, { end: "never", clock });
      for (const id of ["m1", "m2", "m3"]) await bury(letters, "paced", 1, id);
      const ids = (await letters.list({ pipeline: "paced", limit: 10 })).map(({ id }) => id);
      const results = letters.redriveAll(ids, ada, 2);
      for (const before of [0, 1, 2]) {
        await clock.whenTimer((delayMs) => delayMs === 500);
        expect(sent).toHaveLength(before);
        clock.advance(500);
      }
      while (sent.length < 3) await new Promise((resolve) => setImmediate(resolve));
      clock.advance(30_000);
      expect((await results).map(({ outcome }) => outcome)).toEqual(["underWay", "underWay", "underWay"]);
      expect(await letters.purge(ids, "ada")).toBe(0);
      expect((await letters.get(ids[0] ?? ""))?.redrives).toMatchObject([{ by: "ada" }]);
      await expect(letters.redrive(ids[0] ?? "", ada)).rejects.toMatchObject({ code: "DEAD_LETTER_BUSY" });
      expect(log.lines.map(({ fields }) => fields)).toContainEqual({ underWay: 3, by: "ada" });
      const { letters: next } = worldOn(store, { end: "delivered" });
      expect((await next.get(ids[0] ?? ""))?.redrives).toMatchObject([{ outcome: "cut" }]);
      expect(await next.purge(ids, "ada")).toBe(3);
    });
  });

  test("D4 letters are listed by time, page by page, both ways", async () => {
    await onStore(fixture(), async ({ store }) => {
      const clock = createManualClock();
      const start = clock.now();
      const { letters } = worldOn(store, { end: "delivered", clock });
      for (let index = 0; index < 5; index += 1) {
        await bury(letters, "paged", index, `m${index}`);
        clock.advance(1000);
      }
      const newest = await letters.list({ pipeline: "paged", limit: 2 });
      const [, last] = newest;
      if (last === undefined) throw new Error("too few letters");
      const older = await letters.list({ pipeline: "paged", limit: 10, after: last });
      expect([...newest, ...older].map(({ original }) => original.body)).toEqual([4, 3, 2, 1, 0]);
      const between = { pipeline: "paged", since: start + 1000, until: start + 3000, oldestFirst: true, limit: 10 };
      expect((await letters.list(between)).map(({ original }) => original.body)).toEqual([1, 2]);
      expect(await letters.list({ pipeline: "paged", device: "elsewhere", limit: 10 })).toEqual([]);
    });
  });

  test("D4 letters fall by age and count, and too many raise an alarm until they are fewer", async () => {
    await onStore(fixture(), async ({ store }) => {
      const clock = createManualClock(Date.UTC(2030, 0, 1));
      const { letters, log } = worldOn(store, { end: "delivered", clock });
      // What other tests left is older than all of these.
      await letters.open();
      expect(letters.status()).toEqual({ count: 0 });
      const pruned = async (): Promise<void> => {
        await clock.whenTimer((delayMs) => delayMs <= 60_000);
        clock.advance(60_000);
      };
      const buryTen = async (from: number): Promise<void> => {
        for (let index = from; index < from + 10; index += 1) {
          await bury(letters, "kept", index, `m${index}`);
          clock.advance(1);
        }
      };
      await bury(letters, "kept", 0, "old");
      clock.advance(29 * day);
      await buryTen(0);
      expect(letters.status()).toMatchObject({ count: 11, alarm: { reason: expect.stringContaining("11") as string } });
      expect(log.lines.filter(({ sentence }) => sentence.includes("piled up"))).toHaveLength(1);

      clock.advance(2 * day);
      await pruned();
      await log.whenLine(({ fields }) => fields["fell"] === 1);
      await buryTen(10);
      await pruned();
      await log.whenLine(({ fields }) => fields["fell"] === 8);
      const left = await letters.list({ pipeline: "kept", oldestFirst: true, limit: 100 });
      expect(left.map(({ original }) => original.body)).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);

      expect(await letters.purge(left.map(({ id }) => id).slice(0, 4), "ada")).toBe(4);
      expect(letters.status()).toEqual({ count: 8 });
      await letters.close();
      expect(clock.timers()).toEqual([]);
    });
  });
}

interface Death {
  /** What becomes of the redriven message. */
  readonly end: "delivered" | "died";
  readonly side: "before" | "after";
}

function deaths(): readonly Death[] {
  const ends = ["delivered", "died"] as const;
  return ends.flatMap((end) => (["before", "after"] as const).map((side) => ({ end, side })));
}

/** Buries a letter and redrives it in a process that dies at a call of the store; answers whether it came to dying, and to sending. */
async function redriveAndCrash(
  backend: Backend,
  { end, side, pipeline, call }: Death & { readonly pipeline: string; readonly call: number },
): Promise<{ isCut: boolean; isSent: boolean }> {
  const { letters } = worldOn(backend.store, { end });
  await bury(letters, pipeline, 1);
  const [letter] = await letters.list({ pipeline, limit: 1 });
  const ports = crashingPorts(backend);
  const dying = worldOn(ports.store, { end });
  ports.crashAt({ call, side });
  await Promise.race([dying.letters.redrive(letter?.id ?? "", ada), ports.crashed]);
  return { isCut: ports.isCrashed(), isSent: dying.sent.length > 0 };
}

interface WorldOptions {
  /** What becomes of a redriven message. */
  readonly end: "delivered" | "died" | "never";
  readonly clock?: Clock;
}

/** Dead letters on a store, with pipelines of any name that end what they are given. */
function worldOn(store: Store, { end, clock = systemClock }: WorldOptions): World {
  const log = createRecordingLogger();
  const sent: Message[] = [];
  const persistence = { clock, log, signal: new AbortController().signal };
  const letters: DeadLetters = createDeadLetters({
    store,
    persistence,
    keep: { keep: 12, maxAgeMs: 30 * day, alarm: 10 },
    find: () => target,
  });
  const target: RedriveTarget = {
    hasSink: () => true,
    async redrive({ message, ack }) {
      sent.push(message);
      if (end === "died") await buryMessage(letters, message);
      if (end !== "never") ack(settlement(end));
    },
    preview: () => Promise.resolve({ results: [], notes: [] }),
  };
  return { letters, log, sent };
}

function settlement(end: "delivered" | "died"): Settlement {
  const isDead = end === "died";
  return { delivered: isDead ? 0 : 1, deadLettered: isDead ? 1 : 0, discarded: 0, parked: 0 };
}

function bury(letters: DeadLetters, pipeline: string, body: unknown, id = "m"): Promise<string> {
  const time = new Date(0).toISOString();
  return buryMessage(letters, { id, meta: { pipeline, source: "feed", time, receivedAt: time }, body });
}

function buryMessage(letters: DeadLetters, original: Message): Promise<string> {
  return letters.bury({ pipeline: original.meta.pipeline, revision: "r", sink: "a", cause, attempts: 1, original });
}

async function onStore(fixture: DeliveryFixture, run: (backend: Backend) => Promise<void>): Promise<void> {
  const backend = fixture.create();
  await backend.store.open();
  try {
    await run(backend);
  } finally {
    await backend.close();
  }
}

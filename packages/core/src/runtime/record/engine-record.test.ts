import { expect, test } from "vitest";
import { createManualClock } from "../../testing/manual-clock.ts";
import { testMessage } from "../../testing/component.ts";
import { EngineRecord } from "./engine-record.ts";
import type { Passage } from "./pipeline-record.ts";

function passage(body: unknown): Passage {
  const counts = { delivered: 0, discarded: 0, deadLettered: 0, parked: 0 };
  return { original: testMessage(body), revision: "r", isOpen: false, held: undefined, ...counts };
}

test("many pipelines keep fewer messages each, and at least the latest", () => {
  const record = new EngineRecord(createManualClock());
  const first = record.of("p0");
  for (let at = 0; at < 200; at += 1) first.note(passage(at));
  expect(first.passages.size).toBe(128);
  for (let at = 1; at < 10_000; at += 1) record.of(`p${at}`);
  expect(first.passages.newestFirst().map(({ original }) => original.body)).toEqual([199]);
  for (const each of record.all()) for (let at = 0; at < 3; at += 1) each.note(passage(at));
  expect(record.all().reduce((sum, { passages }) => sum + passages.size, 0)).toBe(10_000);
});

test("forgets bodies that are too heavy together, the heaviest pipeline's first", () => {
  const clock = createManualClock();
  const record = new EngineRecord(clock);
  const [light, heavy] = [record.of("light"), record.of("heavy")];
  for (let at = 0; at < 10; at += 1) light.note(passage({ at }));
  clock.advance(2_000);
  const large = "x".repeat(1024 * 1024);
  for (let at = 0; at < 64; at += 1) heavy.note(passage(large));
  expect(light.passages.size).toBe(10);
  expect(heavy.passages.size).toBeLessThanOrEqual(16);
  expect(heavy.passages.size).toBeGreaterThan(8);
});

test("a pipeline that is gone is forgotten, unless somebody watches it", () => {
  const record = new EngineRecord(createManualClock());
  const stop = record.of("watched").follow(() => undefined);
  record.of("gone");
  record.forget("watched");
  record.forget("gone");
  expect(record.all().map(({ name }) => name)).toEqual(["watched"]);
  stop();
  expect(record.of("watched").watch).toBeUndefined();
});

test("samples that came before, however many, do not push out those that nobody asks for", () => {
  const record = new EngineRecord(createManualClock());
  const stray = { connection: "akenza", device: "d", topic: "t", time: "", receivedAt: "", body: undefined } as const;
  record.stray({ ...stray, id: "lost", receivedAt: "2026-01-01T00:00:00.000Z", why: "device" });
  for (let at = 0; at < 1_000; at += 1) {
    const why = at % 2 === 0 ? ("repeated" as const) : ("backfilled" as const);
    record.stray({ ...stray, id: `r${at}`, receivedAt: "2026-01-01T00:00:01.000Z", why });
  }
  const ids = record.strays().map(({ id }) => id);
  expect(ids).toHaveLength(257);
  expect(ids[0]).toBe("r999");
  expect(ids.at(-1)).toBe("lost");
});

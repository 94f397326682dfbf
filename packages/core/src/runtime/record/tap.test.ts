import { expect, test } from "vitest";
import { createManualClock } from "../../testing/manual-clock.ts";
import { testMessage } from "../../testing/component.ts";
import { EngineRecord } from "./engine-record.ts";
import { tap, type TapEntry } from "./tap.ts";

const now = (): number => 0;

test("a reader that is slow loses what finds no room, is told how many, and nobody waits for it", async () => {
  const record = new EngineRecord(createManualClock()).of("p");
  const stop = new AbortController();
  const entries = tap({ record, query: { pipeline: "p" }, now }, stop.signal);
  const first = entries.next();
  for (let at = 0; at < 5_000; at += 1) record.watch?.came(testMessage(at));
  await first;
  const seen: TapEntry[] = [];
  for await (const entry of entries) {
    seen.push(entry);
    if ("lost" in entry) stop.abort();
  }
  expect(seen.at(-1)).toEqual({ lost: 4_000 });
  expect(seen).toHaveLength(1_000);
  expect(record.watch).toBeUndefined();
});

test("one stage alone is told of, and a body of any size is cut", async () => {
  const record = new EngineRecord(createManualClock()).of("p");
  const stop = new AbortController();
  const query = { pipeline: "p", stage: "source" };
  const entries = tap({ record, query, now }, stop.signal);
  const first = entries.next();
  const message = testMessage("x".repeat(1_000_000));
  record.watch?.tell({ kind: "step", name: "shape", message, outcome: "passed" });
  record.watch?.came(message);
  const { value } = await first;
  expect(value).toMatchObject({ kind: "source", before: { body: { characters: 1_000_002 } } });
  expect(JSON.stringify(value).length).toBeLessThan(5_000);
  stop.abort();
  expect((await entries.next()).done).toBe(true);
});

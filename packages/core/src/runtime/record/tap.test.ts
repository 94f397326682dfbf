import { expect, test } from "vitest";
import { bindExpression } from "../../component/bind.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { testMessage } from "../../testing/component.ts";
import { Allowance } from "./allowance.ts";
import { EngineRecord } from "./engine-record.ts";
import { tap, type TapEntry } from "./tap.ts";

const now = (): number => 0;
const clock = createManualClock();
const allowance = new Allowance({ clock, share: 0.05, atOnceMs: 20 });

test("a reader that is slow loses what finds no room, is told how many, and nobody waits for it", async () => {
  const record = new EngineRecord(clock).of("p");
  const stop = new AbortController();
  const entries = tap({ record, query: { pipeline: "p" }, now, allowance }, stop.signal);
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
  const record = new EngineRecord(clock).of("p");
  const stop = new AbortController();
  const query = { pipeline: "p", stage: "source" };
  const entries = tap({ record, query, now, allowance }, stop.signal);
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

test("conditions take a share of the time, all together: what they do not get to is lost, and nobody waits", async () => {
  const time = createManualClock();
  const record = new EngineRecord(time).of("p");
  const shared = new Allowance({ clock: time, share: 0.05, atOnceMs: 20 });
  let looks = 0;
  const slow = bindExpression("true");
  // Takes 10 ms of the engine's own thread, each time: as much as an expression gets there.
  const where = Object.assign(Object.create(slow) as typeof slow, {
    evaluate() {
      looks += 1;
      time.advance(10);
      return true;
    },
  });
  const stop = new AbortController();
  const taps = [1, 2, 3].map(() =>
    tap({ record, query: { pipeline: "p", where }, now, allowance: shared }, stop.signal),
  );
  const reading = taps.map(async (entries) => {
    for await (const entry of entries) expect(entry).toHaveProperty("before");
  });
  for (let at = 0; at < 500; at += 1) record.watch?.came(testMessage(at));
  const passed: number[] = [];
  for (let round = 0; round < 20; round += 1) {
    const delayMs = await time.whenTimer(() => true);
    passed.push(looks);
    time.advance(delayMs);
  }
  stop.abort();
  await Promise.all(reading);
  // Three at once, as they take 20 ms and some comes in meanwhile; from then on one in 200 ms, however many watch.
  expect(passed).toEqual(passed.map((_looks, round) => round + 3));
});

import type { NewRow, Store } from "@signalbox/core";
import { createManualClock, createRecordingLogger, type ManualClock } from "@signalbox/core/testing";
import { beforeEach, expect, test } from "vitest";
import { createRows, type TestRows } from "../testing/rows.ts";
import { DeviceTrack } from "./device-track.ts";
import { WatermarkWriter } from "./watermark-writer.ts";
import { Watermarks } from "./watermarks.ts";

let rows: TestRows;
let clock: ManualClock;
let place: ReturnType<TestRows["process"]>;
/** The keys of each call that put rows, sorted. */
let calls: string[][];
let of: (pipeline: string) => Watermarks;

beforeEach(() => {
  rows = createRows();
  clock = createManualClock();
  place = rows.process();
  calls = [];
  const store = spied(place.store);
  const writer = new WatermarkWriter({ store, clock, log: createRecordingLogger() });
  of = (pipeline) => new Watermarks({ pipeline, store, writer });
});

function spied(store: Store): Store {
  const collection = (...args: Parameters<Store["collection"]>) => {
    const inner = store.collection(...args);
    const put = (list: readonly NewRow<unknown>[]): Promise<void> => {
      calls.push(list.map(({ key }) => key).sort());
      return inner.put(list);
    };
    return { ...inner, put };
  };
  return { ...store, collection } as Store;
}

function track(device: string, since: string): DeviceTrack {
  const made = new DeviceTrack(device, () => undefined);
  made.raiseSince(since);
  return made;
}

const stored = (): unknown[] =>
  [...rows.rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, { value }]) => [key, (value as DeviceTrack).since]);
const early = "2026-01-01T00:00:00.000Z";
const late = "2026-01-02T00:00:00.000Z";

test("what several pipelines have settled within a second is written in one call", async () => {
  const [a, b] = [of("a"), of("b")];
  a.changed(track("d1", early));
  a.changed(track("d2", early));
  b.changed(track("d1", late));
  clock.advance(1_000);
  await rows.until(() => rows.rows.size === 3);
  expect(calls).toEqual([["a/d1", "a/d2", "b/d1"]]);
  expect(stored()).toContainEqual(["b/d1", late]);
});

test("of a source that is replaced the last word is that of the one in its place, and no call has a key twice", async () => {
  const [before, after] = [of("a"), of("a")];
  before.changed(track("d", early));
  after.changed(track("d", late));
  clock.advance(1_000);
  await rows.until(() => calls.length === 2);
  await after.flush();
  expect(calls).toEqual([["a/d"], ["a/d"]]);
  expect(stored()).toEqual([["a/d", late]]);
});

test("what cannot be stored is written when the store is back, as it is then, and what was removed stays removed", async () => {
  const [a, b] = [of("a"), of("b")];
  place.fail(true);
  a.changed(track("d1", early));
  b.changed(track("d2", early));
  await a.flush();
  a.changed(track("d1", late));
  b.removed("d2");
  place.fail(false);
  clock.advance(5_000);
  await rows.until(() => rows.rows.size === 1);
  await b.flush();
  expect(stored()).toEqual([["a/d1", late]]);
});

test("a pipeline that closes has its rows written at once, with those of the others", async () => {
  const [a, b] = [of("a"), of("b")];
  a.changed(track("d", early));
  b.changed(track("d", early));
  await a.close();
  expect(stored()).toEqual([
    ["a/d", early],
    ["b/d", early],
  ]);
});

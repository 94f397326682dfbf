import { expect, test } from "vitest";
import { SignalboxError } from "../errors/error.ts";
import type { Lanes, Store } from "../ports/store.ts";
import { emptyStore } from "../testing/empty-store.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { timedBackend } from "./timed-backend.ts";

const rowsOf = { name: "things", indexes: [] };

function timed(lanes: Partial<Lanes>, clock = createManualClock()) {
  // only what the test calls
  const store = { ...without(emptyStore), lanes: lanes as Lanes } satisfies Store;
  const queue = { open: async () => undefined, close: async () => undefined, add: async () => undefined };
  const backend = {
    store,
    queue: { ...queue, work: () => Promise.reject(new Error("not asked for")) },
    describe: () => "a store",
    localDatabase: () => Promise.resolve({}),
    close: () => Promise.resolve(),
  };
  return { clock, ...timedBackend(backend as never, clock) };
}

/** Spreading would ask for its lanes, which it has none of. */
function without({ kind, open, close, durabilityWarnings, collection }: Store): Omit<Store, "lanes"> {
  return { kind, open, close, durabilityWarnings, collection };
}

test("a call is timed from its beginning to its end, by what it is", async () => {
  let answer = (_next: number): void => undefined;
  const nextDue = new Promise<number>((resolve) => (answer = resolve));
  const { backend, timings, clock } = timed({ nextDue: () => nextDue });
  const asked = backend.store.lanes.nextDue("lane");
  clock.advance(30);
  answer(7);
  expect(await asked).toBe(7);
  await backend.store.collection(rowsOf).get("a");
  expect(timings()).toMatchObject([
    { operation: "lanes.nextDue", calls: { count: 1, sumMs: 30 }, failed: 0 },
    { operation: "rows.get", calls: { count: 1 }, failed: 0 },
  ]);
});

test("a failure is timed and counted, and comes to whoever called", async () => {
  const away = new SignalboxError("STORE_UNREACHABLE", "it is away");
  const { backend, timings } = timed({ rows: () => Promise.reject(away) });
  await expect(backend.store.lanes.rows("lane")).rejects.toBe(away);
  expect(timings()).toMatchObject([{ operation: "lanes.rows", calls: { count: 1 }, failed: 1 }]);
});

test("the same name is the same collection, as on the store itself", () => {
  const { backend } = timed({});
  expect(backend.store.collection(rowsOf)).toBe(backend.store.collection(rowsOf));
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Write } from "./write.ts";
import { createFifoQueue, createKeyedQueue } from "./write-queue.ts";

function write(key: string | undefined, index: number): Write {
  const message = {
    id: `${key ?? "none"}-${index}`,
    meta: { pipeline: "p", source: "s", time: "", receivedAt: "" },
    body: index,
  };
  const nothing = (): void => undefined;
  const owner = {
    original: message,
    takenInAt: () => 0,
    writeDelivered: nothing,
    writeDiscarded: nothing,
    writeDeadLettered: nothing,
    writeParked: nothing,
  };
  return { message, key, owner };
}

const ids = (writes: readonly Write[]): string[] => writes.map((each) => each.message.id);

describe("first in, first out", () => {
  test("gives batches in order and keeps count", () => {
    const queue = createFifoQueue();
    for (let index = 0; index < 5; index += 1) queue.push(write("a", index));
    expect(ids(queue.take(2))).toEqual(["a-0", "a-1"]);
    expect(queue.size).toBe(3);
    expect(ids(queue.take(9))).toEqual(["a-2", "a-3", "a-4"]);
    expect(queue.take(1)).toEqual([]);
  });
});

describe("keyed", () => {
  test("holds a key back while one of its writes is under way, and no other key", () => {
    const queue = createKeyedQueue();
    queue.push(write("a", 0));
    const first = queue.take(1);
    queue.push(write("a", 1));
    queue.push(write("b", 0));
    expect(ids(queue.take(5))).toEqual(["b-0"]);
    expect(queue.take(5)).toEqual([]);
    queue.release(first);
    expect(ids(queue.take(5))).toEqual(["a-1"]);
  });

  test("writes without a key never wait for each other", () => {
    const queue = createKeyedQueue();
    queue.push(write(undefined, 0));
    queue.push(write(undefined, 1));
    expect(queue.take(1)).toHaveLength(1);
    expect(queue.take(1)).toHaveLength(1);
  });

  test("after a drain a key goes on: at once when none of its writes is under way, else once that has ended", () => {
    const queue = createKeyedQueue();
    queue.push(write("a", 0));
    queue.push(write("b", 0));
    const first = queue.take(1);
    queue.push(write("a", 1));
    expect(ids(queue.drain()).sort()).toEqual(["a-1", "b-0"]);
    queue.push(write("a", 2));
    queue.push(write("b", 1));
    expect(ids(queue.take(9))).toEqual(["b-1"]);
    queue.release(first);
    expect(ids(queue.take(9))).toEqual(["a-2"]);
  });

  test("drains everything that waits, once", () => {
    const queue = createKeyedQueue();
    for (const [key, index] of [
      ["a", 0],
      ["b", 0],
      ["a", 1],
    ] as const)
      queue.push(write(key, index));
    expect(ids(queue.drain()).sort()).toEqual(["a-0", "a-1", "b-0"]);
    expect([queue.size, queue.take(9).length]).toEqual([0, 0]);
  });

  test("keeps each key's order, loses nothing and never runs a key twice at once, whatever happens", () => {
    const operation = fc.oneof(
      fc.record({ push: fc.constantFrom("a", "b", "c", "d") }),
      fc.record({ take: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ release: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 120 }), (operations) => {
        const queue = createKeyedQueue();
        const pushed: string[] = [];
        const taken: string[] = [];
        const running: Write[][] = [];
        const count = new Map<string, number>();
        const take = (size: number): void => {
          const batch = queue.take(size);
          const busy = new Set(running.flat().map((each) => each.key));
          expect(batch.filter((each) => busy.has(each.key))).toEqual([]);
          taken.push(...ids(batch));
          if (batch.length > 0) running.push(batch);
        };
        for (const each of operations) {
          if ("push" in each) {
            const index = count.get(each.push) ?? 0;
            count.set(each.push, index + 1);
            queue.push(write(each.push, index));
            pushed.push(`${each.push}-${index}`);
          } else if ("take" in each) take(each.take);
          else queue.release(running.splice(each.release % Math.max(1, running.length), 1).flat());
        }
        while (running.length > 0 || queue.size > 0) {
          queue.release(running.splice(0, 1).flat());
          take(4);
        }
        for (const key of "abcd") {
          const ofKey = (list: string[]): string[] => list.filter((id) => id.startsWith(key));
          expect(ofKey(taken)).toEqual(ofKey(pushed));
        }
      }),
    );
  });
});

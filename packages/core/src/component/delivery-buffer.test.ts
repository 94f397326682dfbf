import { describe, expect, test } from "vitest";
import type { Delivery } from "../message.ts";
import { DeliveryBuffer } from "./delivery-buffer.ts";

const meta = { pipeline: "p", source: "generate", time: "2026-01-01T00:00:00Z", receivedAt: "2026-01-01T00:00:00Z" };

function delivery(id: string, settled: string[] = []): Delivery {
  return {
    message: { id, meta, body: id },
    ack: () => settled.push(`ack ${id}`),
    nack: (cause) => settled.push(`nack ${id} ${String(cause)}`),
  };
}

const ids = (batch: readonly Delivery[] | void): string[] => (batch ?? []).map((each) => each.message.id);

describe("delivery buffer", () => {
  test("hands out what has gathered, in order, in batches of at most maxBatch", async () => {
    const buffer = new DeliveryBuffer({ capacity: 10, maxBatch: 3 });
    for (const id of ["a", "b", "c", "d"]) buffer.push(delivery(id));
    const batches = buffer.batches(new AbortController().signal);
    expect(ids((await batches.next()).value)).toEqual(["a", "b", "c"]);
    expect(ids((await batches.next()).value)).toEqual(["d"]);
  });

  test("a waiting consumer gets everything pushed in one turn as one batch", async () => {
    const buffer = new DeliveryBuffer({ capacity: 10 });
    const next = buffer.batches(new AbortController().signal).next();
    await Promise.resolve();
    for (const id of ["a", "b", "c"]) buffer.push(delivery(id));
    expect(ids((await next).value)).toEqual(["a", "b", "c"]);
  });

  test("refuses when full, and tells of room once it is down to half", async () => {
    const buffer = new DeliveryBuffer({ capacity: 4, maxBatch: 1 });
    const rooms: number[] = [];
    buffer.onRoom(() => rooms.push(buffer.size));
    expect(["a", "b", "c", "d", "e"].map((id) => buffer.push(delivery(id)))).toEqual([true, true, true, true, false]);
    expect(buffer.isFull).toBe(true);
    const batches = buffer.batches(new AbortController().signal);
    await batches.next();
    expect(buffer.isFull).toBe(false);
    expect(rooms).toEqual([]);
    await batches.next();
    await batches.next();
    expect(rooms).toEqual([2]);
  });

  test("a listener that was taken away is not called", async () => {
    const buffer = new DeliveryBuffer({ capacity: 1 });
    let calls = 0;
    buffer.onRoom(() => (calls += 1))();
    buffer.push(delivery("a"));
    await buffer.batches(new AbortController().signal).next();
    expect(calls).toBe(0);
  });

  test("who waits for room is let in, in order, or turned away when the buffer closes", async () => {
    const buffer = new DeliveryBuffer({ capacity: 1 });
    const [first, second, third] = ["a", "b", "c"].map((id) => buffer.pushWhenRoom(delivery(id)));
    const batches = buffer.batches(new AbortController().signal);
    expect(ids((await batches.next()).value)).toEqual(["a"]);
    expect(await Promise.all([first, second])).toEqual([true, true]);
    buffer.close("closing");
    expect(await third).toBe(false);
    expect(await buffer.pushWhenRoom(delivery("d"))).toBe(false);
  });

  test("an abort ends a waiting consumer; what waits is there for the next one", async () => {
    const buffer = new DeliveryBuffer({ capacity: 4 });
    const controller = new AbortController();
    const waiting = buffer.batches(controller.signal).next();
    controller.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
    buffer.push(delivery("a"));
    expect(ids((await buffer.batches(new AbortController().signal).next()).value)).toEqual(["a"]);
  });

  test("refuses a second consumer", async () => {
    const buffer = new DeliveryBuffer({ capacity: 4 });
    const signal = new AbortController().signal;
    buffer.push(delivery("a"));
    await buffer.batches(signal).next();
    await expect(buffer.batches(signal).next()).rejects.toThrow("one consumer");
  });

  test("closing hands back what was not pulled, ends the consumer, refuses more, and can be repeated", async () => {
    const buffer = new DeliveryBuffer({ capacity: 4 });
    const settled: string[] = [];
    buffer.push(delivery("a", settled));
    buffer.close("closing");
    buffer.close("again");
    expect(settled).toEqual(["nack a closing"]);
    expect(buffer.push(delivery("b", settled))).toBe(false);
    expect((await buffer.batches(new AbortController().signal).next()).done).toBe(true);
  });
});

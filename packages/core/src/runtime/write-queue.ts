import type { Write } from "./write.ts";

/** Writes waiting for their turn at one sink. Writes of one key come out in order, and never while another is under way. */
export interface WriteQueue {
  readonly size: number;
  push(write: Write): void;
  /** Up to `count` writes whose turn it is; none when all that wait are held back by their keys. */
  take(count: number): Write[];
  /** The writes of a batch have ended: their keys are free. */
  release(batch: readonly Write[]): void;
  /** Everything that waits, in order; the queue is empty afterwards, and keys under way stay so until they are released. */
  drain(): Write[];
}

/** First in, first out: for a sink with one write at a time, or without order. */
export function createFifoQueue(): WriteQueue {
  let waiting: Write[] = [];
  let head = 0;
  return {
    get size() {
      return waiting.length - head;
    },
    push: (write) => void waiting.push(write),
    take(count) {
      const batch = waiting.slice(head, head + count);
      head += batch.length;
      // Shifting an array one by one is quadratic for a long queue: cut it when half of it is spent.
      if (head * 2 > waiting.length) {
        waiting = waiting.slice(head);
        head = 0;
      }
      return batch;
    },
    release: () => undefined,
    drain() {
      const rest = waiting.slice(head);
      waiting = [];
      head = 0;
      return rest;
    },
  };
}

/** Keys side by side, each in order: for a sink with several writes at a time. */
export function createKeyedQueue(): WriteQueue {
  // A key is in `byKey` from its first waiting or running write until its last has ended.
  const byKey = new Map<string, Write[]>();
  let ready: string[] = [];
  let size = 0;

  function takeKey(key: string, room: number): Write[] {
    const waiting = byKey.get(key) ?? [];
    const taken = waiting.splice(0, room);
    size -= taken.length;
    return taken;
  }

  return {
    get size() {
      return size;
    },
    push(write) {
      const key = write.key ?? write.message.id;
      const waiting = byKey.get(key);
      size += 1;
      if (waiting !== undefined) return void waiting.push(write);
      byKey.set(key, [write]);
      ready.push(key);
    },
    take(count) {
      const batch: Write[] = [];
      let used = 0;
      while (batch.length < count && used < ready.length) {
        batch.push(...takeKey(ready[used] ?? "", count - batch.length));
        used += 1;
      }
      ready = used === ready.length ? [] : ready.slice(used);
      return batch;
    },
    release(batch) {
      for (const key of new Set(batch.map((write) => write.key ?? write.message.id))) {
        if ((byKey.get(key) ?? []).length > 0) ready.push(key);
        else byKey.delete(key);
      }
    },
    drain() {
      const rest = [...byKey.values()].flat();
      for (const key of ready) byKey.delete(key);
      for (const waiting of byKey.values()) waiting.length = 0;
      ready = [];
      size = 0;
      return rest;
    },
  };
}

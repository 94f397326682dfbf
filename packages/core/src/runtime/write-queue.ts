import { Fifo } from "./fifo.ts";
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
  const waiting = new Fifo<Write>();
  return {
    get size() {
      return waiting.size;
    },
    push: (write) => waiting.push(write),
    take: (count) => taken(waiting, count),
    release: () => undefined,
    drain: () => taken(waiting, waiting.size),
  };
}

interface Key {
  readonly waiting: Fifo<Write>;
  isUnderWay: boolean;
}

/** Keys side by side, each in order: for a sink with several writes at a time. */
export function createKeyedQueue(): WriteQueue {
  // A key is here from its first waiting or running write until its last has ended.
  const keys = new Map<string, Key>();
  // Keys with waiting writes and none under way.
  const ready = new Fifo<Key>();
  let size = 0;

  return {
    get size() {
      return size;
    },
    push(write) {
      size += 1;
      const name = nameOf(write);
      const known = keys.get(name);
      if (known !== undefined) return known.waiting.push(write);
      const key: Key = { waiting: new Fifo(), isUnderWay: false };
      key.waiting.push(write);
      keys.set(name, key);
      ready.push(key);
    },
    take(count) {
      const batch: Write[] = [];
      while (batch.length < count) {
        const key = ready.shift();
        if (key === undefined) break;
        key.isUnderWay = true;
        key.waiting.moveTo(batch, count - batch.length);
      }
      size -= batch.length;
      return batch;
    },
    release(batch) {
      for (const write of batch) {
        const key = keys.get(nameOf(write));
        // Another write of the batch has released it.
        if (key?.isUnderWay !== true) continue;
        key.isUnderWay = false;
        if (key.waiting.size > 0) ready.push(key);
        else keys.delete(nameOf(write));
      }
    },
    drain() {
      const rest: Write[] = [];
      for (const [name, key] of keys) {
        key.waiting.moveTo(rest, size);
        if (!key.isUnderWay) keys.delete(name);
      }
      while (ready.shift() !== undefined);
      size = 0;
      return rest;
    },
  };
}

function taken(waiting: Fifo<Write>, count: number): Write[] {
  const batch: Write[] = [];
  waiting.moveTo(batch, count);
  return batch;
}

/** A write without a key is one of its own. */
function nameOf({ key, message }: Write): string {
  return key ?? message.id;
}

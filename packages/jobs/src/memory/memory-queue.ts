import type { Clock, JobHandler, Logger, Queue } from "@signalbox/core";
import { SignalboxError } from "@signalbox/core";
import { MemoryTopic } from "./memory-topic.ts";

/**
 * The queue of tests and simulations under virtual time: it ends with the process, and its jobs are due by `clock`. No chance
 * is in it: a failed job's wait is always the longest of its range.
 */
export function createMemoryQueue(clock: Clock, log: Logger): Queue {
  const topics = new Map<string, MemoryTopic>();
  // There is nothing to connect to: it is open from the start.
  let isOpen = true;

  /** Async, so that what it throws is a rejection. */
  async function topicOf(name: string): Promise<MemoryTopic> {
    if (!isOpen) throw new SignalboxError("STORE_NOT_OPEN", "the queue is not open");
    const topic = topics.get(name) ?? new MemoryTopic(name, clock, log);
    topics.set(name, topic);
    return topic;
  }

  return {
    async open() {
      isOpen = true;
    },
    async close() {
      isOpen = false;
      await Promise.all([...topics.values()].map((topic) => topic.close()));
    },
    add: async (name, jobs) => (await topicOf(name)).add(jobs),
    has: async (name, id) => (await topicOf(name)).has(id),
    remove: async (name, id) => (await topicOf(name)).remove(id),
    work: async (name, { concurrency }: { concurrency: number }, handle: JobHandler) =>
      (await topicOf(name)).work(concurrency, handle),
    counts: async (name) => (await topicOf(name)).counts(),
  };
}

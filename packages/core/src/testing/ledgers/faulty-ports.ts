import type { JobHandler, Queue } from "../../ports/queue.ts";
import type { Collection, CollectionDefinition, Store } from "../../ports/store.ts";

/** The store, refusing to change rows while it is away. */
export function refusingChanges(store: Store, isAway: () => boolean): Store {
  return {
    ...store,
    collection<T>(definition: CollectionDefinition): Collection<T> {
      const inner = store.collection<T>(definition);
      return {
        ...inner,
        replace: (...change) => (isAway() ? Promise.reject(new Error("away")) : inner.replace(...change)),
        replaceMany: (changes) => (isAway() ? Promise.reject(new Error("away")) : inner.replaceMany(changes)),
      };
    },
  };
}

/** The store, which changes a row and cannot say so where `isLost` says it. */
export function losingAnswers(store: Store, isLost: () => boolean): Store {
  return {
    ...store,
    collection<T>(definition: CollectionDefinition): Collection<T> {
      const inner = store.collection<T>(definition);
      return {
        ...inner,
        async replace(...change) {
          const isDone = await inner.replace(...change);
          if (isLost()) throw new Error("away");
          return isDone;
        },
        async replaceMany(changes) {
          const areDone = await inner.replaceMany(changes);
          if (isLost()) throw new Error("away");
          return areDone;
        },
      };
    },
  };
}

/** The store, whose changes take as long as `waits` says. */
export function slowChanges(store: Store, waits: () => Promise<void>): Store {
  return {
    ...store,
    collection<T>(definition: CollectionDefinition): Collection<T> {
      const inner = store.collection<T>(definition);
      return {
        ...inner,
        async replace(...change) {
          await waits();
          return inner.replace(...change);
        },
        async replaceMany(changes) {
          await waits();
          return inner.replaceMany(changes);
        },
      };
    },
  };
}

/** The queue, refusing jobs while it is away. */
export function refusingJobs(queue: Queue, isAway: () => boolean): Queue {
  return {
    ...queue,
    add: (topic, jobs) => (isAway() ? Promise.reject(new Error("away")) : queue.add(topic, jobs)),
  };
}

/** A queue that gives each job out a second time while it runs, as one does that holds its owner for dead. */
export function givingOutTwice(queue: Queue): Queue {
  const twice =
    (handle: JobHandler): JobHandler =>
    async (job, signal) => {
      const first = handle(job, signal);
      await new Promise((resolve) => setImmediate(resolve));
      await handle({ ...job, start: job.start + 1 }, signal);
      return first;
    };
  return { ...queue, work: (topic, options, handle) => queue.work(topic, options, twice(handle)) };
}

/** A queue that gives the job `id` to its topic's worker at once, as one does that holds another owner for dead. */
export function handingOver(queue: Queue, { topic: wanted, id }: { topic: string; id: string }): Queue {
  return {
    ...queue,
    async work(topic, options, handle) {
      const worker = await queue.work(topic, options, handle);
      if (topic === wanted) void handle({ id, data: {}, start: 2 }, new AbortController().signal);
      return worker;
    },
  };
}

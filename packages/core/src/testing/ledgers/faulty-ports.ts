import type { JobHandler, Queue } from "../../ports/queue.ts";
import type { Collection, CollectionDefinition, Store } from "../../ports/store.ts";
import type { Pass } from "../crashing-ports.ts";

/** The store, refusing to change rows while it is away. */
export function refusingChanges(store: Store, isAway: () => boolean): Store {
  return changingThrough(store, async (change) => {
    if (isAway()) throw new Error("away");
    return change();
  });
}

/** The store, which changes a row and cannot say so where `isLost` says it. */
export function losingAnswers(store: Store, isLost: () => boolean): Store {
  return changingThrough(store, async (change) => {
    const answer = await change();
    if (isLost()) throw new Error("away");
    return answer;
  });
}

/** The store, whose changes take as long as `waits` says. */
export function slowChanges(store: Store, waits: () => Promise<void>): Store {
  return changingThrough(store, async (change) => {
    await waits();
    return change();
  });
}

/** The store, with each change of rows that are there handed to `pass`. */
function changingThrough(store: Store, pass: Pass): Store {
  return {
    ...store,
    collection<T>(definition: CollectionDefinition): Collection<T> {
      const inner = store.collection<T>(definition);
      return {
        ...inner,
        replace: (...change) => pass(() => inner.replace(...change)),
        replaceMany: (changes) => pass(() => inner.replaceMany(changes)),
      };
    },
  };
}

/** The store, refusing new rows while it is away. */
export function refusingNewRows(store: Store, isAway: () => boolean): Store {
  return {
    ...store,
    collection<T>(definition: CollectionDefinition): Collection<T> {
      const inner = store.collection<T>(definition);
      return { ...inner, insert: (rows) => (isAway() ? Promise.reject(new Error("away")) : inner.insert(rows)) };
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

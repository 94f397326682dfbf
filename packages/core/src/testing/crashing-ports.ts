import type { Queue } from "../ports/queue.ts";
import type { Collection, CollectionDefinition, Store } from "../ports/store.ts";

/** Where a process dies: at a use of a port, before it has an effect, or after that and before its answer is heard. */
export interface CrashPoint {
  /** Which use, the next one being 1. */
  readonly call: number;
  readonly side: "before" | "after";
}

/** One process's view of a store and a queue, which can be made to die. */
export interface CrashingPorts {
  readonly store: Store;
  readonly queue: Queue;
  /** Uses of the ports so far. */
  calls(): number;
  crashAt(point: CrashPoint): void;
  /** From now on nothing this process does has an effect or an answer; the jobs it was at are given to others. */
  crash(): void;
  readonly isCrashed: () => boolean;
  /** Resolves at the crash. */
  readonly crashed: Promise<void>;
}

/** The ports of a process that dies when it is told to. */
export function crashingPorts(ports: { store: Store; queue: Queue }): CrashingPorts {
  let calls = 0;
  let point: CrashPoint | undefined;
  let isDead = false;
  let die: () => void = () => undefined;
  const crashed = new Promise<void>((resolve) => {
    die = () => {
      isDead = true;
      resolve();
    };
  });

  async function pass<T>(call: () => Promise<T>): Promise<T> {
    if (isDead) return never();
    calls += 1;
    const isHere = calls === point?.call;
    if (isHere && point?.side === "before") die();
    if (isDead) return never();
    const answer = await call();
    if (isHere) die();
    return isDead ? never() : answer;
  }

  return {
    store: storeThrough(ports.store, pass),
    queue: queueThrough(ports.queue, { pass, crashed }),
    calls: () => calls,
    crashAt: ({ call, side }) => {
      point = { call: calls + call, side };
    },
    crash: () => die(),
    isCrashed: () => isDead,
    crashed,
  };
}

/** Stands between whoever uses a port and the port: each use is handed in, and answered as this sees fit. */
export type Pass = <T>(call: () => Promise<T>) => Promise<T>;

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}

/** A store whose collections are used through `pass`. */
export function storeThrough(store: Store, pass: Pass): Store {
  return {
    kind: store.kind,
    open: async () => undefined,
    close: async () => undefined,
    durabilityWarnings: () => store.durabilityWarnings(),
    lanes: store.lanes,
    collection<T>(definition: CollectionDefinition): Collection<T> {
      const inner = store.collection<T>(definition);
      return {
        insert: (rows) => pass(() => inner.insert(rows)),
        get: (key) => pass(() => inner.get(key)),
        getMany: (keys) => pass(() => inner.getMany(keys)),
        replace: (key, version, change) => pass(() => inner.replace(key, version, change)),
        replaceMany: (changes) => pass(() => inner.replaceMany(changes)),
        put: (rows) => pass(() => inner.put(rows)),
        remove: (keys) => pass(() => inner.remove(keys)),
        query: (query) => pass(() => inner.query(query)),
        count: (where) => pass(() => inner.count(where)),
        prune: (limit) => pass(() => inner.prune(limit)),
      };
    },
  };
}

function queueThrough(queue: Queue, { pass, crashed }: { pass: Pass; crashed: Promise<void> }): Queue {
  const death = crashed.then(() => {
    throw new Error("The process died.");
  });
  death.catch(() => undefined);
  return {
    open: async () => undefined,
    close: async () => undefined,
    add: (topic, jobs) => pass(() => queue.add(topic, jobs)),
    has: (topic, id) => pass(() => queue.has(topic, id)),
    remove: (topic, id) => pass(() => queue.remove(topic, id)),
    counts: (topic) => pass(() => queue.counts(topic)),
    work: (topic, options, handle) =>
      pass(async () => {
        const worker = await queue.work(topic, options, (job, signal) => Promise.race([handle(job, signal), death]));
        // A dead process takes no more jobs; the one it was at fails, and so goes to whoever works on.
        const closed = crashed.then(() => worker.close());
        closed.catch(() => undefined);
        return worker;
      }),
  };
}

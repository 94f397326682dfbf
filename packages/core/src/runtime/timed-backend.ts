import type { Clock } from "../clock.ts";
import type { Backend } from "../ports/backend.ts";
import type { Collection, Lanes, Store } from "../ports/store.ts";
import { type DurationCounts, Durations } from "./durations.ts";

/** How long one kind of call to the store took, whether it went well or not. */
export interface StoreTimings {
  /** `lanes.append`, `rows.query`: the part of the store and its method. */
  readonly operation: string;
  readonly calls: DurationCounts;
  readonly failed: number;
}

/** A backend whose store's calls are timed. */
export interface TimedBackend {
  readonly backend: Backend;
  /** Of the operations that were called, in the order of their first calls. */
  timings(): readonly StoreTimings[];
}

type Time = <T>(operation: string, call: Promise<T>) => Promise<T>;

/** The same backend, its store's calls to lanes and collections timed. */
export function timedBackend(backend: Backend, clock: Clock): TimedBackend {
  const operations = new Map<string, { readonly calls: Durations; failed: number }>();
  const time: Time = (operation, call) => {
    const startedAt = clock.monotonic();
    const known = operations.get(operation) ?? { calls: new Durations(), failed: 0 };
    operations.set(operation, known);
    const ended = (): void => known.calls.add(clock.monotonic() - startedAt);
    // Beside the answer's way: whoever waits for it waits no longer than without.
    call.then(ended, () => {
      known.failed += 1;
      ended();
    });
    return call;
  };
  return {
    backend: {
      store: timedStore(backend.store, time),
      queue: backend.queue,
      describe: () => backend.describe(),
      localDatabase: () => backend.localDatabase(),
      close: () => backend.close(),
    },
    timings: () =>
      [...operations].map(([operation, { calls, failed }]) => ({ operation, calls: calls.snapshot(), failed })),
  };
}

function timedStore(store: Store, time: Time): Store {
  const collections = new Map<string, unknown>();
  return {
    kind: store.kind,
    open: (signal) => store.open(signal),
    close: () => store.close(),
    durabilityWarnings: () => store.durabilityWarnings(),
    lanes: timedLanes(store.lanes, time),
    collection<T>(...[definition]: Parameters<Store["collection"]>): Collection<T> {
      const known = collections.get(definition.name);
      // made below, for the same name
      if (known !== undefined) return known as Collection<T>;
      const timed = timedCollection(store.collection<T>(definition), time);
      collections.set(definition.name, timed);
      return timed;
    },
  };
}

function timedLanes(lanes: Lanes, time: Time): Lanes {
  return {
    append: (...given) => time("lanes.append", lanes.append(...given)),
    due: (...given) => time("lanes.due", lanes.due(...given)),
    remove: (...given) => time("lanes.remove", lanes.remove(...given)),
    defer: (...given) => time("lanes.defer", lanes.defer(...given)),
    nextDue: (lane) => time("lanes.nextDue", lanes.nextDue(lane)),
    rows: (lane) => time("lanes.rows", lanes.rows(lane)),
    list: (prefix) => time("lanes.list", lanes.list(prefix)),
  };
}

function timedCollection<T>(rows: Collection<T>, time: Time): Collection<T> {
  return {
    insert: (fresh) => time("rows.insert", rows.insert(fresh)),
    get: (key) => time("rows.get", rows.get(key)),
    getMany: (keys) => time("rows.getMany", rows.getMany(keys)),
    replace: (...given) => time("rows.replace", rows.replace(...given)),
    replaceMany: (changes) => time("rows.replaceMany", rows.replaceMany(changes)),
    put: (given) => time("rows.put", rows.put(given)),
    remove: (keys) => time("rows.remove", rows.remove(keys)),
    query: (query) => time("rows.query", rows.query(query)),
    count: (where) => time("rows.count", rows.count(where)),
    prune: (limit) => time("rows.prune", rows.prune(limit)),
  };
}

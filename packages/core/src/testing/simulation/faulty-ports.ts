import { SignalboxError } from "../../errors/error.ts";
import type { Queue } from "../../ports/queue.ts";
import type { Store } from "../../ports/store.ts";
import { storeThrough, type Pass } from "../crashing-ports.ts";
import type { Random } from "../random.ts";

/** What is wrong with the store and the queue at the moment; changed as the simulation goes on. */
export interface PortFaults {
  /** Every use is refused. */
  isAway: boolean;
  /** Share of uses that are carried out and answered with an error all the same. */
  lostAnswers: number;
}

/** A store and a queue as engines see them while they are in trouble. */
export function faultyPorts(
  ports: { readonly store: Store; readonly queue: Queue },
  faults: PortFaults,
  random: Random,
): { readonly store: Store; readonly queue: Queue } {
  async function troubled<T>(call: () => Promise<T>): Promise<T> {
    if (faults.isAway) throw unreachable("the store is away");
    const answer = await call();
    if (random.chance(faults.lostAnswers)) throw unreachable("the answer was lost");
    return answer;
  }

  // Most of the time there is no trouble: a promise less for each of many calls.
  const pass: Pass = (call) => (faults.isAway || faults.lostAnswers > 0 ? troubled(call) : call());
  const { queue } = ports;
  return {
    store: storeThrough(ports.store, pass),
    queue: {
      ...queue,
      add: (topic, jobs) => pass(() => queue.add(topic, jobs)),
      has: (topic, id) => pass(() => queue.has(topic, id)),
      remove: (topic, id) => pass(() => queue.remove(topic, id)),
      counts: (topic) => pass(() => queue.counts(topic)),
    },
  };
}

function unreachable(what: string): SignalboxError {
  return new SignalboxError("STORE_UNREACHABLE", what, { isRetryable: true });
}

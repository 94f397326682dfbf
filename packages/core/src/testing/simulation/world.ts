import type { Clock } from "../../clock.ts";
import type { Queue } from "../../ports/queue.ts";
import type { Store } from "../../ports/store.ts";
import type { Random } from "../random.ts";
import type { OpenInVirtualTime } from "../ledgers/schedule-world.ts";
import { createVirtualTime, type VirtualTime } from "../virtual-time.ts";
import { faultyPorts, type PortFaults } from "./faulty-ports.ts";
import { createJournal, type Journal } from "./journal.ts";

/** What all engines of a simulation share: a machine with one wall clock, a store, a queue. */
export interface World {
  readonly time: VirtualTime;
  /** The machine's clock: elapsed time is `time`'s, wall-clock time can be set. */
  readonly clock: Clock;
  /** As they are, for whoever judges. */
  readonly ports: { readonly store: Store; readonly queue: Queue };
  /** As engines see them. */
  readonly faulty: { readonly store: Store; readonly queue: Queue };
  readonly faults: PortFaults;
  readonly journal: Journal;
  /** The simulation comes to its end: handlers take no time, and lead to no more commands. */
  isQuiet: boolean;
  /** Sets the wall clock forward, or back, by so much. */
  setClock(byMs: number): void;
}

export function createWorld(open: OpenInVirtualTime, random: Random, startMs: number): World {
  const time = createVirtualTime(startMs);
  let skewMs = 0;
  const clock: Clock = { ...time.clock, now: () => time.clock.now() + skewMs };
  const ports = open(clock);
  const faults: PortFaults = { isAway: false, lostAnswers: 0 };
  return {
    time,
    clock,
    ports,
    faulty: faultyPorts(ports, faults, random.fork("answers")),
    faults,
    isQuiet: false,
    journal: createJournal(clock.now),
    setClock(byMs) {
      skewMs += byMs;
    },
  };
}

import type { Clock } from "./clock.ts";
import type { Activity } from "./entry-log.ts";
import type { DataStreams } from "./stream/data-streams.ts";

interface PumpContext {
  readonly activity: Activity;
  readonly clock: Clock;
  readonly streams: DataStreams;
}

const SAMPLES_PER_TURN = 256;
const SHORTEST_TIMER_MS = 5;
const LONGEST_DEBT_MS = 60_000;

/** Gives the sockets time: hands control back every few samples and waits while one of them is full. */
export class Throttle {
  readonly #streams: DataStreams;
  readonly #signal: AbortSignal;
  #thisTurn = 0;

  constructor(streams: DataStreams, signal: AbortSignal) {
    this.#streams = streams;
    this.#signal = signal;
  }

  /** To be awaited after a sample, when it returns a promise at all. An abort ends the waiting. */
  breathe(): Promise<void> | undefined {
    this.#thisTurn += 1;
    const full = this.#thisTurn % 32 === 0 ? this.#streams.congested() : undefined;
    if (full) return full.drained(this.#signal);
    if (this.#thisTurn < SAMPLES_PER_TURN) return undefined;
    this.#thisTurn = 0;
    return new Promise((resolve) => setImmediate(resolve));
  }
}

/** Resolves after the delay, or at once when the signal aborts. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const cancel = clock.setTimer(done, delayMs);
    function done(): void {
      signal.removeEventListener("abort", done);
      cancel();
      resolve();
    }
    signal.addEventListener("abort", done, { once: true });
  });
}

/** Calls `makeOne` at a rate until the signal aborts. At "max" it waits while nobody is subscribed to anything. */
export async function pump(
  makeOne: () => void,
  rate: number | "max",
  context: PumpContext & { readonly signal: AbortSignal },
): Promise<void> {
  if (rate !== "max") return pumpAtRate(makeOne, rate, context);
  const { activity, signal, streams } = context;
  const throttle = new Throttle(streams, signal);
  while (!signal.aborted) {
    if (!streams.hasSubscriptions) {
      const someone = activity.until(() => streams.hasSubscriptions, signal);
      await someone.catch((cause: unknown) => {
        if (!signal.aborted) throw cause;
      });
      continue;
    }
    makeOne();
    const wait = throttle.breathe();
    if (wait) await wait;
  }
}

async function pumpAtRate(
  makeOne: () => void,
  rate: number,
  { clock, signal }: PumpContext & { readonly signal: AbortSignal },
): Promise<void> {
  const perMs = rate / 60_000;
  const startedAt = clock.now();
  const most = Math.ceil(perMs * LONGEST_DEBT_MS);
  let made = 0;
  while (!signal.aborted) {
    const due = Math.floor((clock.now() - startedAt) * perMs) + 1;
    // Counted from the start, so that late timers do not lower the rate; but what a machine slept through is let go.
    made = Math.max(made, due - most);
    for (; made < due; made++) makeOne();
    const nextAt = startedAt + made / perMs;
    await pause(clock, Math.max(SHORTEST_TIMER_MS, nextAt - clock.now()), signal);
  }
}

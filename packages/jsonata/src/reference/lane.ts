// Evaluations take turns. The reference is a chain of promises that never leaves the microtask queue, so nothing is lost
// by it, and much is won: the time limit of one evaluation does not pay for the work of others, results settle in the order
// of the calls, and state that the reference keeps between evaluations ($now, positions of errors) cannot be mixed up.
import { Fault } from "../errors.ts";

let isTaken = false;
let waiting: (() => void)[] = [];
let next = 0;
let abandon: ((cause: Error) => void) | undefined;
let isWatching = false;

/** Takes the lane; a promise when another evaluation has it, resolved when it is this one's turn. */
export function enterLane(): Promise<void> | undefined {
  if (isTaken) return new Promise((resolve) => waiting.push(resolve));
  isTaken = true;
  return undefined;
}

/** Gives the lane to whoever has waited longest. */
export function leaveLane(): void {
  abandon = undefined;
  const first = waiting[next];
  if (first === undefined) {
    isTaken = false;
    if (next > 0) {
      waiting = [];
      next = 0;
    }
    return;
  }
  next++;
  if (next === 1024) {
    waiting = waiting.slice(next);
    next = 0;
  }
  first();
}

/**
 * The same promise, but rejected if it can never settle: an evaluation lives in microtasks alone, so one that is open when
 * these have run out is dead, and would block the lane for ever. For whoever has the lane.
 */
export function orAbandoned<T>(evaluation: Promise<T>): Promise<T> {
  watch();
  return new Promise((resolve, reject) => {
    abandon = reject;
    evaluation.then(resolve, reject);
  });
}

/** One look per turn of the event loop, however many evaluations that turn does. */
function watch(): void {
  if (isWatching) return;
  isWatching = true;
  setImmediate(() => {
    isWatching = false;
    abandon?.(new Fault("ENGINE_FAULT", "the expression waits for something that never comes"));
  });
}

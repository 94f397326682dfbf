// Tells listeners what an engine does, once a second. Not here: what is told (shapes.ts), and what has changed (tracker.ts).
import type { Clock, Timer } from "../../clock.ts";
import type { LiveEvent } from "./shapes.ts";
import { type LiveEngine, LiveTracker } from "./tracker.ts";

const everyMs = 1_000;
/** Events that wait for a slow reader; beyond it, it is told everything anew. */
const mostWaiting = 3;

/** Looks once for all listeners, and not at all while there is none. */
export class Live {
  readonly #engine: LiveEngine;
  readonly #clock: Clock;
  readonly #lines = new Set<Line>();
  #tracker: LiveTracker | undefined;
  #timer: Timer | undefined;

  constructor(engine: LiveEngine, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
  }

  /** How many listen. */
  get listeners(): number {
    return this.#lines.size;
  }

  /** Everything, then what changes, until `signal` aborts. Events are shared: nobody may change them. */
  async *follow(signal: AbortSignal): AsyncGenerator<LiveEvent> {
    const line = new Line();
    const tracker = this.#join(line);
    signal.addEventListener("abort", line.wake);
    try {
      yield tracker.whole();
      while (!signal.aborted) {
        await line.wait(signal);
        if (line.isBehind) {
          line.clear();
          yield tracker.whole();
        } else yield* line.take();
      }
    } finally {
      signal.removeEventListener("abort", line.wake);
      this.#leave(line);
    }
  }

  #join(line: Line): LiveTracker {
    this.#lines.add(line);
    if (this.#tracker !== undefined) return this.#tracker;
    const tracker = new LiveTracker(this.#engine, this.#clock);
    tracker.look();
    this.#tracker = tracker;
    this.#plan(tracker);
    return tracker;
  }

  #leave(line: Line): void {
    this.#lines.delete(line);
    if (this.#lines.size > 0) return;
    this.#timer?.cancel();
    this.#tracker = undefined;
  }

  #plan(tracker: LiveTracker): void {
    this.#timer = this.#clock.setTimer(() => {
      const event = tracker.look();
      for (const line of this.#lines) line.push(event);
      this.#plan(tracker);
    }, everyMs);
  }
}

/** What one listener has not read yet. */
class Line {
  #waiting: LiveEvent[] = [];
  #wake: (() => void) | undefined;
  isBehind = false;

  push(event: LiveEvent): void {
    if (this.#waiting.length < mostWaiting) this.#waiting.push(event);
    else this.isBehind = true;
    this.wake();
  }

  readonly wake = (): void => {
    this.#wake?.();
    this.#wake = undefined;
  };

  take(): readonly LiveEvent[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }

  clear(): void {
    this.#waiting = [];
    this.isBehind = false;
  }

  async wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length > 0 || signal.aborted) return;
    await new Promise<void>((resolve) => void (this.#wake = resolve));
  }
}

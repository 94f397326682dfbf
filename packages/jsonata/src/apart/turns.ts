/** From this many milliseconds in the worker on, an expression counts as heavy. */
const heavyMs = 25;
/** An evaluation this short could have been made on the main thread. */
const quickMs = 5;

/** The requests of one expression: answered one after another, in their order. */
export interface Line<T> {
  readonly waiting: T[];
  isHeavy: boolean;
  /** How many of the latest evaluations in a row were quick. */
  quickInARow: number;
}

export const createLine = <T>(): Line<T> => ({ waiting: [], isHeavy: false, quickInARow: 0 });

export interface Turn<T> {
  readonly line: Line<T>;
  readonly request: T;
}

/**
 * Decides whose request is next: expressions take turns, whatever each has waiting. Of those whose last evaluation was
 * long at most `mostHeavy` run at once, so that they cannot hold all workers, and a processor is left to the main thread.
 */
export class Turns<T> {
  readonly #mostHeavy: number;
  /** Lines that could run: something waits, nothing runs. The next is first. */
  readonly #ready: Line<T>[] = [];
  readonly #running = new Set<Line<T>>();

  constructor(mostHeavy: number) {
    this.#mostHeavy = mostHeavy;
  }

  add(line: Line<T>, request: T): void {
    line.waiting.push(request);
    if (line.waiting.length === 1 && !this.#running.has(line)) this.#ready.push(line);
  }

  /** Takes the next request; its line is closed until `done`. Undefined when none may run now. */
  next(): Turn<T> | undefined {
    const heavy = [...this.#running].filter((line) => line.isHeavy).length;
    const at = this.#ready.findIndex((line) => !line.isHeavy || heavy < this.#mostHeavy);
    const [line] = at < 0 ? [] : this.#ready.splice(at, 1);
    const request = line?.waiting.shift();
    if (line === undefined || request === undefined) return undefined;
    this.#running.add(line);
    return { line, request };
  }

  /** @param tookMs how long the evaluation took; undefined when there was none */
  done(line: Line<T>, tookMs: number | undefined): void {
    this.#running.delete(line);
    if (tookMs !== undefined) {
      line.isHeavy = tookMs >= heavyMs;
      line.quickInARow = tookMs < quickMs ? line.quickInARow + 1 : 0;
    }
    if (line.waiting.length > 0) this.#ready.push(line);
  }

  /** Whether a request of the line waits or runs. */
  isOpen(line: Line<T>): boolean {
    return line.waiting.length > 0 || this.#running.has(line);
  }

  /** Takes all that waits. */
  clear(): T[] {
    const lines = [...this.#ready.splice(0), ...this.#running];
    return lines.flatMap((line) => line.waiting.splice(0));
  }
}

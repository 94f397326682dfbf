// One list of device ids that is read now and again: a file, a SQL query, a REST query. A failing reading keeps the last
// good list. What is done with the ids is the source's business.
import { type Clock, type Logger, type SignalboxError, type Timer, toSignalboxError } from "@signalbox/core";

export interface IdListOptions {
  /** For texts: `file data/devices.csv`. */
  readonly name: string;
  readonly everyMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  read(signal: AbortSignal): Promise<readonly string[]>;
  /** Called when a reading gave another list. */
  onChange(): void;
}

export class IdList {
  readonly name: string;
  readonly #options: IdListOptions;
  readonly #end = new AbortController();
  #ids: readonly string[] = [];
  #timer: Timer | undefined;
  #problem: SignalboxError | undefined;

  constructor(options: IdListOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** The last good list. */
  get ids(): readonly string[] {
    return this.#ids;
  }

  /** Why the list may be out of date. */
  get problem(): SignalboxError | undefined {
    return this.#problem;
  }

  /** The first reading, which must succeed: there is no good list yet. */
  async open(signal: AbortSignal): Promise<void> {
    this.#ids = unique(await this.#options.read(AbortSignal.any([signal, this.#end.signal])));
    this.#plan();
  }

  close(): void {
    this.#end.abort();
    this.#timer?.cancel();
  }

  #plan(): void {
    if (this.#end.signal.aborted) return;
    this.#timer = this.#options.clock.setTimer(() => void this.#readAgain(), this.#options.everyMs);
  }

  async #readAgain(): Promise<void> {
    const { name, log } = this.#options;
    try {
      const ids = unique(await this.#options.read(this.#end.signal));
      if (this.#problem !== undefined)
        log.info({ list: name, ids: ids.length }, "The list of devices can be read again.");
      this.#problem = undefined;
      const isChanged = ids.length !== this.#ids.length || ids.some((id, index) => id !== this.#ids[index]);
      this.#ids = ids;
      if (isChanged) this.#options.onChange();
    } catch (error) {
      if (this.#end.signal.aborted) return;
      const problem = toSignalboxError(error, "AKENZA_IDS_UNREADABLE", { isRetryable: true });
      if (problem.message !== this.#problem?.message) {
        log.warn(
          { code: problem.code, list: name, ids: this.#ids.length, problem: problem.message },
          "The list of devices cannot be read; the last good one stays.",
        );
      }
      this.#problem = problem;
    } finally {
      this.#plan();
    }
  }
}

function unique(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)];
}

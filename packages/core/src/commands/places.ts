import type { CommandRecord } from "./transitions.ts";

/** Lines whose latest place is remembered; beyond, those of the past are forgotten. */
const most = 10_000;

/** Where a command stands, in milliseconds since the epoch. */
export interface Place {
  /** In its line. */
  readonly at: number;
  /** Among those that supersede one another with it. */
  readonly takenAt: number;
}

/** Gives commands their places. Rows of one millisecond would be ordered by key: within a line each gets its own. */
export class Places {
  readonly #latest = new Map<string, number>();

  /** `behind` is what it was taken after, whatever the clock says. */
  take(command: CommandRecord, { now, behind = 0 }: { now: number; behind: number | undefined }): Place {
    const { connection, device, pipeline, sink, notBefore, dueAt } = command;
    if (this.#latest.size > most) {
      for (const [name, at] of this.#latest) if (at < now) this.#latest.delete(name);
    }
    const line = `${connection}/${device}`;
    const takenAt = this.#next(`${line} taken`, Math.max(now, behind + 1));
    // What is put off must not push back what is sent at once, nor what another sink puts off by less.
    return { at: this.#next(notBefore === undefined ? line : `${line} ${pipeline}/${sink}`, dueAt), takenAt };
  }

  #next(name: string, time: number): number {
    const next = Math.max(Math.ceil(time), (this.#latest.get(name) ?? 0) + 1);
    this.#latest.set(name, next);
    return next;
  }
}

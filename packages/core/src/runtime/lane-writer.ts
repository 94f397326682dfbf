import { uniqueInRun } from "./run-id.ts";
import type { Lanes, NewLaneEntry, RowState } from "../ports/store.ts";
import { type Persistence, persist } from "./persist.ts";

export interface LaneWriterOptions {
  /** What the log calls the entries. */
  readonly what: string;
  readonly lanes: Lanes;
  readonly persistence: Persistence;
}

/** Appends to lanes until the store has it, and once: a store may carry an append out and its answer be lost. */
export class LaneWriter {
  readonly #options: LaneWriterOptions;
  readonly #writer = uniqueInRun();
  #number = 0;

  constructor(options: LaneWriterOptions) {
    this.#options = options;
  }

  /** One call after the other for each lane. Rejects only when the engine's stop has run out of time. */
  append(lane: string, entries: readonly NewLaneEntry[], state: RowState): Promise<void> {
    const { what, lanes, persistence } = this.#options;
    const token = { writer: this.#writer, number: (this.#number += 1) };
    return persist(what, () => lanes.append(lane, entries, state, token), persistence);
  }
}

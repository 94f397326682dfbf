/** What is asked of a mark: a sample of its stream as akenza's history has it. Texts are canonical timestamps. */
export interface Dated {
  readonly timestamp: string;
  /** When akenza stored it; undefined where akenza does not say. */
  readonly dateStored: string | undefined;
}

/** A mark as it is kept in the store. */
export interface StoredMark {
  readonly time: string;
  readonly last?: string;
  readonly tail?: readonly string[];
  readonly through?: string;
  readonly asOf?: string;
}

/** Samples that come within this of each other may have been stored in the same millisecond: a busy process is late to see them. */
const togetherMs = 250;
/** Of a burst that long the older ones are sent again after a crash, rather than one be lost. */
const maxTail = 100;

/**
 * How far a stream (the samples of a device on one topic) has come. Live samples come in the order akenza stored them, so
 * that the last one says what all before it are; what is read from history comes in the order of its timestamps, as
 * akenza had it at one moment. decision 0012 says why neither serves for the other.
 */
export class Mark {
  /** The greatest timestamp. */
  time = "";
  /** Timestamp of the last live sample; "" before the first. */
  last = "";
  /** Timestamps of others that may have been stored in the same moment as `last`. */
  #tail: string[] | undefined;
  /** When `last` came, in milliseconds of the monotonic clock; unknown ones may be of any moment. */
  #lastAtMs = Number.POSITIVE_INFINITY;
  /** History has come up to this timestamp, of what akenza had stored before `asOf`. */
  #through = "";
  #asOf = "";

  static from(stored: StoredMark): Mark {
    const mark = new Mark();
    mark.time = stored.time;
    mark.last = stored.last ?? "";
    mark.#tail = stored.tail === undefined ? undefined : [...stored.tail];
    mark.#through = stored.through ?? "";
    mark.#asOf = stored.asOf ?? "";
    return mark;
  }

  toStored(): StoredMark {
    return {
      time: this.time,
      ...(this.last === "" ? {} : { last: this.last }),
      ...(this.#tail === undefined ? {} : { tail: [...this.#tail] }),
      ...(this.#through === "" ? {} : { through: this.#through, asOf: this.#asOf }),
    };
  }

  /** A live sample came, at `atMs` of the monotonic clock. */
  passLive(timestamp: string, atMs: number): void {
    if (this.last !== "" && atMs - this.#lastAtMs <= togetherMs) this.#addToTail(this.last);
    else this.#tail = undefined;
    this.last = timestamp;
    this.#lastAtMs = atMs;
    if (timestamp > this.time) this.time = timestamp;
    // Whatever was read from history was stored before it.
    this.#through = "";
    this.#asOf = "";
  }

  /** A sample of history came; those of one reading come in the order of their timestamps. */
  passRead(timestamp: string, asOf: string): void {
    if (timestamp > this.time) this.time = timestamp;
    // An earlier reading reached further: what it brought stays known.
    if (timestamp < this.#through) return;
    this.#through = timestamp;
    this.#asOf = asOf;
  }

  /** All that history had has come: `latest` was stored last of it, `together` in the same moment. */
  conclude(latest: string, together: readonly string[]): void {
    this.last = latest;
    this.#tail = together.length === 0 ? undefined : [...together];
    this.#lastAtMs = Number.POSITIVE_INFINITY;
    if (latest > this.time) this.time = latest;
    this.#through = "";
    this.#asOf = "";
  }

  /** Whether a sample has come; `lastStored` is when akenza stored `last`, undefined where its history does not show it. */
  knows({ timestamp, dateStored }: Dated, lastStored: string | undefined): boolean {
    if (dateStored === undefined) return timestamp <= this.time;
    if (timestamp <= this.#through && dateStored < this.#asOf) return true;
    if (this.last === "") return false;
    if (lastStored === undefined) return this.#through === "" && timestamp <= this.time;
    if (dateStored !== lastStored) return dateStored < lastStored;
    return timestamp === this.last || this.#tail?.includes(timestamp) === true;
  }

  #addToTail(timestamp: string): void {
    this.#tail ??= [];
    if (this.#tail.length >= maxTail) this.#tail.splice(0, maxTail / 2);
    this.#tail.push(timestamp);
  }
}

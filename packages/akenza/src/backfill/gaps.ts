import type { Clock, Logger } from "@signalbox/core";

/** Why samples could not be had. */
export type GapReason = "too old" | "no permission" | "refused";

/** A span of a device's history that a pipeline does not get. Times are ISO 8601. */
export interface Gap {
  readonly pipeline: string;
  readonly device: string;
  readonly from: string;
  readonly until: string;
  readonly reason: GapReason;
}

const maxKept = 100;
/** Gaps that have a line of their own in the log; of more at once only the number is said. */
const maxSaid = 20;
const quietMs = 60_000;

/** What back-fill could not bring: said, counted, and the latest ones kept. */
export class Gaps {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #latest: Gap[] = [];
  #count = 0;
  #said = 0;
  #saidSince = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  get count(): number {
    return this.#count;
  }

  /** The latest ones, oldest first. */
  get latest(): readonly Gap[] {
    return this.#latest;
  }

  add(gap: Gap): void {
    this.#count += 1;
    if (this.#latest.push(gap) > maxKept) this.#latest.shift();
    const now = this.#clock.monotonic();
    if (now - this.#saidSince > quietMs) {
      this.#said = 0;
      this.#saidSince = now;
    }
    this.#said += 1;
    if (this.#said > maxSaid) return;
    const rest = this.#said === maxSaid ? { note: "further gaps of this minute are only counted" } : {};
    this.#log.warn(
      { code: "AKENZA_HISTORY_GAP", ...gap, ...rest },
      "Samples of a device may be missing: its history could not be read whole.",
    );
  }

  /** `2 gaps in what was back-filled, the last of 02… from … until …: too old`; empty when there is none. */
  describe(): string {
    const last = this.#latest.at(-1);
    if (last === undefined) return "";
    const { device, from, until, reason } = last;
    const number = this.#count === 1 ? "1 gap" : `${this.#count} gaps`;
    return `${number} in what was back-filled, the last of ${device} from ${from} until ${until}: ${reason}`;
  }
}

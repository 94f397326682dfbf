import type { Clock, Timer } from "../../clock.ts";
import { formatLocation } from "../../location.ts";
import type { LogFields, Logger } from "../../log.ts";
import { traceFields } from "../../traceparent.ts";
import type { DeadLetter } from "./letter.ts";

const windowMs = 10_000;
const saidOneByOne = 10;

interface Kind {
  deaths: number;
  latest: DeadLetter;
}

/**
 * Says what died: the first ten of a kind (pipeline, sink, code) one by one, those that follow within ten seconds in one
 * line with their number, so that a sink that refuses everything does not fill the disk.
 */
export class DeathLog {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #kinds = new Map<string, Kind>();
  #timer: Timer | undefined;

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  note(letter: DeadLetter): void {
    const key = JSON.stringify([letter.pipeline, letter.sink, letter.code]);
    const kind = this.#kinds.get(key) ?? { deaths: 0, latest: letter };
    kind.deaths += 1;
    kind.latest = letter;
    this.#kinds.set(key, kind);
    if (kind.deaths <= saidOneByOne) this.#log.error(fieldsOf(letter), "A message became a dead letter.");
    this.#timer ??= this.#clock.setTimer(() => this.#endWindow(), windowMs);
  }

  /** Says what was not said yet. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const kind of this.#kinds.values()) this.#sayRest(kind);
    this.#kinds.clear();
  }

  // A kind that went on dying has no ten free lines in the next window: its letters are summed up until it is quiet.
  #endWindow(): void {
    this.#timer = undefined;
    for (const [key, kind] of this.#kinds) {
      if (this.#sayRest(kind)) kind.deaths = saidOneByOne;
      else this.#kinds.delete(key);
    }
    if (this.#kinds.size > 0) this.#timer = this.#clock.setTimer(() => this.#endWindow(), windowMs);
  }

  #sayRest({ deaths, latest }: Kind): boolean {
    const count = deaths - saidOneByOne;
    if (count <= 0) return false;
    this.#log.error({ ...fieldsOf(latest), count }, "More messages became dead letters; the latest is shown.");
    return true;
  }
}

function fieldsOf({ id, pipeline, sink, code, original, cause, at }: DeadLetter): LogFields {
  const place = at === undefined ? {} : { at: formatLocation(at) };
  const trace = traceFields(original.meta.traceparent);
  return { pipeline, sink, code, message: original.id, letter: id, cause, ...place, ...trace };
}

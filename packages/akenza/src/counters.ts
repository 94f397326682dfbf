import type { Clock, LogFields, Logger } from "@signalbox/core";

/** What a connection counted since the engine started. All but the first four say that something was not as expected. */
export interface StreamCounts {
  samples: number;
  connects: number;
  closes: number;
  sent: number;
  /** Frames that are no JSON object, or a sample without device or time. */
  malformed: number;
  binary: number;
  /** The other side's error messages. */
  errors: number;
  /** Samples that came again with the device, topic and time of the one before; left out. */
  repeated: number;
  /** Samples older than the latest of their device and topic; delivered. */
  late: number;
  /** Samples that no pipeline asked for, or that could not be told whose they are. */
  unrouted: number;
  /** Subscriptions that were refused. */
  refused: number;
  /** Events of the socket that a pipeline had no room for. */
  lost: number;
  /** Samples that were read from history. */
  backfilled: number;
}

/** Frame types beyond these are only summed up, so that a hostile peer cannot fill the memory with names. */
const maxUnknownTypes = 20;

export class Counters {
  readonly counts: StreamCounts = {
    samples: 0,
    connects: 0,
    closes: 0,
    sent: 0,
    malformed: 0,
    binary: 0,
    errors: 0,
    repeated: 0,
    late: 0,
    unrouted: 0,
    refused: 0,
    lost: 0,
    backfilled: 0,
  };
  readonly unknownTypes = new Map<string, number>();

  /** Counts a frame of unknown type; answers the name it is counted under. */
  countUnknownType(type: string): string {
    const short = type.slice(0, 40);
    const name = this.unknownTypes.has(short) || this.unknownTypes.size < maxUnknownTypes ? short : "(others)";
    this.unknownTypes.set(name, (this.unknownTypes.get(name) ?? 0) + 1);
    return name;
  }

  /** What is out of the ordinary, as a person reads it; empty when nothing is. */
  describe(): string {
    const { malformed, binary, errors, repeated, late, unrouted, lost, backfilled } = this.counts;
    const parts = Object.entries({ malformed, binary, errors, repeated, late, unrouted, lost, backfilled })
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${count} ${name}`);
    for (const [type, count] of this.unknownTypes) parts.push(`${count} of unknown type "${type}"`);
    return parts.join(", ");
  }
}

/** How long the same complaint is not repeated in the log. */
const quietMs = 60_000;

/** Warns of each kind of trouble at once, then at most once a minute: a flood of bad frames must not become a flood of lines. */
export class Complaints {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #kinds = new Map<string, { since: number; count: number }>();

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  warn(kind: string, fields: LogFields, sentence: string): void {
    const now = this.#clock.monotonic();
    const known = this.#kinds.get(kind);
    if (known !== undefined && now - known.since < quietMs) {
      known.count += 1;
      return;
    }
    const unsaid = known === undefined || known.count === 0 ? {} : { unsaid: known.count };
    this.#kinds.set(kind, { since: now, count: 0 });
    this.#log.warn({ ...fields, ...unsaid }, sentence);
  }
}

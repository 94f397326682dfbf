import type { Clock } from "../clock.ts";
import type { DiscardReason } from "../component/contracts.ts";
import { Durations } from "./durations.ts";
import type { MessageCounts, WriteCounts } from "./status.ts";

/** Counts per reason; the order of first appearance is kept. */
export class Reasons {
  readonly #byReason = new Map<DiscardReason, number>();
  total = 0;

  add(reason: DiscardReason): void {
    this.total += 1;
    this.#byReason.set(reason, (this.#byReason.get(reason) ?? 0) + 1);
  }

  snapshot(): Partial<Record<DiscardReason, number>> {
    return Object.fromEntries(this.#byReason);
  }
}

/** The message counts of one pipeline. Each is raised where the thing happens and nowhere else. */
export class MessageCounter {
  received = 0;
  resumed = 0;
  redriven = 0;
  taken = 0;
  divided = 0;
  handed = 0;
  settled = 0;
  inFlight = 0;
  parked = 0;
  deadLettered = 0;
  readonly discarded = new Reasons();
  readonly #clock: Clock;
  #receivedAt: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A message comes in flight; answers when that was, on the monotonic clock. */
  enter(origin: "received" | "redriven" | "taken"): number {
    const now = this.#clock.monotonic();
    this[origin] += 1;
    this.inFlight += 1;
    if (origin === "received") this.#receivedAt = now;
    return now;
  }

  /** How long ago the source gave its latest message; undefined before the first. */
  sinceReceivedMs(): number | undefined {
    return this.#receivedAt === undefined ? undefined : this.#clock.monotonic() - this.#receivedAt;
  }

  snapshot(): MessageCounts {
    const { received, resumed, redriven, taken, divided, handed, settled, inFlight, parked, deadLettered } = this;
    return {
      received,
      resumed,
      redriven,
      taken,
      divided,
      handed,
      settled,
      inFlight,
      parked,
      deadLettered,
      discarded: this.discarded.snapshot(),
      unaccounted: received + resumed + redriven + taken + divided - handed - settled - inFlight - parked,
    };
  }
}

/** The write counts of one sink. */
export class WriteCounter {
  due = 0;
  resumed = 0;
  delivered = 0;
  deadLettered = 0;
  inFlight = 0;
  parked = 0;
  retried = 0;
  readonly discarded = new Reasons();
  /** From the moment the engine took a message in until the sink had it. */
  readonly delivery = new Durations();
  /** One call of the sink each. */
  readonly tries = new Durations();

  snapshot(): WriteCounts {
    const { due, resumed, delivered, deadLettered, inFlight, parked, retried, discarded } = this;
    return {
      due,
      resumed,
      delivered,
      deadLettered,
      inFlight,
      parked,
      retried,
      discarded: discarded.snapshot(),
      unaccounted: due + resumed - delivered - discarded.total - deadLettered - inFlight - parked,
    };
  }
}

import type { Logger } from "../../log.ts";
import type { SpanCounts } from "../../ports/traces.ts";
import type { Tracer } from "./tracer.ts";

/** How an engine is traced. */
export interface TraceStatus {
  /** Where traces go. */
  readonly destination: string;
  /** The share that is sampled, in [0, 1]; failures are exported all the same. */
  readonly share: number;
  /** Until when everything is exported: ISO 8601. Absent where only the share is. */
  readonly allUntil?: string;
  readonly spans: SpanCounts;
  /** Why the receiver takes none at present. */
  readonly problem?: string;
}

/** What a person does with the traces of an engine. */
export interface TraceControl {
  status(): TraceStatus;
  /** Exports the traces of everything that begins within so many milliseconds from now; 0 goes back to the share. */
  takeAll(forMs: number, by: string): TraceStatus;
}

export function createTraceControl({ receiver, sampling }: Tracer, log: Logger): TraceControl {
  const status = (): TraceStatus => {
    const { allUntil, share } = sampling;
    const { problem, destination } = receiver;
    return {
      destination,
      share,
      ...(allUntil === undefined ? {} : { allUntil: new Date(allUntil).toISOString() }),
      spans: receiver.counts(),
      ...(problem === undefined ? {} : { problem }),
    };
  };
  return {
    status,
    takeAll(forMs, by) {
      sampling.takeAll(forMs);
      const now = status();
      if (now.allUntil === undefined) log.info({ by, share: now.share }, "A share of the traces is exported again.");
      else log.info({ by, until: now.allUntil }, "All traces are exported for a while.");
      return now;
    },
  };
}

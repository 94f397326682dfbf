import type { Message } from "../../message.ts";
import type { Span, SpanAttributes } from "../../ports/traces.ts";
import { parseTraceparent } from "../../traceparent.ts";
import type { TraceIds } from "./ids.ts";
import type { Mark } from "./marks.ts";

/** A message whose way through a pipeline is over, but for what is parked. */
export interface FlownMessage {
  readonly original: Message;
  readonly marks: readonly Mark[] | undefined;
  /** On the monotonic clock: when its last write was settled or parked. */
  readonly endedAt: number;
  readonly delivered: number;
  readonly discarded: number;
  readonly deadLettered: number;
  readonly parked: number;
  readonly parts?: { readonly count: number };
  /** The code of what it died of before any write. */
  readonly deathCode: string | undefined;
}

export interface FlightScope {
  readonly ids: TraceIds;
  /** Monotonic times as milliseconds since the epoch. */
  readonly wall: (monotonic: number) => number;
  readonly parentId: string | undefined;
  /** When the engine took it in, on the monotonic clock. */
  readonly takenInAt: number;
}

/** The span of a message, and one below it for each of its steps. */
export function flightSpans(flown: FlownMessage, { ids, wall, parentId, takenInAt }: FlightScope): readonly Span[] {
  const { original, marks = [], deathCode } = flown;
  const { traceId, spanId } = parseTraceparent(original.meta.traceparent ?? "");
  const { pipeline } = original.meta;
  const whole: Span = {
    traceId,
    spanId,
    parentId,
    name: `process ${pipeline}`,
    kind: "consumer",
    startMs: wall(takenInAt),
    endMs: wall(flown.endedAt),
    attributes: attributesOf(flown),
    links: [],
    errorCode: deathCode ?? (flown.deadLettered > 0 ? "dead-lettered" : undefined),
  };
  const steps = marks.map(({ item, end, startedAt, endedAt }): Span => ({
    traceId,
    spanId: ids.span(),
    parentId: spanId,
    name: `step ${item.name}`,
    kind: "internal",
    startMs: wall(startedAt),
    endMs: wall(endedAt),
    attributes: {
      "signalbox.pipeline": pipeline,
      "signalbox.step": item.name,
      "signalbox.component": item.definition.name,
      "signalbox.outcome": end,
    },
    links: [],
    errorCode: end === "failed" ? deathCode : undefined,
  }));
  return [whole, ...steps];
}

function attributesOf({ original, delivered, discarded, deadLettered, parked, parts }: FlownMessage): SpanAttributes {
  const { id, meta } = original;
  return {
    "messaging.system": "signalbox",
    "messaging.operation.name": "process",
    "messaging.operation.type": "process",
    "messaging.destination.name": meta.pipeline,
    "messaging.message.id": id,
    "signalbox.pipeline": meta.pipeline,
    "signalbox.source": meta.source,
    "signalbox.event_time": meta.time,
    ...(meta.device === undefined ? {} : { "signalbox.device": meta.device }),
    ...(meta.topic === undefined ? {} : { "signalbox.topic": meta.topic }),
    ...(meta.backfilled === undefined ? {} : { "signalbox.backfilled": meta.backfilled }),
    ...(parts === undefined ? {} : { "signalbox.parts": parts.count }),
    "signalbox.delivered": delivered,
    "signalbox.discarded": discarded,
    "signalbox.dead_lettered": deadLettered,
    "signalbox.parked": parked,
  };
}

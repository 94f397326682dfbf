import type { Span, SpanLink } from "../../ports/traces.ts";
import type { TickRecord } from "../../schedules/contracts.ts";

/** Whether a tick has come to an end that is told of. */
export function isTold({ outcome }: TickRecord): boolean {
  return outcome !== "running" && outcome !== "waiting";
}

/** The span of a tick: from its beginning to its last message's end, with what was planned beside it. */
export function tickSpan(tick: TickRecord, { traceId, spanId }: SpanLink): Span {
  const { pipeline, plannedAt, startedAt, endedAt, timing, outcome, by, delayMs = 0, engine } = tick;
  const startMs = startedAt ?? plannedAt;
  const lateMs = startedAt === undefined || by !== undefined ? undefined : startedAt - plannedAt - delayMs;
  return {
    traceId,
    spanId,
    parentId: undefined,
    name: `tick ${pipeline}`,
    kind: "internal",
    startMs,
    endMs: Math.max(startMs, endedAt ?? startMs),
    attributes: {
      "signalbox.pipeline": pipeline,
      "signalbox.tick.id": tick.id,
      "signalbox.tick.planned_at": new Date(plannedAt).toISOString(),
      "signalbox.tick.timing": timing,
      "signalbox.tick.outcome": outcome,
      "signalbox.tick.by_hand": by !== undefined,
      ...(delayMs > 0 ? { "signalbox.tick.delay_ms": delayMs } : {}),
      ...(lateMs === undefined ? {} : { "signalbox.tick.lateness_ms": lateMs }),
      ...(engine === undefined ? {} : { "signalbox.tick.engine": engine }),
    },
    links: [],
    errorCode: outcome === "failed" ? "SCHEDULE_TICK_FAILED" : undefined,
  };
}

import type { LogFields, Logger } from "../../log.ts";
import type { SpanLink } from "../../ports/traces.ts";

/** A log whose lines carry the trace of the tick they name, as those of messages and commands do. */
export function tickLog(log: Logger, traceOf: (tick: string) => SpanLink): Logger {
  const traced = (fields: LogFields): LogFields => {
    const { tick } = fields;
    if (typeof tick !== "string") return fields;
    const { traceId, spanId } = traceOf(tick);
    return { ...fields, trace_id: traceId, span_id: spanId };
  };
  return {
    debug: (fields, sentence) => log.debug(traced(fields), sentence),
    info: (fields, sentence) => log.info(traced(fields), sentence),
    warn: (fields, sentence) => log.warn(traced(fields), sentence),
    error: (fields, sentence) => log.error(traced(fields), sentence),
    child: (fields) => tickLog(log.child(traced(fields)), traceOf),
  };
}

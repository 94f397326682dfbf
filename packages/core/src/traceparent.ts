/** What a message or a request says of the trace it belongs to: W3C Trace Context. */
export interface TraceContext {
  /** 32 hex digits. */
  readonly traceId: string;
  /** The span that what follows belongs under: 16 hex digits. */
  readonly spanId: string;
  /** Whether those before recorded it. */
  readonly isSampled: boolean;
}

const form = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Whether a text is a `traceparent`, of any version there may come to be. */
export function isTraceparent(text: string): boolean {
  // Versions to come may say more behind what is known of them.
  return form.test(text.startsWith("00") ? text : text.slice(0, 55));
}

/** Of a text that is a `traceparent`. */
export function parseTraceparent(text: string): TraceContext {
  return { traceId: traceIdOf(text), spanId: text.slice(36, 52), isSampled: isSampled(text) };
}

export function traceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}

export function isSampled(traceparent: string): boolean {
  // The last bit of its last hex digit; it is asked for several times of every message.
  return "13579bdf".includes(traceparent.charAt(54));
}

export function traceparentOf(traceId: string, spanId: string, isSampled: boolean): string {
  return `00-${traceId}-${spanId}-${isSampled ? "01" : "00"}`;
}

/** The fields of a log line that speaks of something in a trace, as logs are found by them elsewhere. */
export function traceFields(traceparent: string | undefined): {
  readonly trace_id?: string;
  readonly span_id?: string;
} {
  if (traceparent === undefined) return {};
  const { traceId, spanId } = parseTraceparent(traceparent);
  return { trace_id: traceId, span_id: spanId };
}

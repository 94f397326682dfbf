// Spans in the JSON form of the OpenTelemetry protocol, version 1. Not here: sending them (otlp-sender.ts).
import type { Span, SpanAttributes, SpanLink } from "@signalbox/core";

/** What every span is told with. */
export interface TracedService {
  readonly name: string;
  readonly version: string;
  /** Tells engines of one name apart. */
  readonly instance: string;
}

type Value =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: string }
  | { readonly doubleValue: number };

const kinds = { internal: 1, client: 3, producer: 4, consumer: 5 } as const;
const failed = { code: 2 } as const;
/** Ids come from outside: longer texts are cut. */
const mostCharacters = 1_000;

/** The body of one export request. Every text passes `redact`. */
export function traceRequest(spans: readonly Span[], service: TracedService, redact: (text: string) => string): string {
  const { name, version, instance } = service;
  const resource = { "service.name": name, "service.version": version, "service.instance.id": instance };
  const words: Words = { redact };
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: attributesOf(resource, words) },
        scopeSpans: [{ scope: { name: "signalbox", version }, spans: spans.map((span) => spanOf(span, words)) }],
      },
    ],
  });
}

interface Words {
  readonly redact: (text: string) => string;
}

function spanOf(span: Span, words: Words): object {
  const { traceId, spanId, parentId, kind, startMs, endMs, links, errorCode } = span;
  const attributes = errorCode === undefined ? span.attributes : { ...span.attributes, "error.type": errorCode };
  return {
    traceId,
    spanId,
    ...(parentId === undefined ? {} : { parentSpanId: parentId }),
    name: shown(span.name, words),
    kind: kinds[kind],
    startTimeUnixNano: nanosecondsOf(startMs),
    endTimeUnixNano: nanosecondsOf(Math.max(startMs, endMs)),
    attributes: attributesOf(attributes, words),
    ...(links.length === 0 ? {} : { links: links.map(linkOf) }),
    ...(errorCode === undefined ? {} : { status: failed }),
  };
}

function linkOf({ traceId, spanId }: SpanLink): SpanLink {
  return { traceId, spanId };
}

function attributesOf(
  attributes: SpanAttributes,
  words: Words,
): readonly { readonly key: string; readonly value: Value }[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: valueOf(value, words) }));
}

// 64-bit integers are texts in this form.
function valueOf(value: string | number | boolean, words: Words): Value {
  if (typeof value === "string") return { stringValue: shown(value, words) };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

function shown(text: string, { redact }: Words): string {
  // Cut afterwards: a part of a secret would not be known for one.
  return redact(text).slice(0, mostCharacters);
}

/** Nanoseconds of milliseconds: more digits than a number holds. */
function nanosecondsOf(ms: number): string {
  const whole = Math.floor(ms);
  return `${whole}${String(Math.floor((ms - whole) * 1e6)).padStart(6, "0")}`;
}

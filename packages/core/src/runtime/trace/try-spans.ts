// Tells of the tries of one sink: each call of it with a message or a batch. Not here: the tries themselves (sink-tries.ts).
import type { WriteResult } from "../../component/contracts.ts";
import type { SinkItem } from "../../config/model.ts";
import { inTrace, type Message } from "../../message.ts";
import type { Span, SpanAttributes, SpanLink } from "../../ports/traces.ts";
import { isSampled, parseTraceparent, traceIdOf, traceparentOf } from "../../traceparent.ts";
import { wallTimes } from "./instants.ts";
import type { Tracer } from "./tracer.ts";

/** Traces of one batch that a span can name: what OpenTelemetry holds by default. */
const mostLinks = 128;

/** How a try came about. */
export interface TryFacts {
  /** 1 for the first. */
  readonly attempt: number;
  /** Its messages were parked before: something had gone wrong, and their traces are exported. */
  readonly wasParked: boolean;
}

export interface TriedBatch extends TryFacts {
  readonly messages: readonly Message[];
  readonly results: readonly WriteResult[];
  /** On the monotonic clock. */
  readonly startedAt: number;
}

export class TryTracer {
  readonly #tracer: Tracer;
  readonly #pipeline: string;
  readonly #item: SinkItem;

  constructor(tracer: Tracer, pipeline: string, item: SinkItem) {
    this.#tracer = tracer;
    this.#pipeline = pipeline;
    this.#item = item;
  }

  /**
   * The messages as the sink gets them: those whose traces will be exported name the try as what they belong under, so
   * that what the sink hands on to others stands below it.
   */
  begin(messages: readonly Message[], { wasParked }: Pick<TryFacts, "wasParked">): readonly Message[] {
    if (!wasParked && !messages.some(isTraced)) return messages;
    return messages.map((message) => {
      const { traceparent } = message.meta;
      if (traceparent === undefined || !(wasParked || isSampled(traceparent))) return message;
      const own = traceparentOf(traceIdOf(traceparent), this.#tracer.ids.span(), true);
      return inTrace(message, own);
    });
  }

  /** `given`: the messages as `begin` answered them. */
  end(given: readonly Message[], batch: TriedBatch): void {
    const { messages, results } = batch;
    // Nearly always: none is traced, and all went well.
    if (given === messages && !results.some(isTrouble)) return;
    const told = this.#told(given, batch);
    if (told.length === 0) return;
    if (this.#tracer.receiver.room < told.length) return this.#tracer.receiver.drop(told.length);
    this.#tracer.give(this.#spans(told, batch));
  }

  #told(given: readonly Message[], { messages, results, wasParked }: TriedBatch): readonly Told[] {
    const told: Told[] = [];
    for (const [index, { meta }] of messages.entries()) {
      const [result, under] = [results[index], meta.traceparent];
      if (result === undefined || under === undefined) continue;
      const isWanted = wasParked || isTrouble(result);
      if (isWanted) this.#tracer.want(traceIdOf(under));
      if (isWanted || isSampled(under)) told.push({ index, result, under, own: given[index]?.meta.traceparent });
    }
    return told;
  }

  /** In each trace a span for the try. They name one another where it was one try of several messages. */
  #spans(told: readonly Told[], batch: TriedBatch): readonly Span[] {
    const { clock, ids } = this.#tracer;
    const endMs = clock.now();
    const startMs = wallTimes(clock)(batch.startedAt);
    const placed = told.map((each) => {
      const { traceId, spanId: parentId } = parseTraceparent(each.under);
      const isOwn = each.own !== undefined && each.own !== each.under;
      return { ...each, traceId, parentId, spanId: isOwn ? parseTraceparent(each.own).spanId : ids.span() };
    });
    const [first] = placed;
    return placed.map((each): Span => {
      const { result, traceId, spanId, parentId } = each;
      const others = each === first ? placed.slice(1) : first === undefined ? [] : [first];
      return {
        traceId,
        spanId,
        parentId,
        name: `send ${this.#item.name}`,
        kind: "client",
        startMs,
        endMs,
        attributes: { ...this.#attributesOf(batch), ...httpAttributes(result), "signalbox.outcome": result.status },
        links: others.slice(0, mostLinks).map(linkTo),
        errorCode: "cause" in result ? result.cause.code : undefined,
      };
    });
  }

  #attributesOf({ messages, attempt, wasParked }: TriedBatch): SpanAttributes {
    const { name, definition } = this.#item;
    return {
      "messaging.system": "signalbox",
      "messaging.operation.name": "send",
      "messaging.operation.type": "send",
      "messaging.destination.name": name,
      ...(messages.length > 1 ? { "messaging.batch.message_count": messages.length } : {}),
      "signalbox.pipeline": this.#pipeline,
      "signalbox.sink": name,
      "signalbox.component": definition.name,
      "signalbox.attempt": attempt,
      "signalbox.was_parked": wasParked,
      ...(attempt > 1 && definition.name === "http" ? { "http.request.resend_count": attempt - 1 } : {}),
    };
  }
}

interface Told {
  readonly index: number;
  readonly result: WriteResult;
  /** The message's own `traceparent`. */
  readonly under: string;
  /** What the sink was given. */
  readonly own: string | undefined;
}

function isTrouble({ status }: WriteResult): boolean {
  return status === "retryable" || status === "rejected";
}

function isTraced({ meta }: Message): boolean {
  return meta.traceparent !== undefined && isSampled(meta.traceparent);
}

function linkTo({ traceId, spanId }: SpanLink): SpanLink {
  return { traceId, spanId };
}

/** Of the request behind a result. Its URL may hold secrets: user, password, query and fragment are left out. */
function httpAttributes({ http }: WriteResult): SpanAttributes {
  if (http === undefined) return {};
  const { method, url, status } = http;
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  return {
    "http.request.method": method,
    "url.full": `${url.protocol}//${url.host}${url.pathname}`,
    "server.address": url.hostname,
    "server.port": port,
    ...(status === undefined ? {} : { "http.response.status_code": status }),
  };
}

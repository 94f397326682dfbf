// Follows messages, ticks and commands through an engine and makes spans of those that are exported. Of the others next to
// nothing is kept: an id, and when their steps ended. Not here: sending spans on (behind SpanReceiver).
import type { Clock } from "../../clock.ts";
import type { Command } from "../../commands/contracts.ts";
import { inTrace, type Message } from "../../message.ts";
import type { Span, SpanLink, SpanReceiver } from "../../ports/traces.ts";
import type { TickRecord } from "../../schedules/contracts.ts";
import { isSampled, parseTraceparent, traceIdOf, traceparentOf } from "../../traceparent.ts";
import type { WriteOwner } from "../write.ts";
import { commandSpans, isFailure, isOver } from "./command-spans.ts";
import { flightSpans, type FlownMessage } from "./flight-spans.ts";
import { TraceIds, idsOf } from "./ids.ts";
import { wallTimes } from "./instants.ts";
import { Sampling } from "./sampling.ts";
import { isTold, tickSpan } from "./tick-spans.ts";

export interface TracerOptions {
  readonly receiver: SpanReceiver;
  /** Of the traces that begin here: in [0, 1]. */
  readonly share: number;
  /**
   * Tells the schedules of this engine and those that share its store from all others: their ticks have trace ids of their
   * own, which any of these engines can tell.
   */
  readonly realm: string;
  readonly clock: Clock;
}

export class Tracer {
  readonly receiver: SpanReceiver;
  readonly sampling: Sampling;
  readonly clock: Clock;
  readonly ids = new TraceIds();
  readonly #realm: string;

  constructor({ receiver, share, realm, clock }: TracerOptions) {
    this.receiver = receiver;
    this.clock = clock;
    this.sampling = new Sampling(share, clock);
    this.#realm = realm;
  }

  /** The message as it flows: with a span of its own, in the trace it came with or in a new one. */
  enter(message: Message): Message {
    return inTrace(message, this.#traceparentOf(message));
  }

  /** A message has flown: it is exported where it is sampled, or something went wrong with it. `before` is it as it came. */
  flew(flown: FlownMessage & Pick<WriteOwner, "takenInAt">, before: Message): void {
    const { traceparent } = flown.original.meta;
    if (traceparent === undefined) return;
    const traceId = traceIdOf(traceparent);
    const isTrouble = flown.deadLettered > 0 || flown.parked > 0;
    if (isTrouble) this.want(traceId);
    if (!isTrouble && !isSampled(traceparent) && !this.sampling.isWanted(traceId)) return;
    const spans = 1 + (flown.marks?.length ?? 0);
    if (this.receiver.room < spans) return this.receiver.drop(spans);
    const { clock, ids } = this;
    const parentId = this.#parentOf(before)?.spanId;
    this.give(flightSpans(flown, { ids, wall: wallTimes(clock), parentId, takenInAt: flown.takenInAt(clock) }));
  }

  /** A tick has ended, or was left out. */
  ticked(tick: TickRecord): void {
    if (!isTold(tick)) return;
    const { traceId, spanId } = this.idsOfTick(tick.id);
    const isTrouble = tick.outcome === "failed" || tick.timing === "missed";
    if (!isTrouble && !this.sampling.isWanted(traceId) && !this.sampling.begins(traceId, tick.startedAt)) return;
    this.give([tickSpan(tick, { traceId, spanId })]);
  }

  /** A command has entered a state. It is told of as a whole when that is an end. */
  commanded(command: Command): void {
    const { traceparent } = command;
    if (traceparent === undefined || !isOver(command)) return;
    const traceId = traceIdOf(traceparent);
    if (!isFailure(command) && !isSampled(traceparent) && !this.sampling.isWanted(traceId)) return;
    if (isFailure(command)) this.want(traceId);
    this.give(commandSpans(command, parseTraceparent(traceparent)));
  }

  /** A tick's trace, and its span there. */
  idsOfTick(id: string): SpanLink {
    return idsOf(this.#realm, id);
  }

  want(traceId: string): void {
    this.sampling.want(traceId);
  }

  give(spans: readonly Span[]): void {
    this.receiver.take(spans);
  }

  #traceparentOf(message: Message): string {
    const { meta } = message;
    const parent = this.#parentOf(message);
    if (parent === undefined) return this.ids.begin(this.sampling.isAll() ? 1 : this.sampling.share);
    const { traceId } = parent;
    // Whoever began the trace has decided; a tick's begins here.
    const isTaken = meta.traceparent === undefined ? this.sampling.begins(traceId) : isSampled(meta.traceparent);
    return traceparentOf(traceId, this.ids.span(), isTaken || this.sampling.isAll());
  }

  /** What a message belongs under: what it came with, or its tick. */
  #parentOf({ id, meta }: Message): { readonly traceId: string; readonly spanId: string } | undefined {
    if (meta.traceparent !== undefined) return parseTraceparent(meta.traceparent);
    return meta.source === "schedule" ? this.idsOfTick(id) : undefined;
  }
}

import type { Clock } from "../../clock.ts";
import type { WriteResult } from "../../component/contracts.ts";
import type { SignalboxError } from "../../errors/error.ts";
import type { SinkItem } from "../../config/model.ts";
import type { Write } from "../write.ts";
import type { EngineRecord } from "./engine-record.ts";
import type { PipelineRecord } from "./pipeline-record.ts";
import type { Stage, StageOutcome } from "./stage.ts";

/** Says what became of the writes of one sink: to who watches, and into the record unless a write is simply delivered. */
export class WriteEnds {
  readonly #record: PipelineRecord;
  readonly #clock: Clock;
  readonly #item: SinkItem;

  constructor(engine: EngineRecord, pipeline: string, item: SinkItem) {
    this.#clock = engine.clock;
    this.#record = engine.of(pipeline);
    this.#item = item;
  }

  /** A try from memory succeeded: the message's own record says so already. */
  delivered(write: Write): void {
    this.#record.watch?.tell(this.#stage(write, "delivered"));
  }

  /** A write that was parked has ended. */
  endedLater(write: Write, result: WriteResult): void {
    if (result.status === "delivered") this.#keep(this.#stage(write, "delivered"));
    else if (result.status === "discarded") this.discarded(write, result.reason);
  }

  discarded(write: Write, reason: Extract<WriteResult, { status: "discarded" }>["reason"]): void {
    this.#keep({ ...this.#stage(write, "discarded"), reason });
  }

  /** A try failed, and others will follow. */
  failedForNow(
    write: Write,
    cause: SignalboxError,
    next?: { readonly dueAt: number; readonly attempts: number },
  ): void {
    const stage = { ...this.#stage(write, "tried"), code: cause.code, cause: cause.message };
    this.#keep(next === undefined ? stage : { ...stage, nextTryAt: next.dueAt, attempts: next.attempts });
  }

  /** Without `first` it waits behind others of its key. */
  parked(write: Write, first?: { readonly dueAt: number; readonly attempts: number }): void {
    const stage = this.#stage(write, "parked");
    this.#keep(first === undefined ? stage : { ...stage, nextTryAt: first.dueAt, attempts: first.attempts });
  }

  died(write: Write, cause: SignalboxError, letter: string): void {
    const { code, message, at = this.#item.at } = cause;
    const stage = { ...this.#stage(write, "dead"), code, cause: message, at, letter };
    this.#record.deaths.add({ at: this.#clock.now(), stage, original: write.owner.original });
    this.#record.watch?.tell(stage);
  }

  #stage({ message }: Write, outcome: StageOutcome): Stage {
    const { name, definition, at } = this.#item;
    return { kind: "write", name, component: definition.name, at, message, outcome };
  }

  #keep(stage: Stage): void {
    this.#record.watch?.tell(stage);
    // A parked write's body is in the store, and need not be kept in memory too.
    const light = { ...stage, message: { ...stage.message, body: undefined } };
    this.#record.ends.add({ at: this.#clock.now(), stage: light });
  }
}

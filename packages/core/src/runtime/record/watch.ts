import type { Outcome } from "../../component/contracts.ts";
import { judge } from "../../component/expression.ts";
import { SignalboxError } from "../../errors/error.ts";
import type { Message } from "../../message.ts";
import { type RunningStep, tried } from "../flow-parts.ts";
import type { SinkItem, StepItem } from "../../config/model.ts";
import { type Due, sinkStage, type Stage, stepStage } from "./stage.ts";

/** Gets each stage of each message of a pipeline while it watches; it must not throw, and takes no time. */
export type Watcher = (stage: Stage) => void;

/** Those who watch a pipeline. A message that comes in while there are some carries it through the flow. */
export class Watch {
  readonly #watchers: ReadonlySet<Watcher>;

  constructor(watchers: ReadonlySet<Watcher>) {
    this.#watchers = watchers;
  }

  came(message: Message): void {
    this.tell({ kind: "source", name: "source", component: message.meta.source, message, outcome: "came" });
  }

  /** As `runStep`, and tells of it. */
  async step({ item, step }: Pick<RunningStep, "item" | "step">, message: Message): Promise<Outcome | SignalboxError> {
    const { when } = item;
    const verdict = when === undefined ? "true" : await tried(() => judge(when, message));
    if (verdict instanceof SignalboxError) return this.#failed(item, message, verdict);
    const outcome = verdict === "true" ? await tried(() => step.process(message)) : message;
    if (outcome instanceof SignalboxError) return this.#failed(item, message, outcome);
    this.tell(stepStage(item, message, { verdict, outcome }));
    return outcome;
  }

  sink(item: SinkItem, message: Message, due: Due): void {
    this.tell(sinkStage(item, message, due));
  }

  tell(stage: Stage): void {
    for (const watcher of this.#watchers) watcher(stage);
  }

  #failed(item: StepItem, message: Message, failure: SignalboxError): SignalboxError {
    this.tell(stepStage(item, message, { failure }));
    return failure;
  }
}

// What the steps and sinks of a pipeline make of a message, computed again for who asks afterwards. Without a write.
// Not here: the flow itself (flow.ts), which this follows stage by stage.
import { isDiscard } from "../../component/contracts.ts";
import { type Expression, judge, type Verdict } from "../../component/expression.ts";
import type { StepItem } from "../../config/model.ts";
import { SignalboxError } from "../../errors/error.ts";
import type { Message } from "../../message.ts";
import type { FlowOptions } from "../flow.ts";
import { isMany, type RunningStep, shape, tried } from "../flow-parts.ts";
import type { Held } from "./pipeline-record.ts";
import { expressionsIn, valuesSeen } from "./saw.ts";
import { type Due, sinkStage, type Stage, stepStage } from "./stage.ts";

/** The parts of a flow that decide. */
export type Explained = Pick<FlowOptions, "steps" | "sinks" | "route">;

/** Stages told of one message, at most: it may have been split into thousands. */
const mostStages = 200;

/** `held`: what steps that remember did with it, which cannot be computed. */
export async function explain(
  flow: Explained,
  message: Message,
  held: readonly Held[] = [],
): Promise<readonly Stage[]> {
  const stages: Stage[] = [];
  for await (const stage of advance({ flow, held, from: 0 }, message)) {
    stages.push(stage);
    if (stages.length === mostStages) break;
  }
  return stages;
}

interface Way {
  readonly flow: Explained;
  readonly held: readonly Held[];
  readonly from: number;
}

async function* advance({ flow, held, from }: Way, message: Message): AsyncGenerator<Stage> {
  let current = message;
  for (const [index, running] of flow.steps.entries()) {
    if (index < from) continue;
    const { stage, outcome } = await through(running, current, held);
    yield stage;
    if (outcome === undefined || outcome instanceof SignalboxError || isDiscard(outcome)) return;
    if (isMany(outcome)) {
      for (const child of outcome) yield* advance({ flow, held, from: index + 1 }, child);
      return;
    }
    current = outcome;
  }
  yield* dispatch(flow, current);
}

type Through = {
  readonly stage: Stage;
  readonly outcome: Awaited<ReturnType<RunningStep["step"]["process"]>> | undefined;
};

async function through({ item, step }: RunningStep, message: Message, held: readonly Held[]): Promise<Through> {
  const { when } = item;
  const verdict = when === undefined ? "true" : await tried(() => judge(when, message));
  if (verdict instanceof SignalboxError)
    return { stage: stepStage(item, message, { failure: verdict }), outcome: undefined };
  if (verdict !== "true") {
    const stage = stepStage(item, message, { verdict, outcome: message });
    return { stage: { ...stage, ...(await conditionOf(when, message)) }, outcome: message };
  }
  const expression = expressionOf(item);
  const saw = await conditionOf(expression, message);
  if (item.definition.remembers === true) return remembered(item, message, { held, saw });
  const outcome = await tried(() => step.process(message));
  if (outcome instanceof SignalboxError) {
    return { stage: { ...stepStage(item, message, { failure: outcome }), ...saw }, outcome: undefined };
  }
  const stage = stepStage(item, message, { verdict, outcome });
  const isDecision = isDiscard(outcome) || outcome === message;
  return { stage: isDecision ? { ...stage, ...saw, at: expression?.at ?? item.at } : stage, outcome };
}

/** What a step that decides by what passed before did is known only where it held the message back. */
function remembered(
  item: StepItem,
  message: Message,
  { held, saw }: { readonly held: readonly Held[]; readonly saw: Condition },
): Through {
  const found = held.find((each) => each.step === item.name && each.message === message.id);
  const outcome = found === undefined ? message : { discard: found.reason };
  const stage = { ...stepStage(item, message, { verdict: "true", outcome }), ...saw };
  return { stage: found === undefined ? { ...stage, outcome: "remembered" } : stage, outcome };
}

async function* dispatch({ sinks, route }: Explained, message: Message): AsyncGenerator<Stage> {
  let isTaken = false;
  for (const { item } of sinks) {
    const { when, transform } = item;
    const isOver: boolean = isTaken && route === "first";
    const verdict: Verdict | SignalboxError =
      isOver || when === undefined ? "true" : await tried(() => judge(when, message));
    const isDue: boolean = verdict === "true" && !isOver;
    const shaped = isDue && transform !== undefined ? await tried(() => shape(transform, message)) : message;
    const due = isOver ? "not-reached" : verdict === "true" ? dueAs(shaped) : notDue(verdict);
    yield { ...sinkStage(item, message, due), ...(isOver ? {} : await conditionOf(when, message)) };
    isTaken ||= isDue || verdict instanceof SignalboxError;
  }
}

function dueAs(shaped: Message | SignalboxError): Due {
  return shaped instanceof SignalboxError ? { failure: shaped } : { shaped };
}

function notDue(verdict: "false" | "nothing" | SignalboxError): Due {
  return verdict instanceof SignalboxError ? { failure: verdict } : verdict;
}

type Condition = Pick<Stage, "condition" | "saw">;

async function conditionOf(condition: Expression | undefined, message: Message): Promise<Condition> {
  if (condition === undefined) return {};
  return { condition: condition.text, saw: await valuesSeen(condition, message) };
}

function expressionOf({ config }: StepItem): Expression | undefined {
  return expressionsIn(config)[0];
}

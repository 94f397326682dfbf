// What the steps and sinks of a pipeline would make of a message, without a write: for the preview of a redrive.
// Not here: the flow itself (flow.ts), which this follows step by step.
import { isDiscard } from "../component/contracts.ts";
import { judge } from "../component/expression.ts";
import { SignalboxError } from "../errors/error.ts";
import type { Message } from "../message.ts";
import type { DirectWrite, Preview, PreviewResult } from "./dead-letters.ts";
import type { FlowOptions } from "./flow.ts";
import { isMany, type RunningStep, runStep, shape, tried } from "./flow-parts.ts";

type Previewed = Pick<FlowOptions, "steps" | "sinks" | "route">;

/** Resolves to what would become of `message`; steps that remember what passed are taken to let it pass. */
export async function previewFlow(flow: Previewed, message: Message, direct?: DirectWrite): Promise<Preview> {
  if (direct !== undefined) {
    const { sink, message: written } = direct;
    return { results: [{ message: written.id, sink, status: "written", body: written.body }], notes: [] };
  }
  const results: PreviewResult[] = [];
  for await (const result of advance(flow, message, 0)) results.push(result);
  return { results, notes: flow.steps.filter(remembers).map(noteOn) };
}

async function* advance(flow: Previewed, message: Message, from: number): AsyncGenerator<PreviewResult> {
  let current = message;
  for (const [index, running] of flow.steps.entries()) {
    if (index < from || remembers(running)) continue;
    const outcome = await tried(() => runStep(running, current));
    if (outcome instanceof SignalboxError) return yield dead(current, outcome);
    if (isDiscard(outcome)) return yield { message: current.id, status: "discarded", reason: outcome.discard };
    if (isMany(outcome)) {
      for (const child of outcome) yield* advance(flow, child, index + 1);
      if (outcome.length === 0) yield { message: current.id, status: "discarded", reason: "nothing" };
      return;
    }
    current = outcome;
  }
  yield* dispatch(flow, current);
}

async function* dispatch({ sinks, route }: Previewed, message: Message): AsyncGenerator<PreviewResult> {
  let isTaken = false;
  for (const { item } of sinks) {
    const { name: sink, when, transform } = item;
    const verdict = when === undefined ? "true" : await tried(() => judge(when, message));
    if (verdict === "false" || verdict === "nothing") continue;
    isTaken = true;
    const isDue = verdict === "true";
    const shaped = isDue && transform !== undefined ? await tried(() => shape(transform, message)) : message;
    const failure = isDue ? shaped : verdict;
    if (failure instanceof SignalboxError) yield { ...dead(message, failure), sink };
    else yield { message: message.id, sink, status: "written", body: failure.body };
    if (route === "first") return;
  }
  if (!isTaken) yield { message: message.id, status: "discarded", reason: "no-route" };
}

function dead({ id }: Message, { code, message: cause, at }: SignalboxError): PreviewResult {
  return { message: id, status: "dead", code, cause, ...(at === undefined ? {} : { at }) };
}

function remembers({ item }: RunningStep): boolean {
  return item.definition.remembers === true;
}

function noteOn({ item }: RunningStep): string {
  return `step "${item.name}" decides by what passed before: the preview lets the message pass, a redrive may not`;
}

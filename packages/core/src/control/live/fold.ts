import { pipelineNumbers, sinkNumbers, stepNumbers } from "./numbers.ts";
import type {
  LiveEvent,
  LivePipeline,
  LiveState,
  PipelineFacts,
  PipelineNumbers,
  Row,
  SinkNumbers,
  StepNumbers,
} from "./shapes.ts";

/** How many notices a listener keeps. */
const keptNotices = 50;

/**
 * What is known after an event. What it does not touch stays the same object, so that who shows it need not draw it again.
 * Throws for a first event that is not whole.
 */
export function foldLive(before: LiveState | undefined, event: LiveEvent): LiveState {
  const known = event.isWhole === true ? undefined : before;
  const { isWhole: _isWhole, pipelines: _facts, removed: _removed, ...others } = event;
  const { rows: _rows, stepRows: _stepRows, sinkRows: _sinkRows, ...rest } = others;
  if (known === undefined) return { ...wholeOf(rest, event), pipelines: foldPipelines([], event) };
  const notices = event.notices === undefined ? known.notices : [...event.notices, ...known.notices];
  return {
    ...known,
    ...rest,
    notices: notices === known.notices ? notices : notices.slice(0, keptNotices),
    pipelines: foldPipelines(known.pipelines, event),
  };
}

function wholeOf(rest: Partial<LiveState>, { at }: LiveEvent): Omit<LiveState, "pipelines"> {
  const { engine, deadLetters, connections = [], notices = [], ticks = [], commands = [] } = rest;
  if (engine === undefined || deadLetters === undefined) throw new Error("the first event of a live stream is whole");
  const { readiness, reload } = rest;
  return { at, engine, deadLetters, connections, notices, ticks, commands, readiness, reload };
}

function foldPipelines(known: readonly LivePipeline[], event: LiveEvent): readonly LivePipeline[] {
  const { pipelines: facts = [], removed = [], rows = [], stepRows = [], sinkRows = [] } = event;
  if ([facts, removed, rows, stepRows, sinkRows].every(({ length }) => length === 0)) return known;
  const gone = new Set(removed);
  const byIndex = new Map(known.filter(({ name }) => !gone.has(name)).map((each) => [each.index, each]));
  for (const each of facts) byIndex.set(each.index, withNumbers(each));
  for (const row of rows) {
    const pipeline = byIndex.get(row[0] ?? -1);
    if (pipeline !== undefined) byIndex.set(pipeline.index, { ...pipeline, numbers: numbersOf(row) });
  }
  for (const [index, own] of grouped(stepRows)) {
    const pipeline = byIndex.get(index);
    if (pipeline === undefined) continue;
    byIndex.set(index, { ...pipeline, steps: foldParts(pipeline.steps, own, stepNumbersOf) });
  }
  for (const [index, own] of grouped(sinkRows)) {
    const pipeline = byIndex.get(index);
    if (pipeline === undefined) continue;
    byIndex.set(index, { ...pipeline, sinks: foldParts(pipeline.sinks, own, sinkNumbersOf) });
  }
  return [...byIndex.values()];
}

/** Steps or sinks with the numbers of their rows. */
function foldParts<Numbers, Part extends { readonly numbers: Numbers }>(
  parts: readonly Part[],
  rows: readonly Row[],
  numbersOf: (row: Row) => Numbers,
): readonly Part[] {
  const next = [...parts];
  for (const row of rows) {
    const at = row[1] ?? -1;
    const part = next[at];
    if (part !== undefined) next[at] = { ...part, numbers: numbersOf(row) };
  }
  return next;
}

function grouped(rows: readonly Row[]): ReadonlyMap<number, readonly Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const group = groups.get(row[0] ?? -1);
    if (group === undefined) groups.set(row[0] ?? -1, [row]);
    else group.push(row);
  }
  return groups;
}

function withNumbers(facts: PipelineFacts): LivePipeline {
  const steps = facts.steps.map((step) => ({ ...step, numbers: stepNumbersOf([]) }));
  const sinks = facts.sinks.map((sink) => ({ ...sink, numbers: sinkNumbersOf([]) }));
  return { ...facts, numbers: numbersOf([]), steps, sinks };
}

function numbersOf(row: Row): PipelineNumbers {
  return named(pipelineNumbers, row, 1);
}

function stepNumbersOf(row: Row): StepNumbers {
  return named(stepNumbers, row, 2);
}

function sinkNumbersOf(row: Row): SinkNumbers {
  return named(sinkNumbers, row, 2);
}

function named(names: readonly string[], row: Row, from: number): Readonly<Record<string, number | null>> {
  const numbers: Record<string, number | null> = {};
  for (const [at, name] of names.entries()) numbers[name] = row[from + at] ?? null;
  return numbers;
}

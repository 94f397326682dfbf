import { pipelineNumbers, sinkNumbers } from "./numbers.ts";
import type {
  LiveEvent,
  LivePipeline,
  LiveSink,
  LiveState,
  PipelineFacts,
  PipelineNumbers,
  Row,
  SinkNumbers,
} from "./shapes.ts";

/** How many notices a listener keeps. */
const keptNotices = 50;

/**
 * What is known after an event. What it does not touch stays the same object, so that who shows it need not draw it again.
 * Throws for a first event that is not whole.
 */
export function foldLive(before: LiveState | undefined, event: LiveEvent): LiveState {
  const known = event.isWhole === true ? undefined : before;
  const { isWhole: _isWhole, pipelines: _facts, removed: _removed, rows: _rows, sinkRows: _sinkRows, ...rest } = event;
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
  const { pipelines: facts = [], removed = [], rows = [], sinkRows = [] } = event;
  if (facts.length + removed.length + rows.length + sinkRows.length === 0) return known;
  const gone = new Set(removed);
  const byIndex = new Map(known.filter(({ name }) => !gone.has(name)).map((each) => [each.index, each]));
  for (const each of facts) byIndex.set(each.index, withNumbers(each));
  for (const row of rows) {
    const pipeline = byIndex.get(row[0] ?? -1);
    if (pipeline !== undefined) byIndex.set(pipeline.index, { ...pipeline, numbers: numbersOf(row) });
  }
  for (const [index, ofPipeline] of grouped(sinkRows)) {
    const pipeline = byIndex.get(index);
    if (pipeline !== undefined) byIndex.set(index, { ...pipeline, sinks: foldSinks(pipeline.sinks, ofPipeline) });
  }
  return [...byIndex.values()];
}

function foldSinks(sinks: readonly LiveSink[], rows: readonly Row[]): readonly LiveSink[] {
  const next = [...sinks];
  for (const row of rows) {
    const sink = next[row[1] ?? -1];
    if (sink !== undefined) next[row[1] ?? -1] = { ...sink, numbers: sinkNumbersOf(row) };
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
  const sinks = facts.sinks.map((sink) => ({ ...sink, numbers: sinkNumbersOf([]) }));
  return { ...facts, numbers: numbersOf([]), sinks };
}

function numbersOf(row: Row): PipelineNumbers {
  return named(pipelineNumbers, row, 1);
}

function sinkNumbersOf(row: Row): SinkNumbers {
  return named(sinkNumbers, row, 2);
}

function named(names: readonly string[], row: Row, from: number): Readonly<Record<string, number | null>> {
  const numbers: Record<string, number | null> = {};
  for (const [at, name] of names.entries()) numbers[name] = row[from + at] ?? null;
  return numbers;
}

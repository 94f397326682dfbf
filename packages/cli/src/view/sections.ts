// The parts of the live view, each a pure function from a status to lines.
// Not here: which parts fit a terminal (render.ts), or painting (live-view.ts).
import type { Command, EngineStatus, Notice, PipelineStatus } from "@signalbox/core";
import type { Colors } from "../terminal/io.ts";
import { shortCount, shortRate, shortSpan } from "../terminal/numbers.ts";
import { displayWidth, fit, padded, printable, rightAligned } from "../terminal/text.ts";
import { reloadCounts } from "./reload-counts.ts";
import type { TimeFormat } from "./times.ts";
import { type Rates, type RateWindow, type Totals, totalsOf } from "./totals.ts";

/** What a section of the view is drawn with. Sections are pure: the same pen and status give the same lines. */
export interface Pen {
  readonly width: number;
  readonly colors: Colors;
  readonly times: TimeFormat;
  readonly rates: Pick<RateWindow, "ratesOf">;
}

/** Engine, store, addresses, connections, and what the start had to say. */
export function header(status: EngineStatus, notes: readonly string[], pen: Pen): readonly string[] {
  const { colors, width } = pen;
  const upMs = Date.parse(status.now) - Date.parse(status.startedAt);
  const facts = [
    `${status.state} ${shortSpan(upMs)}`,
    ...(status.httpUrl === undefined ? [] : [status.httpUrl]),
    status.store.description,
  ];
  const title = `Signalbox ${status.version}`;
  const rest = fit(printable(facts.join("  ")), width - displayWidth(title) - 2);
  return [
    `${colors.bold(title)}  ${rest}`,
    ...status.connections.map(({ name, component, state, problem }) => {
      const kind = component === name ? "" : ` (${component})`;
      const why = problem === undefined ? "" : `  ${problem.code} ${problem.message}`;
      return stateColor(state, pen)(fit(printable(`${name}${kind}: ${state}${why}`), width));
    }),
    ...deadLetters(status.deadLetters, pen),
    ...reloadLine(status, pen),
    ...notes.map((note) => colors.yellow(fit(printable(note), width))),
  ];
}

/** Nothing while there are none: what an operator must look at, and how. */
function deadLetters({ count = 0, alarm }: EngineStatus["deadLetters"], { colors, width }: Pen): readonly string[] {
  if (count === 0) return [];
  const color = alarm === undefined ? colors.yellow : colors.red;
  return [color(fit(`${alarm?.reason ?? `dead letters: ${count}`}: signalbox dead-letters list`, width))];
}

function reloadLine({ reload }: EngineStatus, { colors, width, times }: Pen): readonly string[] {
  if (reload === undefined) return [];
  const isWhole = reload.findings.every(({ severity }) => severity !== "error");
  const paint = isWhole && reload.changes.every(({ what }) => what !== "refused") ? colors.dim : colors.yellow;
  return [paint(fit(`reload ${reload.revision} at ${times.clock(reload.at)}: ${reloadCounts(reload)}`, width))];
}

const narrowestName = 14;
// Less room than this says nothing of a pipeline's parts.
const narrowestFlow = 24;

interface Column {
  readonly title: keyof typeof importance;
  readonly width: number;
  cell(totals: Totals, rates: Rates, colors: Colors): string;
}

/** Where the parts of each pipeline are drawn: on a line of their own, or behind its counts where there is room. */
export type FlowPlace = "below" | "beside";

/** In a narrow window the columns of the highest numbers go first. */
const importance = { received: 0, delivered: 1, parked: 2, dead: 3, discarded: 4 } as const;

const countColumns: readonly Column[] = [
  {
    title: "received",
    width: 12,
    cell: ({ received }, rates, colors) => counted(received, rates.received, colors),
  },
  {
    title: "discarded",
    width: 12,
    cell: ({ discarded }, rates, colors) => counted(discarded, rates.discarded, colors),
  },
  {
    title: "delivered",
    width: 12,
    cell: ({ delivered }, rates, colors) => counted(delivered, rates.delivered, colors),
  },
  {
    title: "parked",
    width: 8,
    cell: ({ parked }, _rates, { yellow }) => tinted(parked, yellow)(rightAligned(shortCount(parked), 8)),
  },
  {
    title: "dead",
    width: 12,
    cell: ({ deadLettered }, rates, colors) =>
      tinted(deadLettered, colors.red)(counted(deadLettered, rates.deadLettered, colors)),
  },
];

/** A row of counts for each pipeline, what it is made of where `flow` says, and below it what ails it. */
export function pipelines(shown: readonly PipelineStatus[], flow: FlowPlace, pen: Pen): readonly string[] {
  const longest = Math.max(narrowestName, ...shown.map(({ name }) => displayWidth(name)));
  const visible = columnsFor(pen.width - 2 - narrowestName);
  const counts = visible.reduce((sum, { width }) => sum + width, 0);
  const nameWidth = Math.max(0, Math.min(longest, pen.width - 2 - counts));
  const head = visible.map(({ title, width }) => rightAligned(title, width)).join("");
  const flowWidth = flow === "beside" ? pen.width - 2 - nameWidth - counts - 2 : 0;
  return [
    pen.colors.dim(fit(`  ${padded("pipeline", nameWidth)}${head}`, pen.width)),
    ...shown.flatMap((pipeline) => {
      const totals = totalsOf(pipeline);
      const rates = pen.rates.ratesOf(pipeline.name);
      const cells = visible.map((column) => column.cell(totals, rates, pen.colors)).join("");
      const mark = stateColor(pipeline.state, pen)(marks[pipeline.state]);
      const row = `${mark} ${pen.colors.bold(padded(printable(pipeline.name), nameWidth))}${cells}`;
      if (flow === "below") return [row, ...flowLines(pipeline, pen)];
      return flowWidth < narrowestFlow ? [row] : [`${row}  ${pen.colors.dim(flowIn(pipeline, flowWidth))}`];
    }),
  ];
}

/** The columns of counts that have room, in their order; in a narrow window the most important ones. */
function columnsFor(room: number): readonly Column[] {
  const chosen = new Set<Column>();
  let used = 0;
  for (const column of countColumns.toSorted((a, b) => importance[a.title] - importance[b.title])) {
    used += column.width;
    if (used > room && chosen.size > 0) break;
    chosen.add(column);
  }
  return countColumns.filter((column) => chosen.has(column));
}

function tinted(count: number, color: (text: string) => string): (text: string) => string {
  return count > 0 ? color : (text) => text;
}

const marks: Readonly<Record<PipelineStatus["state"], string>> = {
  starting: "o",
  running: "*",
  waiting: "~",
  draining: "o",
  stopped: "-",
  failed: "!",
};

// Rate before count: the counts of all rows stand below one another, whether there is a rate or none.
function counted(count: number, rate: number, { dim }: Colors): string {
  return `${dim(rightAligned(shortRate(rate), 6))}${rightAligned(shortCount(count), 6)}`;
}

function flowLines(pipeline: PipelineStatus, pen: Pen): readonly string[] {
  const { detail: said } = pipeline.source.status ?? {};
  const detail = said === undefined ? "" : `  [${said}]`;
  const flow = pen.colors.dim(fit(printable(`  ${flowOf(pipeline)}${detail}`), pen.width));
  return [flow, ...troubles(pipeline).map((text) => pen.colors.yellow(fit(printable(`  ${text}`), pen.width)))];
}

/** The parts of a pipeline; where that is too long its steps are counted, for what it reads and writes says more. */
function flowIn(pipeline: PipelineStatus, width: number): string {
  const whole = printable(flowOf(pipeline));
  const { length } = pipeline.steps;
  if (displayWidth(whole) <= width || length < 2) return fit(whole, width);
  return fit(printable([pipeline.source.component, `${length} steps`, sinksOf(pipeline)].join(" > ")), width);
}

function flowOf(pipeline: PipelineStatus): string {
  const { source, steps } = pipeline;
  return [source.component, ...steps.map((step) => named(step)), sinksOf(pipeline)].join(" > ");
}

function sinksOf({ sinks }: PipelineStatus): string {
  return sinks.map((sink) => named(sink)).join(" + ");
}

function named({ name, component }: { readonly name: string; readonly component: string }): string {
  return name === component ? component : `${component} "${name}"`;
}

function troubles(pipeline: PipelineStatus): readonly string[] {
  const ofSinks = pipeline.sinks.flatMap(({ name, problem }) =>
    problem === undefined ? [] : [`${name}: ${problem.code} ${problem.message}`],
  );
  const { problem, state } = pipeline;
  return problem === undefined ? ofSinks : [`${state}: ${problem.code} ${problem.message}`, ...ofSinks];
}

/** The next planned times of each schedule, the soonest schedule first, up to `limit` lines. */
export function schedules(status: EngineStatus, limit: number, pen: Pen): readonly string[] {
  const planned = status.pipelines.flatMap(({ name, source }) => {
    const [next, second] = source.status?.nextTicks ?? [];
    return next === undefined ? [] : [{ name, next, second, plan: source.status?.detail }];
  });
  planned.sort((a, b) => a.next.localeCompare(b.next));
  const shown = planned.slice(0, limit);
  const nameWidth = Math.max(0, ...shown.map(({ name }) => displayWidth(name)));
  return shown.map(({ name, next, second, plan }) => {
    const after = second === undefined ? "" : `, then ${pen.times.following(second, next)}`;
    const words = plan === undefined ? "" : `  [${plan}]`;
    const line = `  ${padded(printable(name), nameWidth)}  ${pen.times.planned(next, status.now)}${after}${words}`;
    return fit(printable(line), pen.width);
  });
}

/** The latest commands, newest first. */
export function commands(latest: readonly Command[], limit: number, pen: Pen): readonly string[] {
  return latest.slice(0, limit).map((command) => {
    const change = command.history.at(-1);
    const at = change === undefined ? "        " : pen.times.clock(change.at);
    const attempt = command.attempts > 1 ? `  attempt ${command.attempts}` : "";
    const detail = change?.detail === undefined ? "" : `  ${change.detail}`;
    const said = `${command.device}  ${command.pipeline} > ${command.sink}${attempt}${detail}`;
    const state = padded(command.state, 9);
    return `  ${at}  ${stateColor(command.state, pen)(state)}${fit(printable(`  ${said}`), pen.width - 12 - state.length)}`;
  });
}

/** The latest warnings and errors, newest first. */
export function notices(latest: readonly Notice[], limit: number, pen: Pen): readonly string[] {
  return latest.slice(0, limit).map(({ at, level, sentence, fields }) => {
    const facts = Object.entries(fields).map(([name, value]) => `${name}=${inWords(value)}`);
    const color = level === "error" ? pen.colors.red : pen.colors.yellow;
    const text = fit(printable(`  ${[sentence, ...facts].join(" ")}`), pen.width - 17);
    return `  ${pen.times.clock(at)}  ${color(padded(level, 5))}${text}`;
  });
}

/** A field of a log line: text as it is, anything else as JSON. */
export function inWords(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.stringify(value) ?? String(value);
}

const good = new Set(["running", "open", "accepted", "confirmed"]);
const bad = new Set(["failed", "rejected", "unknown", "unconfirmed"]);

function stateColor(state: string, { colors }: Pen): (text: string) => string {
  if (good.has(state)) return colors.green;
  return bad.has(state) ? colors.red : colors.yellow;
}

// Writes random expressions, runs them in npm jsonata and in ours, and reports where the two differ.
import { exceptionFor } from "./exceptions.ts";
import { minimize, type Shown } from "./minimize.ts";
import { mutate, randomJson } from "./mutate.ts";
import { agrees, isHealed, prepare, run, type Given, type Pair, type Trial } from "./outcome.ts";
import { randomOf, type Random } from "./random.ts";
import { bound, oddities, shapes } from "./shapes.ts";
import { writeExpression } from "./write/expression.ts";

export interface FuzzOptions {
  seed: number;
  /** Expressions to try. */
  count: number;
  /** Index of the first one; the same seed and index give the same expression. Default 0. */
  from?: number;
  /** Count an evaluation that failed in ours, and was right only because it ran again, as a difference. Default false. */
  isStrict?: boolean;
  /** Differences to reduce to their core; further ones are reported as found. Default 20. */
  reduceAtMost?: number;
}

export interface Difference {
  seed: number;
  index: number;
  /** What was found, and the same made small. */
  found: Shown;
  trial: Trial;
}

export interface FuzzReport {
  /** Expressions. */
  count: number;
  /** Expressions that no parser takes. */
  invalid: number;
  evaluations: number;
  /** Evaluations that gave something; nothing (undefined); an error. */
  values: number;
  nothings: number;
  errors: number;
  /** Expressions that ran on the reference in ours too, for any reason, and by reason. */
  fallbacks: number;
  reasons: Record<string, number>;
  /** Evaluations that ours ran again in the reference, and those of them that have a value. */
  reruns: number;
  healed: number;
  /** Differences that a documented exception explains, by its name. */
  excepted: Record<string, number>;
  /** Evaluations that differed and should not have; of those that are alike, one is in the list. */
  differing: number;
  differences: Difference[];
}

/** Runs `count` expressions of a seed. The same seed gives the same report, but for time. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const report: FuzzReport = {
    count: options.count,
    invalid: 0,
    evaluations: 0,
    values: 0,
    nothings: 0,
    errors: 0,
    fallbacks: 0,
    reasons: {},
    reruns: 0,
    healed: 0,
    excepted: {},
    differing: 0,
    differences: [],
  };
  const first = options.from ?? 0;
  for (let index = first; index < first + options.count; index++) await fuzzOne(index, options, report);
  return report;
}

/** What the expression of this seed and index is, and what it runs on. */
export function subject(seed: number, index: number): { text: string; givens: Given[] } {
  const random = randomOf(seed, index);
  const sample = random.chance(0.9) ? random.pick(shapes) : randomJson(random, 3);
  const bindings = random.chance(0.15) ? random.pick(bound) : undefined;
  const text = writeExpression(random, sample, bindings);
  return { text, givens: inputsFor(sample, random).map((input) => ({ input, bindings })) };
}

function inputsFor(sample: unknown, random: Random): unknown[] {
  const inputs = [sample];
  if (random.chance(0.5)) inputs.push(mutate(sample, random));
  if (random.chance(0.1)) inputs.push(random.pick(random.chance(0.5) ? shapes : oddities));
  return inputs;
}

async function fuzzOne(index: number, options: FuzzOptions, report: FuzzReport): Promise<void> {
  const { text, givens } = subject(options.seed, index);
  const pair = prepare(text);
  countPair(pair, report);
  for (const given of givens) {
    const trial = await run(pair, given);
    countTrial(trial, report);
    const isHidden = options.isStrict === true && isHealed(trial);
    if (isHidden || (!agrees(trial) && !isExcepted(trial, report))) await add(trial, { index, options, report });
  }
}

function countPair(pair: Pair, report: FuzzReport): void {
  if (!("evaluate" in pair.reference)) report.invalid++;
  if (!("evaluate" in pair.ours) || pair.ours.how.kind === "compiled") return;
  report.fallbacks++;
  const because = pair.ours.how.because ?? "unknown";
  report.reasons[because] = (report.reasons[because] ?? 0) + 1;
}

function countTrial(trial: Trial, report: FuzzReport): void {
  const { reference } = trial;
  report.evaluations++;
  if (trial.isRerun) report.reruns++;
  if (isHealed(trial)) report.healed++;
  if (reference.kind === "error") report.errors++;
  else if (reference.kind === "value" && reference.value === undefined) report.nothings++;
  else report.values++;
}

function isExcepted(trial: Trial, report: FuzzReport): boolean {
  const exception = exceptionFor(trial);
  if (exception !== undefined) report.excepted[exception.name] = (report.excepted[exception.name] ?? 0) + 1;
  return exception !== undefined;
}

interface Finding {
  index: number;
  options: FuzzOptions;
  report: FuzzReport;
}

async function add(trial: Trial, { index, options, report }: Finding): Promise<void> {
  const { differences } = report;
  report.differing++;
  const found = { text: trial.text, input: trial.given.input };
  const isReduced = differences.length < (options.reduceAtMost ?? 20);
  const shown = isReduced ? await reduced(trial, found) : trial;
  if (isReduced && differences.some(({ trial }) => trial.text === shown.text)) return;
  differences.push({ seed: options.seed, index, found, trial: shown });
}

/** The same difference made small; as it was found where it does not show again, as one that hangs on what ran before. */
async function reduced(trial: Trial, found: Shown): Promise<Trial> {
  if (!(await differsAlike(trial, found.text, found.input))) return trial;
  const { text, input } = await minimize(found, (text, input) => differsAlike(trial, text, input));
  return run(prepare(text, 500), { ...trial.given, input });
}

/** True when this differs too, and in the same manner: a value where the other fails, say. */
async function differsAlike(trial: Trial, text: string, input: unknown): Promise<boolean> {
  const other = await run(prepare(text, 500), { ...trial.given, input });
  if (isHealed(trial) !== isHealed(other)) return false;
  if (!isHealed(trial) && (agrees(other) || exceptionFor(other) !== undefined)) return false;
  return trial.hasWritten === other.hasWritten && mannerOf(trial) === mannerOf(other);
}

const mannerOf = ({ reference, ours }: Trial): string =>
  [reference, ours].map((outcome) => (outcome.kind === "error" ? outcome.code : outcome.kind)).join(" ");

import { bindExpression } from "../../component/bind.ts";
import type { Pipeline } from "../../config/model.ts";
import { SignalboxError } from "../../errors/error.ts";
import type { Message } from "../../message.ts";
import { Allowance } from "./allowance.ts";
import type { EngineRecord } from "./engine-record.ts";
import { type ShownMessage, shownMessage } from "./shown.ts";
import type { Shelves } from "./stored.ts";
import { tap, type TapEntry } from "./tap.ts";
import { type Explainer, why, type WhyAnswer, type WhyQuery } from "./why.ts";

/** What to watch of a pipeline; `stage` and `where` as in TapQuery, the latter in JSONata. */
export interface TapRequest {
  readonly pipeline: string;
  readonly stage?: string | undefined;
  readonly where?: string | undefined;
}

/** Looks into an engine: at what flows, and at what became of a message. */
export interface Insight {
  /** CONTROL_PIPELINE_UNKNOWN where a pipeline is named that does not run here. */
  why(query: WhyQuery): Promise<WhyAnswer>;
  /** The latest messages of a pipeline as its source gave them, newest first. CONTROL_PIPELINE_UNKNOWN. */
  latest(pipeline: string, limit: number): readonly ShownMessage[];
  /** A message as its source gave it; undefined where it is not among the latest. CONTROL_PIPELINE_UNKNOWN. */
  recorded(pipeline: string, id: string): Message | undefined;
  /**
   * What flows, until the signal aborts. CONTROL_PIPELINE_UNKNOWN and CONTROL_STAGE_UNKNOWN for what there is not,
   * CONFIG_EXPRESSION_SYNTAX for a condition that cannot be read. A reload does not end it.
   */
  tap(request: TapRequest): (signal: AbortSignal) => AsyncIterable<TapEntry>;
}

export interface InsightOptions {
  readonly record: EngineRecord;
  readonly find: (pipeline: string) => (Explainer & { readonly pipeline: Pipeline }) | undefined;
  /** Every pipeline, for what to say of an unknown one. */
  readonly names: () => readonly string[];
  readonly shelves: Shelves;
}

/**
 * Conditions of taps are of those who may only look: however many there are and whatever they compute, a twentieth of the time
 * is theirs, and this much at once.
 */
const tapShare = { share: 0.05, atOnceMs: 20 };

/** Names that an error lists. */
const mostNames = 20;

export function createInsight({ record, find, names, shelves }: InsightOptions): Insight {
  const { clock } = record;
  const allowance = new Allowance({ clock, ...tapShare });
  return {
    async why(query) {
      if (query.pipeline !== undefined && find(query.pipeline) === undefined)
        throw unknownPipeline(query.pipeline, names());
      return why({ record, find, shelves }, query);
    },
    latest(name, limit) {
      if (find(name) === undefined) throw unknownPipeline(name, names());
      const passages = record.get(name)?.passages.newestFirst() ?? [];
      return passages.slice(0, limit).map(({ original }) => shownMessage(original));
    },
    recorded(name, id) {
      if (find(name) === undefined) throw unknownPipeline(name, names());
      return record
        .get(name)
        ?.passages.newestFirst()
        .find(({ original }) => original.id === id)?.original;
    },
    tap({ pipeline: name, stage, where }) {
      const running = find(name);
      if (running === undefined) throw unknownPipeline(name, names());
      if (stage !== undefined) checkStage(running.pipeline, stage);
      const condition = where === undefined ? undefined : bindExpression(where);
      const query = { pipeline: name, stage, where: condition };
      return (signal) => tap({ record: record.of(name), query, now: () => clock.now(), allowance }, signal);
    },
  };
}

function unknownPipeline(name: string, names: readonly string[]): SignalboxError {
  const text = `no pipeline "${name}" runs here; there ${listed(names)}`;
  return new SignalboxError("CONTROL_PIPELINE_UNKNOWN", text);
}

function checkStage({ name, steps, sinks }: Pipeline, stage: string): void {
  const stages = ["source", ...[...steps, ...sinks].map((item) => item.name)];
  if (stages.includes(stage)) return;
  throw new SignalboxError(
    "CONTROL_STAGE_UNKNOWN",
    `pipeline "${name}" has no stage "${stage}"; there ${listed(stages)}`,
  );
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return "is none";
  const rest = names.length - mostNames;
  const some = names.slice(0, mostNames).join(", ");
  return `${names.length === 1 ? "is" : "are"} ${some}${rest > 0 ? ` and ${rest} more` : ""}`;
}

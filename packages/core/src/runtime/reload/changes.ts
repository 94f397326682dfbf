import type { Finding, Pipeline } from "../../config/model.ts";
import { toSignalboxError } from "../../errors/error.ts";
import type { PipelineHost } from "../pipeline-parts.ts";
import { PipelineRunner } from "../pipeline-runner.ts";
import type { PipelineSet } from "../pipeline-set.ts";
import type { Revision } from "../revision.ts";
import type { PipelineChange } from "./result.ts";

/** One pipeline's part of a reload. Its methods are called in the order they stand here, or discard alone. */
export interface Change {
  /** What becomes of the pipeline if nothing comes in between. */
  readonly news: PipelineChange;
  readonly finding?: Finding;
  /** Whether a source closes in `leave`, and whether one opens in `enter`. */
  readonly endsSource: boolean;
  readonly opensSource: boolean;
  /** The last step that can refuse it; answers the change, or its refusal. */
  open?(): Promise<Change>;
  /** Resolves when what runs has finished. */
  leave?(): Promise<void>;
  /** Resolves, with what became of it, when what is new has been tried to open. */
  enter?(): Promise<PipelineChange>;
  /** Throws away what was made for it. */
  discard?(): Promise<void>;
}

export interface ChangeOptions {
  readonly pipelines: PipelineSet;
  /** With the connections of the project. */
  readonly host: PipelineHost;
  /** How long what is in flight may take to end, in milliseconds; then it is parked. */
  readonly patienceMs: number;
  /** Aborts when the engine's stop begins. */
  readonly stopping: AbortSignal;
}

export function refused(news: PipelineChange, finding?: Finding): Change {
  return { news, endsSource: false, opensSource: false, ...(finding === undefined ? {} : { finding }) };
}

export function prepareAddition(pipeline: Pipeline, { pipelines, host, stopping }: ChangeOptions): Change {
  const news: PipelineChange = { pipeline: pipeline.name, what: "added", to: pipeline.hash };
  return orRefused(pipeline, news, () => {
    const runner = new PipelineRunner(pipeline, host);
    return {
      news,
      endsSource: false,
      opensSource: true,
      async enter() {
        if (stopping.aborted) return cutShort(news);
        pipelines.add(runner);
        await runner.start();
        return news;
      },
    };
  });
}

export function prepareSwap(runner: PipelineRunner, pipeline: Pipeline, options: ChangeOptions): Change {
  const { name, hash } = pipeline;
  const news: PipelineChange = { pipeline: name, what: "changed", from: runner.pipeline.hash, to: hash };
  return orRefused(pipeline, news, () => swap(runner, runner.revise(pipeline, options.host), { ...options, news }));
}

function swap(
  runner: PipelineRunner,
  next: Revision,
  { news, patienceMs, stopping }: ChangeOptions & { readonly news: PipelineChange },
): Change {
  const isSourceKept = runner.keepsSource(next);
  const change: Change = {
    news,
    endsSource: !isSourceKept,
    opensSource: !isSourceKept,
    async open() {
      try {
        await next.openSteps(stopping);
        return change;
      } catch (error) {
        await next.close();
        return refusal(next.pipeline, news, error);
      }
    },
    leave: () => runner.leave(isSourceKept, patienceMs),
    enter: async () => ((await runner.enter(next, isSourceKept)) ? news : cutShort(news)),
    discard: () => next.close(),
  };
  return change;
}

export function prepareRemoval(
  { name, hash }: Pick<Pipeline, "name" | "hash">,
  { pipelines, host, patienceMs, stopping }: ChangeOptions,
): Change {
  const runner = pipelines.find(name);
  const news: PipelineChange = { pipeline: name, what: "removed", from: hash };
  let isOver = true;
  return {
    news,
    endsSource: true,
    opensSource: false,
    async leave() {
      isOver = (await runner?.end(patienceMs, stopping)) ?? true;
    },
    enter() {
      if (!isOver) return Promise.resolve(cutShort(news));
      pipelines.remove(name);
      host.record.forget(name);
      const parked = runner?.counter.parked ?? 0;
      const reason = `${parked} messages stay parked, for a pipeline of its name`;
      return Promise.resolve(parked === 0 ? news : { ...news, reason });
    },
  };
}

function orRefused(pipeline: Pipeline, news: PipelineChange, prepare: () => Change): Change {
  try {
    return prepare();
  } catch (error) {
    return refusal(pipeline, news, error);
  }
}

function refusal({ at }: Pipeline, news: PipelineChange, error: unknown): Change {
  const { code, message, hint } = toSignalboxError(error, "PIPELINE_CREATE_FAILED");
  const finding: Finding = {
    severity: "error",
    code,
    message: `pipeline "${news.pipeline}" cannot be made: ${message}`,
    at,
    ...(hint === undefined ? {} : { suggestion: hint }),
  };
  return refused({ ...news, what: "refused", code, reason: message }, finding);
}

function cutShort(news: PipelineChange): PipelineChange {
  return { ...news, what: "refused", code: "ENGINE_STOPPING", reason: "the engine stops" };
}

// Carries a reload out: prepares all that is new, then lets what changes or goes finish while its successors wait.
// Not here: what is to change (plan.ts), the single changes (changes.ts), or how a pipeline swaps (pipeline-runner.ts).
import type { Finding, Project } from "../../config/model.ts";
import type { PipelineSet } from "../pipeline-set.ts";
import { type Change, type ChangeOptions, prepareAddition, prepareRemoval, prepareSwap, refused } from "./changes.ts";
import { type ReloadPlan, planReload } from "./plan.ts";
import type { PipelineChange } from "./result.ts";

export interface ReloadOptions extends ChangeOptions {
  readonly project: Project;
  /** Keeps requests waiting whose route is between two sources; answers how to end that. */
  readonly holdRoutes: () => () => void;
}

export interface Reloaded {
  readonly changes: readonly PipelineChange[];
  readonly unchanged: number;
  readonly findings: readonly Finding[];
}

/** What a reload would do: all that is new is made and thrown away; nothing is opened. */
export async function checkReload(options: ReloadOptions): Promise<Reloaded> {
  const plan = planReload(options.pipelines.current(), options.project);
  const prepared = prepareAll(plan, options);
  for (const change of prepared) await change.discard?.();
  const news = prepared.map((change) => change.news);
  return reloaded(plan, prepared, news);
}

/** Resolves when every change is done or refused. Pipelines that are alike are not touched. */
export async function carryOutReload(options: ReloadOptions): Promise<Reloaded> {
  const { pipelines, project, holdRoutes } = options;
  const plan = planReload(pipelines.current(), project);
  relocateAll(plan, pipelines);
  const prepared = await Promise.all(
    prepareAll(plan, options).map(async (change) => (await change.open?.()) ?? change),
  );
  const release = holdRoutes();
  try {
    return reloaded(plan, prepared, await swapAll(prepared));
  } finally {
    release();
  }
}

/** Equal documents may stand elsewhere now, and say otherwise what they are for. */
function relocateAll({ unchanged }: ReloadPlan, pipelines: PipelineSet): void {
  for (const pipeline of unchanged) pipelines.find(pipeline.name)?.relocate(pipeline);
}

function prepareAll(plan: ReloadPlan, options: ReloadOptions): readonly Change[] {
  const { pipelines } = options;
  return [
    ...plan.removed.map((current) => prepareRemoval(current, options)),
    ...[...plan.changed, ...plan.added].map((pipeline) => {
      const runner = pipelines.find(pipeline.name);
      return runner === undefined ? prepareAddition(pipeline, options) : prepareSwap(runner, pipeline, options);
    }),
    ...plan.refused.map((news) => refused(news)),
  ];
}

async function swapAll(changes: readonly Change[]): Promise<readonly PipelineChange[]> {
  const left = changes.map(async (change) => change.leave?.());
  // A route or a name may go from one pipeline to another: no source opens before those that end have closed.
  const freed = Promise.all(left.filter((_leaving, index) => changes[index]?.endsSource === true));
  return Promise.all(
    changes.map(async (change, index) => {
      await left[index];
      if (change.opensSource) await freed;
      return change.enter === undefined ? change.news : change.enter();
    }),
  );
}

function reloaded(plan: ReloadPlan, prepared: readonly Change[], changes: readonly PipelineChange[]): Reloaded {
  return { changes, unchanged: plan.unchanged.length, findings: prepared.flatMap(({ finding }) => finding ?? []) };
}

import type { Finding, Pipeline, Project } from "../../config/model.ts";
import { formatLocation } from "../../location.ts";
import type { PipelineChange } from "./result.ts";

type Current = Pick<Pipeline, "name" | "hash" | "at">;

/** What the files ask for, compared with what runs. */
export interface ReloadPlan {
  readonly added: readonly Pipeline[];
  readonly changed: readonly Pipeline[];
  readonly removed: readonly Current[];
  /** Alike, but perhaps in another place. */
  readonly unchanged: readonly Pipeline[];
  readonly refused: readonly PipelineChange[];
}

/** A pipeline whose document has errors keeps running as it is; one is removed only when its file is good and without it. */
export function planReload(current: readonly Current[], project: Project): ReloadPlan {
  if (!project.areSettingsGood) return refuseAll(current, project);
  const wanted = new Map(project.pipelines.filter((each) => each.isEnabled).map((each) => [each.name, each]));
  const running = new Map(current.map((each) => [each.name, each]));
  const isEqual = ({ name, hash }: Pipeline): boolean => running.get(name)?.hash === hash;
  const known = [...wanted.values()].filter(({ name }) => running.has(name));
  const removed: Current[] = [];
  const refused: PipelineChange[] = [];
  for (const each of current) {
    if (wanted.has(each.name)) continue;
    const why = project.pipelines.some(({ name }) => name === each.name) ? undefined : whyKept(each, project);
    if (why === undefined) removed.push(each);
    else refused.push(refusal(each, why));
  }
  return {
    added: [...wanted.values()].filter(({ name }) => !running.has(name)),
    changed: known.filter((each) => !isEqual(each)),
    unchanged: known.filter(isEqual),
    removed,
    refused,
  };
}

/** Under broken settings the files might be read from the wrong place. */
function refuseAll(current: readonly Current[], { findings }: Project): ReloadPlan {
  const why = findings.find(({ severity }) => severity === "error");
  const refused = current.map((each) => refusal(each, why));
  return { added: [], changed: [], removed: [], unchanged: [], refused };
}

/** The finding for which a pipeline that the files no longer show is kept all the same. */
function whyKept({ name, at }: Current, { findings, brokenNames }: Project): Finding | undefined {
  const errors = findings.filter(({ severity }) => severity === "error");
  const inFile = errors.find((finding) => filesOf(finding).includes(at.file));
  if (inFile !== undefined) return inFile;
  // It may have moved into a file that is broken, or its folder may be away for a moment.
  return brokenNames.has(name) ? errors[0] : findings.find(({ code }) => code === "CONFIG_PATH_MISSING");
}

function filesOf({ at, related = [] }: Finding): readonly string[] {
  return [at.file, ...related.map(({ file }) => file)];
}

function refusal({ name, hash }: Current, why: Finding | undefined): PipelineChange {
  const change = { pipeline: name, what: "refused", from: hash } as const;
  return why === undefined ? change : { ...change, code: why.code, reason: `${formatLocation(why.at)} ${why.message}` };
}

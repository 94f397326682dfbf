// What concerns several pipelines at once: names, targets of `pipeline` sinks, circles, connections.
// Not here: what one document says (pipeline.ts).

import type { Location } from "../location.ts";
import type { KnownConnection } from "./connections.ts";
import { compareLocations, type Findings } from "./findings.ts";
import type { PipelineDocument } from "./pipeline.ts";
import type { Reference } from "./scope.ts";
import { didYouMean } from "./suggest.ts";

export interface CrossChecks {
  readonly documents: readonly PipelineDocument[];
  readonly connections: ReadonlyMap<string, KnownConnection>;
  readonly findings: Findings;
  /** False when only some files of the project were read: a target that is not there may be in another one. */
  readonly isWhole: boolean;
}

export function checkAcross(checks: CrossChecks): void {
  const byName = checkNames(checks);
  checkFormerNames(checks, byName);
  checkTargets(checks, byName);
  checkCircles(checks, byName);
  checkConnections(checks);
}

type Named = PipelineDocument & { readonly name: string };

function isNamed(document: PipelineDocument): document is Named {
  return document.name !== undefined;
}

function checkNames({ documents, findings }: CrossChecks): ReadonlyMap<string, Named> {
  const byName = new Map<string, Named>();
  for (const document of documents.filter(isNamed)) {
    const first = byName.get(document.name);
    if (first === undefined) byName.set(document.name, document);
    else {
      findings.error({
        code: "CONFIG_NAME_TAKEN",
        message: `two pipelines are called "${document.name}"`,
        suggestion: "rename one of them: the name is the identity of its state",
        at: document.nameAt,
        related: [first.nameAt],
      });
    }
  }
  return byName;
}

/** Whose state would be taken over must be gone, and only one can have it. */
function checkFormerNames({ documents, findings }: CrossChecks, byName: ReadonlyMap<string, Named>): void {
  const taken = new Map<string, Location>();
  for (const { formerName } of documents) {
    if (formerName === undefined) continue;
    const { name, at } = formerName;
    const other = byName.get(name)?.nameAt ?? taken.get(name);
    taken.set(name, at);
    if (other === undefined) continue;
    findings.error({
      code: "CONFIG_NAME_TAKEN",
      message: byName.has(name) ? `pipeline "${name}" is still there` : `two pipelines were renamed from "${name}"`,
      suggestion: "only the pipeline that has its place takes over its state",
      at,
      related: [other],
    });
  }
}

function checkTargets({ documents, findings, isWhole }: CrossChecks, byName: ReadonlyMap<string, Named>): void {
  for (const { scope } of documents) {
    for (const { name, at } of scope.targets) {
      const target = byName.get(name);
      if (target === undefined) reportUnknown(name, at);
      else if (target.sourceName !== undefined && target.sourceName !== "pipeline") {
        findings.error({
          code: "CONFIG_PIPELINE_CLOSED",
          message: `pipeline "${name}" takes its messages from ${target.sourceName}, not from other pipelines`,
          suggestion: "give it the source pipeline: {}",
          at,
          related: [target.nameAt],
        });
      }
    }
  }

  function reportUnknown(name: string, at: Location): void {
    const suggestion = didYouMean(name, byName.keys());
    const finding = {
      code: "CONFIG_PIPELINE_UNKNOWN",
      message: `there is no pipeline "${name}"${isWhole ? "" : " in the files that were read"}`,
      at,
      ...(suggestion === undefined ? {} : { suggestion }),
    } as const;
    if (isWhole) findings.error(finding);
    else findings.warn(finding);
  }
}

/** Follows the targets from every pipeline; each circle is reported once, from its first place on. */
function checkCircles({ findings }: CrossChecks, byName: ReadonlyMap<string, Named>): void {
  const done = new Set<string>();
  const reported = new Set<string>();
  for (const start of byName.keys()) {
    // Depth first without recursion: chains may be thousands of pipelines long.
    const trail: { name: string; at: Location | undefined; rest: Reference[] }[] = [];
    enter(start, undefined);
    while (trail.length > 0) {
      const next = trail.at(-1)?.rest.shift();
      if (next === undefined) done.add(trail.pop()?.name ?? "");
      else enter(next.name, next.at);
    }

    function enter(name: string, at: Location | undefined): void {
      const document = byName.get(name);
      if (document === undefined || done.has(name)) return;
      const from = trail.findIndex((each) => each.name === name);
      if (from === -1) trail.push({ name, at, rest: [...document.scope.targets] });
      else report(trail.slice(from), at);
    }
  }

  function report(circle: readonly { name: string; at: Location | undefined }[], closing: Location | undefined): void {
    const places = [...circle.slice(1).map((each) => each.at), closing].filter((at) => at !== undefined);
    const names = circle.map((each) => each.name);
    const key = [...names].sort().join(" ");
    const [at, ...related] = places.sort(compareLocations);
    if (reported.has(key) || at === undefined) return;
    reported.add(key);
    findings.error({
      code: "CONFIG_PIPELINE_CYCLE",
      message: `pipelines send to one another in a circle: ${[...names, names[0]].join(" -> ")}`,
      suggestion: "take one of these sinks away",
      at,
      related,
    });
  }
}

function checkConnections({ documents, connections, findings }: CrossChecks): void {
  for (const { scope } of documents) {
    for (const { name, at, kinds } of scope.connections) {
      const known = connections.get(name);
      if (known === undefined) reportUnknown(name, at, kinds);
      else if (known.kind !== undefined && !kinds.includes(known.kind)) {
        findings.error({
          code: "CONFIG_CONNECTION_KIND",
          message: `connection "${name}" is of kind ${known.kind}, and ${kinds.join(" or ")} is needed`,
          at,
          ...(known.at === undefined ? {} : { related: [known.at] }),
        });
      } else if (known.item === undefined) {
        findings.error({
          code: "CONFIG_CONNECTION_BROKEN",
          message: `connection "${name}" ${known.problem ?? "has errors of its own"}`,
          suggestion: known.at === undefined ? setUpHint(known) : "mend it first",
          at,
          ...(known.at === undefined ? {} : { related: [known.at] }),
        });
      }
    }
  }

  function reportUnknown(name: string, at: Location, kinds: readonly string[]): void {
    const fitting = [...connections.values()].filter((each) => each.kind !== undefined && kinds.includes(each.kind));
    const suggestion = didYouMean(
      name,
      fitting.map((each) => each.name),
    );
    findings.error({
      code: "CONFIG_CONNECTION_UNKNOWN",
      message: `there is no connection "${name}"`,
      suggestion:
        suggestion ?? `declare it in signalbox.yaml: connections: { ${name}: { ${kinds[0] ?? "kind"}: { ... } } }`,
      at,
    });
  }
}

function setUpHint({ name, kind = "", variables = [] }: KnownConnection): string {
  const declare = `declare it in signalbox.yaml: connections: { ${name}: { ${kind}: { ... } } }`;
  return variables.length === 0 ? declare : `set ${variables.join(" or ")}, or ${declare}`;
}

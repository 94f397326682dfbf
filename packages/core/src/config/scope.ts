import type { BindOptions } from "../component/bind.ts";
import type { Location } from "../location.ts";
import type { Findings } from "./findings.ts";
import type { Variables } from "./interpolate.ts";

/** What reading one document needs and gathers beside its values. */
export interface Scope {
  readonly findings: Findings;
  readonly variables: Variables;
  /** Values that must never be shown. */
  readonly secrets: Set<string>;
  readonly expressions: Pick<BindOptions, "vars" | "limits">;
  /** Names of connections its components use. */
  readonly connections: Reference[];
  /** Names of pipelines its sinks send to. */
  readonly targets: Reference[];
  /** What stands for an Expression or a Template in the pipeline's hash: its text, variables replaced. */
  readonly canonical: WeakMap<object, unknown>;
}

export interface Reference {
  readonly name: string;
  readonly at: Location;
  /** For a connection: the kinds it may be. */
  readonly kinds: readonly string[];
}

export function createScope(
  given: Pick<Scope, "findings" | "variables">,
  expressions: Scope["expressions"] = {},
): Scope {
  return { ...given, expressions, secrets: new Set(), connections: [], targets: [], canonical: new WeakMap() };
}

import type {
  ConnectionDefinition,
  RetryOptions,
  SinkDefinition,
  SourceDefinition,
  StepDefinition,
} from "../component/definition.ts";
import type { Expression } from "../component/expression.ts";
import type { ErrorCode } from "../errors/codes.ts";
import type { Location } from "../location.ts";

/** Something `validate` has to say about a place in a file. Errors stop their pipeline; warnings do not. */
export interface Finding {
  readonly severity: "error" | "warning";
  readonly code: ErrorCode;
  readonly message: string;
  readonly suggestion?: string;
  readonly at: Location;
  /** Further places that belong to it: the other pipeline of the same name, the members of a cycle. */
  readonly related?: readonly Location[];
}

/** A validated pipeline: pure data and compiled expressions, ready for `create`. */
export interface Pipeline {
  readonly name: string;
  readonly description: string | undefined;
  readonly at: Location;
  /** Hash over everything that decides behaviour, secrets included but not recoverable: equal hash, equal pipeline. */
  readonly hash: string;
  readonly isEnabled: boolean;
  readonly source: SourceItem;
  readonly steps: readonly StepItem[];
  readonly sinks: readonly SinkItem[];
  readonly route: "all" | "first";
  readonly order: "perKey" | "none";
  readonly maxInFlight: number;
}

interface Item {
  readonly name: string;
  /** What the component's schema made of its YAML. */
  readonly config: unknown;
  readonly at: Location;
}

export interface SourceItem extends Item {
  readonly definition: SourceDefinition;
}

export interface StepItem extends Item {
  readonly definition: StepDefinition;
  readonly when: Expression | undefined;
}

export interface SinkItem extends Item {
  readonly definition: SinkDefinition;
  readonly when: Expression | undefined;
  readonly transform: Expression | undefined;
  readonly batch: BatchOptions | undefined;
  readonly retry: RetryOptions;
  readonly timeoutMs: number;
}

export interface BatchOptions {
  readonly count: number;
  readonly bytes: number;
  readonly lingerMs: number;
}

export interface ConnectionItem extends Item {
  readonly definition: ConnectionDefinition;
}

export type StoreSettings =
  | { readonly kind: "redis"; readonly url: string; readonly prefix: string }
  | { readonly kind: "postgres"; readonly url: string; readonly schema: string }
  | { readonly kind: "embedded"; readonly path: string };

/** signalbox.yaml with its defaults. Paths are absolute. */
export interface Settings {
  readonly projectDir: string;
  readonly connections: readonly ConnectionItem[];
  readonly store: StoreSettings;
  /** Folders and files of pipelines. */
  readonly pipelines: readonly string[];
  /** The listener of webhooks and /livez. */
  readonly http: { readonly host: string; readonly port: number };
  /** The control API: a unix socket at this path. */
  readonly control: { readonly socket: string };
  readonly shutdownTimeoutMs: number;
  /** The simulator that stands in for akenza while no key is set. */
  readonly simulator: { readonly port: number };
}

/** Everything the files of a project say, and everything that is wrong with them. */
export interface Project {
  readonly settings: Settings;
  /** False when signalbox.yaml, its connections apart, has errors: what runs all the same might use the wrong store. */
  readonly areSettingsGood: boolean;
  readonly pipelines: readonly Pipeline[];
  readonly findings: readonly Finding[];
  /** How many pipeline documents were read, the bad ones included. */
  readonly documentCount: number;
  /** Values that must never be shown, for redaction. */
  readonly secrets: readonly string[];
}

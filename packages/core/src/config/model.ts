import type {
  BackfillOptions,
  ConnectionDefinition,
  RetryOptions,
  SinkDefinition,
  SourceDefinition,
  StepDefinition,
} from "../component/definition.ts";
import type { Expression } from "../component/expression.ts";
import type { ErrorCode } from "../errors/codes.ts";
import type { Location } from "../location.ts";
import type { Retention } from "../retention.ts";

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
  /** The same of its source alone: while it is equal, a reload keeps the source open. */
  readonly sourceHash: string;
  readonly isEnabled: boolean;
  /** Undefined where it always had this name. */
  readonly renamedFrom: string | undefined;
  readonly source: SourceItem;
  readonly steps: readonly StepItem[];
  readonly sinks: readonly SinkItem[];
  readonly route: "all" | "first";
  readonly order: "perKey" | "none";
  readonly delivery: "direct" | "queued";
  readonly maxInFlight: number;
  /** Undefined where nothing is read from history. */
  readonly backfill: BackfillOptions | undefined;
}

interface Item {
  readonly name: string;
  /** What the component's schema made of its YAML. */
  readonly config: unknown;
  readonly at: Location;
}

export interface SourceItem extends Item {
  /** The places of its fields. */
  readonly fieldsAt: ReadonlyMap<string, Location>;
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
  readonly breaker: { readonly failures: number; readonly openForMs: number; readonly maxOpenForMs: number };
  /** Messages in the sink's hands, waiting or under way; undefined: as many as the pipeline has in flight. */
  readonly maxInFlight: number | undefined;
  readonly parked: ParkedLimit;
}

/** What may wait in the store for one sink. */
export interface ParkedLimit {
  readonly count: number;
  readonly bytes: number;
}

export interface BatchOptions {
  readonly count: number;
  readonly bytes: number;
  readonly lingerMs: number;
}

export interface ConnectionItem extends Item {
  readonly definition: ConnectionDefinition;
  /** As a pipeline's: equal hash, equal connection. */
  readonly hash: string;
}

/** Where a Redis is: one server, some nodes of a cluster, or the sentinels that know which server is the master. */
export type RedisServers = RedisAccess &
  (
    | { readonly url: string }
    | { readonly cluster: readonly string[] }
    | {
        readonly sentinels: readonly string[];
        /** What the sentinels call the master. */
        readonly name: string;
        readonly sentinelUsername?: string | undefined;
        readonly sentinelPassword?: string | undefined;
      }
  );

/** How the servers of a Redis are entered, whichever form they have. */
export interface RedisAccess {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Encrypts the connections; texts are PEM. */
  readonly tls?: RedisTls | undefined;
}

export interface RedisTls {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly servername?: string | undefined;
  readonly rejectUnauthorized: boolean;
}

export type StoreSettings =
  | ({ readonly kind: "redis"; readonly prefix: string } & RedisServers)
  | { readonly kind: "postgres"; readonly url: string; readonly schema: string }
  | { readonly kind: "embedded"; readonly path: string };

/** Where the console listens. */
export interface ConsoleSettings {
  readonly host: string;
  /** Undefined where nobody chose one: the default may be taken, and the engine runs all the same. */
  readonly port: number | undefined;
  /** Who may come; none: nobody is asked who they are, and the host is this machine alone. */
  readonly tokens?: readonly ConsoleToken[];
  /** Names that it answers to beside this machine's. */
  readonly hosts?: readonly string[];
  /** Addresses and networks of proxies whose `X-Forwarded-*` headers count. */
  readonly trustProxy?: readonly string[];
}

/** viewer: may look. operator: may act, too. metrics: may read metrics alone. */
export type ConsoleRole = "viewer" | "operator" | "metrics";

export interface ConsoleToken {
  readonly name: string;
  readonly role: ConsoleRole;
  /** SHA-256 of the token, in hex: the token itself is not kept. */
  readonly hash: string;
}

/** signalbox.yaml with its defaults. Paths are absolute. */
export interface Settings {
  readonly projectDir: string;
  readonly connections: readonly ConnectionItem[];
  readonly store: StoreSettings;
  /** Folders and files of pipelines. */
  readonly pipelines: readonly string[];
  /** The listener of webhooks, /livez and /readyz. */
  readonly http: { readonly host: string; readonly port: number };
  /** Undefined where it is turned off. */
  readonly console: ConsoleSettings | undefined;
  /** The control API: a unix socket at this path. */
  readonly control: { readonly socket: string };
  /** What is kept of dead letters, and how many raise the alarm. */
  readonly deadLetters: { readonly keep: number; readonly maxAgeMs: number; readonly alarm: number };
  /** What is kept of commands that have ended. */
  readonly commands: Retention;
  /** What is kept of the audit. */
  readonly changes: Retention;
  /** Undefined where nothing is traced. */
  readonly telemetry: TelemetrySettings | undefined;
  readonly shutdownTimeoutMs: number;
  /** The simulator that stands in for akenza while no key is set. */
  readonly simulator: { readonly port: number };
}

/** Where traces go. */
export interface TelemetrySettings {
  /** URL without a secret. */
  readonly endpoint: string;
  /** The values are secret. */
  readonly headers: Readonly<Record<string, string>>;
  readonly service: string;
  /** In [0, 1]. */
  readonly share: number;
}

/** Everything the files of a project say, and everything that is wrong with them. */
export interface Project {
  readonly settings: Settings;
  /** False when signalbox.yaml, its connections apart, has errors: what runs all the same might use the wrong store. */
  readonly areSettingsGood: boolean;
  /** Where signalbox.yaml says each of its settings; what it does not say is left out. */
  readonly settingsAt: ReadonlyMap<string, Location>;
  readonly pipelines: readonly Pipeline[];
  readonly findings: readonly Finding[];
  /** How many pipeline documents were read, the bad ones included. */
  readonly documentCount: number;
  /** Names of the documents that have one and cannot run. */
  readonly brokenNames: ReadonlySet<string>;
  /** Files that pipelines and settings name and read: expressions, secrets. As written, relative to the project folder. */
  readonly textFiles: readonly string[];
  /** Values that must never be shown, for redaction. */
  readonly secrets: readonly string[];
}

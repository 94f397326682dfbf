import type { CheckResult, Clock, EngineStatus, EngineVersion, Project } from "@signalbox/core";

/** What checks look at beside the machine itself. */
export interface Surroundings {
  readonly project: Project;
  /** True where no akenza is set: the simulator would take its place. */
  readonly hasStandIn: boolean;
  /** signalbox.yaml, `.env` and the files of pipelines, and what they name. Absolute; some may not be there. */
  readonly files: readonly string[];
  /** The engine of this project; undefined where none answers. */
  readonly engine: RunningEngine | undefined;
  readonly clock: Clock;
}

export interface RunningEngine extends Pick<EngineVersion, "pid" | "signalbox"> {
  readonly httpUrl: EngineStatus["httpUrl"];
}

/** One look at one thing. */
export interface Check {
  /** Under which heading its results are told. */
  readonly group: string;
  /** What it looks at, for where it gives no result itself. */
  readonly subject: string;
  /** How long it may take; default 10 s. */
  readonly timeoutMs?: number;
  /** It stops soon after the signal aborts; what it throws is an error of its subject. */
  run(around: Surroundings, signal: AbortSignal): Promise<readonly CheckResult[]>;
}

/** A result under its heading. */
export interface Diagnosis extends CheckResult {
  readonly group: string;
}

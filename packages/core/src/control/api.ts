import type { Command, CommandState } from "../commands/contracts.ts";
import type { EngineStatus } from "../runtime/status.ts";
import type { TickRecord } from "../schedules/contracts.ts";

/** Who answers on a control API. */
export interface EngineVersion {
  /** The version of the control API, the `1` of `/v1`. */
  readonly api: 1;
  readonly signalbox: string;
  readonly node: string;
  readonly pid: number;
  readonly projectDir: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

export interface CommandFilter {
  readonly pipeline?: string;
  readonly device?: string;
  readonly state?: CommandState;
  readonly limit: number;
}

/** What a control server asks of the engine it stands for. */
export interface ControlApi {
  readonly version: EngineVersion;
  status(): EngineStatus;
  /** Newest first. */
  commands(filter: CommandFilter): Promise<readonly Command[]>;
  /** Newest first. */
  ticks(pipeline: string, limit: number): Promise<readonly TickRecord[]>;
}

/** The body of every answer that is not 200. */
export interface ControlProblem {
  readonly code: string;
  readonly message: string;
}

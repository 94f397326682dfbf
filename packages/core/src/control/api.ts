import type { Command, Commands } from "../commands/contracts.ts";
import type { ConnectionDetails } from "../component/heard.ts";
import type { DeadLetter, DeadLetters } from "../runtime/dead-letters.ts";
import type { ReloadResult } from "../runtime/reload/result.ts";
import type { Insight } from "../runtime/record/insight.ts";
import type { ConnectionStatus, EngineStatus } from "../runtime/status.ts";
import type { TraceControl } from "../runtime/trace/control.ts";
import type { ScheduleControl, TickRecord } from "../schedules/contracts.ts";
import type { Changes } from "./changes/changes.ts";
import type { DeviceDetail, DeviceList, DeviceQuery } from "./device-list.ts";
import type { HistoryAnswer } from "./history/history.ts";
import type { Live } from "./live/live.ts";
import type { PipelineDetail } from "./pipeline-detail.ts";
import type { PlaygroundAnswer, PlaygroundRequest } from "./playground.ts";

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

/** A page of commands. */
export interface CommandList {
  readonly commands: readonly Command[];
  /** Present when there are more: what to ask for in `after`. */
  readonly next?: string;
}

/** A page of dead letters. */
export interface DeadLetterList {
  readonly letters: readonly DeadLetter[];
  /** Present when there are more: what to ask for in `after`. */
  readonly next?: string;
}

/** A connection, with what stands behind its state. */
export interface ConnectionView extends ConnectionStatus {
  readonly details?: ConnectionDetails;
}

/** What a control server asks of the engine it stands for. */
export interface ControlApi {
  readonly version: EngineVersion;
  status(): EngineStatus;
  /** Reads the files again and makes the engine agree with them; `isCheck` only says what would change. */
  reload(isCheck: boolean): Promise<ReloadResult>;
  readonly commands: Pick<Commands, "accept" | "senders" | "get" | "list" | "cancel" | "resend">;
  readonly schedules: Omit<ScheduleControl, "keepOnly">;
  /** Newest first. */
  ticks(pipeline: string, limit: number): Promise<readonly TickRecord[]>;
  readonly deadLetters: Omit<DeadLetters, "open" | "close" | "status" | "bury" | "getMany">;
  readonly insight: Insight;
  /** What it does, told once a second to all who listen. */
  readonly live: Pick<Live, "follow">;
  /** CONTROL_PIPELINE_UNKNOWN. */
  pipeline(name: string): Promise<PipelineDetail>;
  /** CONTROL_PIPELINE_UNKNOWN. */
  history(pipeline: string): HistoryAnswer;
  connections(): readonly ConnectionView[];
  readonly devices: {
    list(query: DeviceQuery): DeviceList;
    /** CONTROL_DEVICE_UNKNOWN. */
    get(id: string): DeviceDetail;
  };
  /** CONTROL_PIPELINE_UNKNOWN, CONTROL_MESSAGE_UNKNOWN, CONTROL_PLAYGROUND_BUSY; what is wrong with the expression is told. */
  playground(request: PlaygroundRequest): Promise<PlaygroundAnswer>;
  /** What was done. */
  readonly changes: Pick<Changes, "note" | "list">;
  /** Undefined where the engine is not traced. */
  readonly traces: TraceControl | undefined;
}

/** The body of every answer that is not 200. */
export interface ControlProblem {
  readonly code: string;
  readonly message: string;
}

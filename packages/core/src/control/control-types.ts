// What answers of the control API look like, for whoever asks from elsewhere: `@signalbox/core/control-types`. A browser may
// import it: nothing here needs Node, and what is no type is small.
export type { Command, CommandState } from "../commands/contracts.ts";
export type { DiscardReason, SourceStatus } from "../component/contracts.ts";
export type { Finding } from "../config/model.ts";
export type { Location } from "../location.ts";
export type { DeadLetter, Preview, PreviewResult, RedriveOutcome, RedriveResult } from "../runtime/dead-letters.ts";
export type { DeadLetterStatus } from "../runtime/dead-letters/tally.ts";
export type { Readiness, UnreadyCode, UnreadyReason } from "../runtime/readiness.ts";
export type { Shown, ShownMessage } from "../runtime/record/shown.ts";
export type { TapEntry } from "../runtime/record/tap.ts";
export type { PassageAnswer, Reach, WhyAnswer } from "../runtime/record/why.ts";
export type { PipelineChange, ReloadResult } from "../runtime/reload/result.ts";
export type {
  BreakerStatus,
  ConnectionStatus,
  EngineStatus,
  MessageCounts,
  Notice,
  PipelineState,
  PipelineStatus,
  Problem,
  SinkStatus,
  WriteCounts,
} from "../runtime/status.ts";
export type { ClockJumps, ScheduleInfo, TickRecord } from "../schedules/contracts.ts";
export type { CommandList, ConnectionView, ControlProblem, DeadLetterList, EngineVersion } from "./api.ts";
export type { Cadence, ConnectionDetails, DeviceGap, HeardStream } from "../component/heard.ts";
export type { Role } from "./caller.ts";
export type { Change, ChangeList } from "./changes/change.ts";
export type { DeviceDetail, DeviceList, DeviceSummary } from "./device-list.ts";
export type { HistoryAnswer } from "./history/history.ts";
export type { Part, PipelineDetail, PipelineGraph, SinkPart } from "./pipeline-detail.ts";
export type { PlaygroundAnswer, PlaygroundProblem, PlaygroundRequest } from "./playground.ts";
export { foldLive } from "./live/fold.ts";
export { pipelineNumbers, sinkNumbers, stepNumbers } from "./live/numbers.ts";
export type {
  EngineFacts,
  LiveEvent,
  LivePipeline,
  LiveSink,
  LiveState,
  LiveStep,
  PipelineFacts,
  PipelineNumbers,
  SinkFacts,
  SinkNumbers,
  StepFacts,
  StepNumbers,
} from "./live/shapes.ts";

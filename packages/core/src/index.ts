export { formatLocation, type Location } from "./location.ts";
export { messageOf, SignalboxError, type SignalboxErrorOptions, toSignalboxError } from "./errors/error.ts";
export { excerpt } from "./excerpt.ts";
export { type ErrorCode, type ErrorCodeEntry, errorCodes } from "./errors/codes.ts";
export { type Clock, sleep, systemClock, type Timer } from "./clock.ts";
export { type Logger, type LogFields, silentLogger } from "./log.ts";
export {
  type Delivery,
  type Message,
  type Meta,
  type Redrive,
  type RequestMeta,
  type Settlement,
  withBody,
} from "./message.ts";
export { isLoopback } from "./loopback.ts";
export type { Job, JobHandler, NewJob, Queue, QueueWorker } from "./ports/queue.ts";
export type {
  Collection,
  CollectionDefinition,
  DueRow,
  LaneEntry,
  Lanes,
  LaneSize,
  AppendToken,
  NewLaneEntry,
  NewRow,
  Query,
  Row,
  RowChange,
  RowReplacement,
  RowState,
  Store,
} from "./ports/store.ts";
export type { Span, SpanAttributes, SpanCounts, SpanLink, SpanReceiver } from "./ports/traces.ts";
export type { TraceControl, TraceStatus } from "./runtime/trace/control.ts";
export { convertibleUnits, type LibraryFunction, unitPrefixes } from "@signalbox/jsonata";
export { boundFunctions } from "./component/bind.ts";
export { type Expression, judge, type Template, type Verdict } from "./component/expression.ts";
export {
  type Connection,
  type ConnectionTrouble,
  delivered,
  type Discard,
  type DiscardReason,
  failed,
  isDiscard,
  isQueryConnection,
  type Lifecycle,
  type Outcome,
  type QueryConnection,
  type Sink,
  type Source,
  type SourceStatus,
  type Step,
  type WriteResult,
} from "./component/contracts.ts";
export {
  type CheckResult,
  type CheckStatus,
  clockCheck,
  type ClockReading,
  failedCheck,
} from "./component/check-result.ts";
export {
  type BackfillOptions,
  type ComponentContext,
  type ComponentKind,
  type ConnectionCheck,
  type ConnectionDefinition,
  defineConnection,
  defineSink,
  defineSource,
  defineStep,
  type Definition,
  type RetryOptions,
  type SinkContext,
  type SinkDefinition,
  type SourceContext,
  type SourceDefinition,
  type SourceRemark,
  type StepDefinition,
} from "./component/definition.ts";
export type {
  Cadence,
  ConnectionDetails,
  DeviceGap,
  HeardDevice,
  HeardDevices,
  HeardStream,
} from "./component/heard.ts";
export { DeliveryBuffer, type DeliveryBufferOptions } from "./component/delivery-buffer.ts";
export {
  connectionName,
  duration,
  expression,
  fieldFacts,
  type FieldFacts,
  pipelineName,
  planned,
  secret,
  size,
  template,
} from "./component/fields.ts";
export { formatDuration, parseDuration, parseSize } from "./component/units.ts";
export type { Chains, HttpReply, HttpRequest, HttpRoute, HttpRoutes, Services } from "./component/services.ts";
export type {
  Command,
  CommandChange,
  CommandQuery,
  Commands,
  CommandSeen,
  CommandSender,
  CommandState,
  Confirmation,
  Confirmations,
  NewCommand,
  SendResult,
  Uplink,
  WatchedDevice,
} from "./commands/contracts.ts";
export type {
  Plan,
  ScheduleRegistration,
  Schedules,
  Tick,
  TickOutcome,
  TickRecord,
  TickTiming,
  CatchUp,
  ClockJumps,
  Delay,
  Led,
  Overlap,
  Pause,
  Schedule,
  ScheduleControl,
  ScheduleInfo,
  ScheduleSummary,
  TickEnd,
} from "./schedules/contracts.ts";
export { createRegistry, type Registry } from "./registry.ts";
export type {
  BatchOptions,
  ConnectionItem,
  ConsoleRole,
  ConsoleSettings,
  ConsoleToken,
  Finding,
  Pipeline,
  Project,
  Settings,
  SinkItem,
  SourceItem,
  StepItem,
  RedisServers,
  RedisTls,
  StoreSettings,
  TelemetrySettings,
} from "./config/model.ts";
export { type Backoff, backoffDelayMs } from "./backoff.ts";
export type {
  ConnectionStatus,
  DiscardCounts,
  EngineStatus,
  MessageCounts,
  Notice,
  PipelineState,
  PipelineStatus,
  Problem,
  SinkStatus,
  StepCounts,
  StepStatus,
  WriteCounts,
} from "./runtime/status.ts";
export { type DurationCounts, durationBoundsMs, Durations } from "./runtime/durations.ts";
export { type Readiness, type UnreadyCode, unreadyCodes, type UnreadyReason } from "./runtime/readiness.ts";
export type { EngineTimings, PipelineTimings, SinkTimings, StepTimings } from "./runtime/timings.ts";
export type { StoreTimings } from "./runtime/timed-backend.ts";
export type { TapRequest } from "./runtime/record/insight.ts";
export type { SeenValue, StageOutcome } from "./runtime/record/stage.ts";
export type { CutBody, Shown, ShownMessage } from "./runtime/record/shown.ts";
export type { TapEntry } from "./runtime/record/tap.ts";
export type { StoredAnswer, StoredMessage } from "./runtime/record/stored.ts";
export type { PassageAnswer, Reach, WhyAnswer, WhyQuery } from "./runtime/record/why.ts";
export type { Caller, Role } from "./control/caller.ts";
export type { InsightClient } from "./control/insight-client.ts";
export { Live } from "./control/live/live.ts";
export type { Stray, Strays } from "./component/services.ts";
export type { CommandList, ControlApi, ControlProblem, DeadLetterList, EngineVersion } from "./control/api.ts";
export {
  type ControlClient,
  type ControlClientOptions,
  createControlClient,
  type CommandClient,
  type CommandListQuery,
  type DeadLetterClient,
  type DeadLetterQuery,
  type ScheduleClient,
  type TraceClient,
} from "./control/client.ts";
export { createControl, type EngineControl, type EngineSurroundings } from "./control/engine-api.ts";
export type { Change, ChangeList, ChangeQuery } from "./control/changes/change.ts";
export { detailsOf as reloadDetails } from "./control/engine-routes.ts";
export { openApi, type OpenApiOptions } from "./control/openapi.ts";
export { problemAnswer } from "./control/problem.ts";
export { answer as answerControl, type Question, routes as controlRoutes } from "./control/routes.ts";
export { Streamed } from "./control/streamed.ts";
export { type ControlServer, type ControlServerOptions, createControlServer } from "./control/server.ts";
export type { Backend } from "./ports/backend.ts";
export type { PipelineChange, ReloadResult } from "./runtime/reload/result.ts";
export { createEngine, type Engine, type EngineOptions, type EngineTraces, type StopResult } from "./runtime/engine.ts";
export type {
  DeadLetter,
  DeadLetterFilter,
  DeadLetterPage,
  DeadLetters,
  DeadLetterStatus,
  LetterEdit,
  LetterPart,
  NewEdit,
  Preview,
  PreviewResult,
  RedriveOutcome,
  RedriveRequest,
  RedriveResult,
} from "./runtime/dead-letters.ts";
export { tryOpening, type TryOpeningOptions } from "./runtime/try-opening.ts";
export { previewPipeline } from "./components/sources/schedule-of.ts";
export {
  describeOdd,
  type OddTime,
  type PreviewedTime,
  type SchedulePreview,
} from "./components/sources/schedule-review.ts";
export { reviewPipelines } from "./config/review.ts";
export { createSchedules, type SchedulesOptions, type SchedulesService } from "./schedules/schedules.ts";
export { type CommandsOptions, type CommandsService, createCommands } from "./commands/commands.ts";
export { commandStates } from "./commands/states.ts";
export { dropSink } from "./components/sinks/drop.ts";
export { fileSink } from "./components/sinks/file.ts";
export { httpSink } from "./components/sinks/http.ts";
export { logSink } from "./components/sinks/log.ts";
export { pipelineSink } from "./components/sinks/pipeline.ts";
export { websocketSink } from "./components/sinks/websocket.ts";
export { generateSource } from "./components/sources/generate.ts";
export { pipelineSource } from "./components/sources/pipeline.ts";
export { scheduleSource } from "./components/sources/schedule.ts";
export { webhookSource } from "./components/sources/webhook.ts";
export { deadbandStep } from "./components/steps/deadband.ts";
export { filterStep } from "./components/steps/filter.ts";
export { splitStep } from "./components/steps/split.ts";
export { throttleStep } from "./components/steps/throttle.ts";
export { transformStep } from "./components/steps/transform.ts";
export { loadProject, type LoadProjectOptions, projectSources, type ProjectSources } from "./config/load.ts";
export { parseProject, type ParseProjectOptions, type ProjectFile } from "./config/project.ts";
export { redact, redactJson } from "./config/redact.ts";
export { pipelineSchema, settingsSchema } from "./config/editor-schema.ts";
export { pipelineKeys, sinkKeys, stepKeys } from "./config/pipeline-keys.ts";
export { defaultConsolePort, settingsKeys, settingsVariables } from "./config/settings-keys.ts";
export { bindExpression, type BindOptions, bindTemplate } from "./component/bind.ts";

export { formatLocation, type Location } from "./location.ts";
export { messageOf, SignalboxError, type SignalboxErrorOptions, toSignalboxError } from "./errors/error.ts";
export { type ErrorCode, type ErrorCodeEntry, errorCodes } from "./errors/codes.ts";
export { type Clock, sleep, systemClock, type Timer } from "./clock.ts";
export { type Logger, type LogFields, silentLogger } from "./log.ts";
export { type Delivery, type Message, type Meta, type RequestMeta, withBody } from "./message.ts";
export type { Job, JobHandler, NewJob, Queue, QueueWorker } from "./ports/queue.ts";
export type {
  Collection,
  CollectionDefinition,
  DueRow,
  LaneEntry,
  Lanes,
  LaneSize,
  NewLaneEntry,
  NewRow,
  Query,
  Row,
  RowChange,
  RowState,
  Store,
} from "./ports/store.ts";
export { type Expression, judge, type Template, type Verdict } from "./component/expression.ts";
export {
  type Connection,
  delivered,
  type Discard,
  type DiscardReason,
  failed,
  isDiscard,
  type Lifecycle,
  type Outcome,
  type Sink,
  type Source,
  type SourceStatus,
  type Step,
  type WriteResult,
} from "./component/contracts.ts";
export {
  type ComponentContext,
  type ComponentKind,
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
  type StepDefinition,
} from "./component/definition.ts";
export {
  connectionName,
  duration,
  expression,
  fieldFacts,
  type FieldFacts,
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
  Commands,
  CommandSender,
  CommandState,
  NewCommand,
  SendResult,
} from "./commands/contracts.ts";
export type {
  Plan,
  ScheduleRegistration,
  Schedules,
  Tick,
  TickOutcome,
  TickRecord,
  TickTiming,
} from "./schedules/contracts.ts";
export { createRegistry, type Registry } from "./registry.ts";
export type {
  BatchOptions,
  ConnectionItem,
  Finding,
  Pipeline,
  Project,
  Settings,
  SinkItem,
  SourceItem,
  StepItem,
  StoreSettings,
} from "./config/model.ts";

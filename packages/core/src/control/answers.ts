// What answers of the control API look like, for the reference, and for the test that holds them to it. More fields may come.
export { connectionViews, deviceDetail, deviceList } from "./answers/connections.ts";
export { history, pipelineDetail, reload, status, traces, version } from "./answers/engine.ts";
export { liveEvent, playground, tapEntry, why } from "./answers/insight.ts";
export { messages, refusal } from "./answers/parts.ts";
export { pipelineStatuses } from "./answers/pipelines.ts";
export {
  changeList,
  clockJumps,
  command,
  commandList,
  deadLetter,
  deadLetterList,
  deadLetterPreview,
  purged,
  redriveResults,
  schedule,
  schedules,
  tick,
  ticks,
} from "./answers/work.ts";

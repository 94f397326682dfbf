/** Codes of the runtime, the command line and the control API. */
export const engineCodes = {
  ENGINE_NOT_RUNNING: {
    when: "A verb needs a running engine and none answers on the control socket of this project folder.",
    remedy: "Start one with `pnpm start`, or run the verb in the folder of the engine you mean.",
  },
  ENGINE_NOT_ANSWERING: {
    when: "Something holds the control socket of this project folder and gives no answer in time.",
    remedy: "Look at the engine's log and load; if the process hangs, end it and start it again.",
  },
  ENGINE_ALREADY_RUNNING: {
    when: "An engine of this project folder runs already and holds its control socket.",
    remedy: "Stop the other one first, or give this one its own folder or `control.socket`.",
  },
  CONTROL_SOCKET_FAILED: {
    when: "The control API cannot listen where the settings say.",
    remedy: "Set `control.socket` to a path in a folder this user may write to.",
  },
  CONTROL_TOKEN_REFUSED: {
    when: "A request to a control API on loopback does not carry the token of the engine that runs now.",
    remedy: "Read the token from the endpoint file beside the configured socket path; it changes with every start.",
  },
  CONTROL_METHOD_REFUSED: {
    when: "A request to the control API is not a GET.",
    remedy: "Use GET; this version of the control API only answers questions.",
  },
  CONTROL_PATH_UNKNOWN: {
    when: "The control API has no such path.",
    remedy: "See the list of paths in the reference; another version of the engine may have others.",
  },
  CONTROL_QUERY_INVALID: {
    when: "A parameter of a request to the control API has a value that is not allowed.",
    remedy: "Use one of the values the message names.",
  },
  CONTROL_SCHEDULE_UNKNOWN: {
    when: "Ticks were asked for of a pipeline that does not run here or has no schedule source.",
    remedy: "Use one of the names the message lists.",
  },
  CONTROL_FAILED: {
    when: "The engine could not answer a request to its control API, or something else answered in its place.",
    remedy: "Look at the engine's log; its entry holds the cause.",
  },
  CLI_PROJECT_MISSING: {
    when: "The project folder given with --project does not exist.",
    remedy: "Give the folder that holds signalbox.yaml, or run the verb inside it.",
  },
  CLI_PROJECT_EMPTY: {
    when: "`signalbox run` found no pipelines at all.",
    remedy: "Write one into pipelines/, or say in signalbox.yaml under `pipelines` where they are.",
  },
  DOCS_OUTDATED: {
    when: "`signalbox docs --check` found reference files that differ from what the definitions say.",
    remedy: "Run `pnpm docs` and commit the result.",
  },
  ENGINE_STOPPING: {
    when: "The engine was asked to stop while a write was under way.",
    remedy: "Nothing: the message is parked and written by the next start.",
  },
  SINK_GONE: {
    when: "A message was parked for a sink that its pipeline no longer has.",
    remedy: "The message is a dead letter. Bring the sink back under its old name and redrive it, or purge it.",
  },
  SINK_NOT_OPEN: {
    when: "A sink has not been able to connect yet.",
    remedy: "Read the cause. Messages for it are parked and written once it is open.",
  },
  CHAIN_TARGET_REFUSED: {
    when: "A `pipeline` sink found its target missing, full, or unable to settle the message in time.",
    remedy: "Check that the target pipeline runs. The message is parked and tried again.",
  },
  HTTP_PORT_TAKEN: {
    when: "The engine's HTTP listener cannot have its port.",
    remedy: "Set another one (`http.port` in signalbox.yaml, or SIGNALBOX_HTTP_PORT), or stop what listens there.",
  },
  HTTP_ROUTE_TAKEN: {
    when: "Two webhooks ask for the same method and path.",
    remedy: "Give one of them another path.",
  },
  HTTP_ROUTE_UNKNOWN: {
    when: "A request came for a path that no running webhook serves.",
    remedy: "Check the path and that the pipeline runs.",
  },
  HTTP_BODY_TOO_LARGE: {
    when: "A request's body is larger than the webhook's `bodyLimit`.",
    remedy: "Send less, or raise the limit.",
  },
  HTTP_REQUEST_FAILED: {
    when: "The engine could not answer a request; the log says why.",
    remedy: "Read the log line of the same time.",
  },
  PIPELINE_CREATE_FAILED: {
    when: "A component could not be made from its validated configuration.",
    remedy: "Read the cause; the other pipelines run.",
  },
  SOURCE_FAILED: {
    when: "A source failed to open, or broke while it ran.",
    remedy: "Read the cause. The source is opened again with backoff, unless the cause says that this cannot help.",
  },
  CONNECTION_FAILED: {
    when: "A connection failed to open.",
    remedy: "Read the cause. It is tried again with backoff.",
  },
} as const;

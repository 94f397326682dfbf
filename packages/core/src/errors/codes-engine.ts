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
  CONTROL_ROLE_REFUSED: {
    when: "A viewer asked the control API for what only operators may do.",
    remedy: "Use a token with the role `operator`, or ask somebody who has one.",
  },
  CONTROL_METHOD_REFUSED: {
    when: "A path of the control API was asked with a method it does not take.",
    remedy: "Use the method the message names: GET for questions, POST for what changes something.",
  },
  CONTROL_PATH_UNKNOWN: {
    when: "The control API has no such path.",
    remedy: "See the list of paths in the reference; another version of the engine may have others.",
  },
  CONTROL_QUERY_INVALID: {
    when: "A parameter of a request to the control API has a value that is not allowed.",
    remedy: "Use one of the values the message names.",
  },
  CONTROL_BODY_INVALID: {
    when: "The body of a request to the control API is not JSON, or not what its path takes.",
    remedy: "Send what the message asks for.",
  },
  CONTROL_BODY_TOO_LARGE: {
    when: "The body of a request to the control API is larger than 16 MiB.",
    remedy: "Send less, in several requests.",
  },
  CONTROL_SENDER_UNKNOWN: {
    when: "A command was to be sent by hand over a connection that does not exist here, or takes no commands.",
    remedy: "Use one of the connections the message lists.",
  },
  CONTROL_SCHEDULE_UNKNOWN: {
    when: "Something was asked of the schedule of a pipeline that does not run here or has no schedule source.",
    remedy: "Use one of the names the message lists.",
  },
  CONTROL_PIPELINE_UNKNOWN: {
    when: "A running engine was asked about a pipeline that does not run there.",
    remedy: "Use one of the names the message lists; `signalbox status` shows all of them.",
  },
  CONTROL_DEVICE_UNKNOWN: {
    when: "A running engine was asked about a device that it never heard, and that no pipeline asks for.",
    remedy: "Use an id that `GET /v1/devices` lists.",
  },
  CONTROL_MESSAGE_UNKNOWN: {
    when: "An expression was to be tried on a message that the engine does not remember, or no longer.",
    remedy: "Use one that `GET /v1/samples` lists, or send the sample itself.",
  },
  CONTROL_PLAYGROUND_BUSY: {
    when: "Too many expressions are being tried at the same time.",
    remedy: "Try again in a moment.",
  },
  CONTROL_STAGE_UNKNOWN: {
    when: "A pipeline was to be watched at a stage it does not have.",
    remedy: "Use `source`, or the name of one of the steps and sinks the message lists.",
  },
  CONTROL_TRACES_OFF: {
    when: "A running engine was asked about its traces, and it has none: no receiver is set.",
    remedy: "Set `telemetry.endpoint` in signalbox.yaml, or OTEL_EXPORTER_OTLP_ENDPOINT, and start the engine again.",
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
  CLI_SCHEDULE_UNKNOWN: {
    when: "`signalbox schedules preview` was asked for a pipeline that the files do not have, or that has no schedule.",
    remedy: "Use the name of a pipeline with a `schedule` source, and mend its errors.",
  },
  CLI_SELECTION_INVALID: {
    when: "`signalbox dead-letters redrive` or `purge` was told neither letters nor filters, or both.",
    remedy: "Give ids, or filters; `--all` says that every dead letter is meant.",
  },
  CLI_CONFIRMATION_MISSING: {
    when: "More than one dead letter would be redriven, or any purged, and `--yes` was not given.",
    remedy: "Look at them with `signalbox dead-letters list` and `redrive --preview`, then say `--yes`.",
  },
  CLI_BODY_INVALID: {
    when: "The body to put into a dead letter, or to send as a command, cannot be read or is not JSON.",
    remedy: "Give a file of JSON with `--body`, or `-` and the JSON on standard input.",
  },
  CLI_CHECK_FAILED: {
    when: "A check of `signalbox doctor` could not be carried out.",
    remedy: "Read the cause. The other checks are not concerned.",
  },
  CLI_EDITOR_FAILED: {
    when: "There is no editor to open a dead letter in, or it ended with an error.",
    remedy: "Set `VISUAL` or `EDITOR`, or give the body with `--body`.",
  },
  DOCS_OUTDATED: {
    when: "`signalbox docs --check` found reference files that differ from what the definitions say.",
    remedy: "Run `pnpm docs` and commit the result.",
  },
  ENGINE_STOPPING: {
    when: "The engine was asked to stop while it started, reloaded, or had a write under way.",
    remedy: "Nothing: a message is parked and written by the next start, which reads the files anew too.",
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
  HTTP_ROUTE_AWAITED: {
    when: "A request came for a path that nobody serves while the engine, or a pipeline's source, starts or stops.",
    remedy: "Send it again; the answer's `Retry-After` says when.",
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
  PIPELINE_START_FAILED: {
    when: "A step could not be opened, or what was parked earlier could not be taken up.",
    remedy: "Read the cause; the other pipelines run.",
  },
  RELOAD_SETTING_FIXED: {
    when: "signalbox.yaml changed while the engine ran, in a setting that holds until the engine is started again.",
    remedy: "Restart the engine, or change the setting back. Pipelines and connections are reloaded all the same.",
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

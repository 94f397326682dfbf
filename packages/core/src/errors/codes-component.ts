/** Codes of sources, steps and sinks at run time, whatever the connector. */
export const componentCodes = {
  EXPRESSION_FAILED: {
    when: "A JSONata expression threw while it was evaluated on a message.",
    remedy: "Read the cause: it carries JSONata's own code and the place in the YAML file.",
  },
  EXPRESSION_LIMIT: {
    when: "An expression took longer, went deeper or made more than the pipeline's `limits` allow.",
    remedy: "Look at the message that caused it; simplify the expression, or raise that limit for the pipeline.",
  },
  EXPRESSION_NOT_BOOLEAN: {
    when: "A condition (`filter`, `when`) gave something other than true, false or nothing.",
    remedy: "Compare explicitly (`data.open = true`), or wrap the condition in $boolean( ).",
  },
  EXPRESSION_NO_RESULT: {
    when: "A `transform` gave no result for a message.",
    remedy: "Give a default, or set `onNothing: filter` if such messages are to be left out.",
  },
  STEP_FAILED: {
    when: "A step threw while it processed a message, without saying more.",
    remedy: "Read the cause. The message is a dead letter; redrive it once the cause is mended.",
  },
  EXPRESSION_NOT_NUMBER: {
    when: "The value of a `deadband` is something other than a number.",
    remedy: "Convert it with $number( ), or filter messages without a number before.",
  },
  SOURCE_CLOSED: {
    when: "A message reached a source whose pipeline was stopping.",
    remedy: "Nothing: who sent it is told, and a source that can redeliver does so.",
  },
  SCHEDULE_TICK_FAILED: {
    when: "Messages of a schedule's tick became dead letters.",
    remedy: "Look at the dead letters of the pipeline: each has its own cause.",
  },
  SINK_WRITE_FAILED: {
    when: "A sink threw while it wrote, without saying more.",
    remedy: "Read the cause. The message is parked and tried again until its attempts are spent.",
  },
  SINK_TIMEOUT: {
    when: "A write did not end within the sink's `timeout`.",
    remedy: "Check the system behind the sink, or raise `timeout`. The message is parked and tried again.",
  },
  CHAIN_TOO_LONG: {
    when: "A message has passed 16 `pipeline` sinks.",
    remedy: "Look for pipelines that send in a circle; a chain that is meant to be that long can be shortened.",
  },
  FILE_PATH_OUTSIDE: {
    when: "A hole in a `file` sink's path gave something that leads out of the folder the path starts with.",
    remedy: "Look at the message: a device or caller sent `..` or a path. Encode the value in the hole if it is meant.",
  },
  FILE_PATH_RESERVED: {
    when: "A hole in the path of a `file` sink with `rotate` gave a name that only files put aside have.",
    remedy: "Let the path end with literal text, such as `.ndjson`; look at who sends such names.",
  },
  FILE_WRITE_FAILED: {
    when: "A `file` sink could not open or write its file.",
    remedy: "Read the cause: a full disk, missing rights and a read-only file system are retried once mended.",
  },
  HTTP_AUTH_REFUSED: {
    when: "The server behind an `http` sink answered 401, 403 or 407.",
    remedy: "Check the credentials under `auth`. The messages are parked, and go out once a probe is accepted.",
  },
  HTTP_REQUEST_INVALID: {
    when: "No HTTP request can be made of a message: its URL, a header or its body is not possible.",
    remedy: "Look at what the holes of URL and headers give for this message, or shape the body with `transform`.",
  },
  HTTP_REQUEST_REJECTED: {
    when: "The server behind an `http` sink refused a message for good (4xx, or a status its `responses` name under `reject`), or answered with a redirect.",
    remedy: "Read the beginning of its answer in the error; mend the message or the URL and redrive the dead letter.",
  },
  HTTP_SERVER_UNAVAILABLE: {
    when: "The server behind an `http` sink answered 408, 425, 429, 5xx or a status its `responses` name under `retry`.",
    remedy: "Nothing at first: the message is parked and tried again. If it lasts, look at that server.",
  },
  HTTP_SERVER_UNREACHABLE: {
    when: "An `http` sink got no answer: no connection, a broken one, or a certificate that is not trusted.",
    remedy: "Check host, port, proxy and certificates. The message is parked and tried again.",
  },
  POSTGRES_UNAVAILABLE: {
    when: "PostgreSQL answered that it cannot do something just now: login, conflict, resources, shutdown.",
    remedy: "Read its message. What failed is tried again; a refused login works once user and password are right.",
  },
  POSTGRES_UNREACHABLE: {
    when: "A `postgres` connection could not be made, or broke.",
    remedy: "Check that the database runs and that host, port and TLS in the connection's `url` are right.",
  },
  SQL_STATEMENT_REJECTED: {
    when: "PostgreSQL refused a statement or a value: a missing table, a wrong type, a broken constraint.",
    remedy: "Read its message. Mend the statement or the message, and redrive the dead letter.",
  },
  WEBHOOK_AUTH_REFUSED: {
    when: "A request to a `webhook` had no token or signature, or a wrong one (401).",
    remedy: "Check the caller's token or secret against the source's `auth`.",
  },
  WEBHOOK_BODY_MALFORMED: {
    when: "A request to a `webhook` had a body that is not what its content type says (400).",
    remedy: "Mend it where the answer's line and column point.",
  },
  WEBHOOK_FIELD_INVALID: {
    when: "A request to a `webhook` gave an id, device, topic or time that cannot be one (400).",
    remedy: "Look at what the source's expressions `id`, `device`, `topic` and `time` make of that request.",
  },
  WEBHOOK_KEY_REUSED: {
    when: "A request to a `webhook` had the `Idempotency-Key` of an earlier one and another path, query or body (422).",
    remedy:
      "Callers make a new key for each request, and repeat a request with its own. Where senders change a repeated event " +
      "(a count of tries, a time), say with the source's `id` what its identity is.",
  },
  WEBHOOK_NOT_SETTLED: {
    when: "A message of a `webhook` with `respond: settled` took longer than `timeout` (504). It goes on.",
    remedy: "Look at the pipeline's sinks, raise `timeout`, or answer earlier with `respond: accepted`.",
  },
  WEBHOOK_NO_ROOM: {
    when: "As many messages of a `webhook` as the pipeline's `maxInFlight` wait already (503).",
    remedy: "Callers try again after `Retry-After`. If it lasts, look at the pipeline's sinks.",
  },
  WEBHOOK_TYPE_UNSUPPORTED: {
    when: "A request to a `webhook` had a body of a type or character set that is not read (415).",
    remedy: "Send JSON, a form or text, in UTF-8.",
  },
  WEBSOCKET_NOT_CONNECTED: {
    when: "A `websocket` sink has no connection: the server is away, refused it, or ended it.",
    remedy: "Read the cause. The connection is tried again by itself, and the messages are parked until then.",
  },
} as const;

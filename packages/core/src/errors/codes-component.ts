/** Codes of sources, steps and sinks at run time, whatever the connector. */
export const componentCodes = {
  EXPRESSION_FAILED: {
    when: "A JSONata expression threw while it was evaluated on a message.",
    remedy: "Read the cause: it carries JSONata's own code and the place in the YAML file.",
  },
  EXPRESSION_NOT_BOOLEAN: {
    when: "A condition (`filter`, `when`) gave something other than true, false or nothing.",
    remedy: "Compare explicitly (`data.open = true`), or wrap the condition in $boolean( ).",
  },
  EXPRESSION_NO_RESULT: {
    when: "A `transform` gave no result for a message.",
    remedy: "Give a default, or set `onNothing: filter` if such messages are to be left out.",
  },
  SINK_WRITE_FAILED: {
    when: "A sink threw while it wrote, without saying more.",
    remedy: "Read the cause. The message is parked and tried again until its attempts are spent.",
  },
  SINK_TIMEOUT: {
    when: "A write did not end within the sink's `timeout`.",
    remedy: "Check the system behind the sink, or raise `timeout`. The message is parked and tried again.",
  },
} as const;

import type { Logger } from "../log.ts";
import { traceFields } from "../traceparent.ts";
import type { Command } from "./contracts.ts";

/** Says in the log what became of a command; an error is for someone to act on. Silent about what is on its way. */
export function announce(log: Logger, command: Command): void {
  const { key, pipeline, sink, connection, device, attempts, state } = command;
  const latest = command.history.at(-1);
  const trace = traceFields(command.traceparent);
  const fields = { command: key, pipeline, sink, connection, device, attempts, detail: latest?.detail, ...trace };
  switch (state) {
    case "accepted":
      return log.info(fields, "A command was accepted.");
    case "confirmed":
      return log.info(fields, "A command was confirmed by an uplink.");
    case "queued":
      return attempts > 0
        ? log.warn({ ...fields, dueAt: timeOf(command.dueAt) }, "A command is tried again later.")
        : undefined;
    case "superseded":
      return log.info({ ...fields, newer: latest?.supersededBy }, "A newer command took the place of a waiting one.");
    case "cancelled":
      return log.info({ ...fields, by: latest?.by }, "A command was cancelled.");
    case "expired":
      return log.warn(fields, "A command was not sent: its time was over.");
    case "rejected":
      return log.error(fields, "A command was rejected.");
    case "failed":
      return log.error(fields, "A command failed: its attempts are spent.");
    case "unknown":
      return log.error(fields, "A command may have left and has no answer: it is not sent again. Check the device.");
    case "unconfirmed":
      return log.error(fields, "A command was accepted and no uplink confirmed it in time. Check the device.");
    case "planned":
      return log.info(fields, "A command is planned only: a dry run.");
    case "sent":
      return;
  }
}

function timeOf(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}

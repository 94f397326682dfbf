import { SimulatorError } from "../errors.ts";
import type { Mailbox } from "../receiver.ts";
import { isRecord } from "../sample.ts";
import type { ControlCall } from "./control-call.ts";
import { REQUEST_FAULT_FIELDS } from "./fault-routes.ts";
import { readFields, required } from "./fields.ts";
import { logJson } from "./log-json.ts";

/** /simulator/receiver[/NAME[/ACTION]]: what the other systems got, and how they answer. */
export function receiverRoute(
  method: string,
  name: string,
  action: string,
): ((call: ControlCall) => unknown) | undefined {
  if (name === "") return method === "GET" ? ({ mailboxes }) => mailboxes().map(summary) : undefined;
  const act = ACTIONS[action === "" ? method : `${method} ${action}`];
  return act && ((call) => act(call.simulator.receiver(name), call));
}

const ACTIONS: Readonly<Record<string, (mailbox: Mailbox, call: ControlCall) => unknown>> = {
  GET: (mailbox, { query }) => ({
    ...summary(mailbox),
    requests: logJson(mailbox.requests, query),
    messages: logJson(mailbox.messages, query),
  }),
  DELETE: (mailbox) => {
    mailbox.requests.clear();
    mailbox.messages.clear();
  },
  "POST answer": (mailbox, call) => {
    const fields = readFields(call.body, { status: "count", body: "json", headers: "json" });
    mailbox.answerWith({ status: 200, ...fields, headers: readHeaders(fields.headers) });
  },
  "POST fail": (mailbox, call) => mailbox.fail(readFields(call.body, REQUEST_FAULT_FIELDS)),
  "POST send": (mailbox, call) => mailbox.send(required(readFields(call.body, { text: "text" }).text, "text")),
  "POST close": (mailbox, call) => {
    const { code, reason } = readFields(call.body, { code: "count", reason: "text" });
    mailbox.closeSockets(code, reason);
  },
};

function summary({ name, requests, messages, socketCount }: Mailbox): object {
  return { name, requests: requests.total, messages: messages.total, sockets: socketCount };
}

function readHeaders(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (!isRecord(value) || Object.values(value).some((text) => typeof text !== "string")) {
    throw new SimulatorError("SIMULATOR_OPTION_INVALID", "headers must be an object of texts");
  }
  return value as Record<string, string>;
}

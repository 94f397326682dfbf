// The control API under /simulator: the same as the object in process, for those who are in another one. What it is
// not: akenza's API (rest/), nor protected: the simulator listens on loopback and guards nothing.
import type { Simulator } from "../contract.ts";
import type { EntryLog } from "../entry-log.ts";
import { SimulatorError } from "../errors.ts";
import type { Mailbox } from "../receiver.ts";
import type { RecordedSample } from "../recording.ts";
import type { Answer } from "../rest/answer.ts";
import { readSampleInput } from "../sample.ts";
import type { ReceivedRequest } from "../server/http-request.ts";
import type { ControlCall } from "./control-call.ts";
import { FAULT_ROUTES } from "./fault-routes.ts";
import { readFields, required } from "./fields.ts";
import { logJson } from "./log-json.ts";
import { receiverRoute } from "./receiver-routes.ts";

/** Handlers return the body of a 200. */
type Handler = (call: ControlCall) => unknown;

const PLAY_FIELDS = {
  samples: "json",
  samplesPerMinute: "number",
  speed: "number",
  loop: "count",
  timestamps: ["recorded", "now"],
} as const;

const ROUTES: Readonly<Record<string, Handler>> = {
  "GET state": ({ simulator }) => simulator.state(),
  "GET devices": ({ simulator }) => simulator.devices,
  "GET subscriptions": ({ simulator }) => simulator.subscriptions(),
  "GET log": readLog,
  "DELETE log": ({ simulator }) => {
    for (const log of Object.values(logsOf(simulator))) log.clear();
    return {};
  },
  "POST emit": ({ simulator, body }) => simulator.emit(readSampleInput(body, "sample")),
  "POST tick": ({ simulator, body }) => simulator.tick(readFields(body, { count: "count" }).count ?? 1),
  "POST start": ({ simulator, body }) => {
    const { samplesPerMinute } = readFields(body, { samplesPerMinute: "json" });
    simulator.start(samplesPerMinute as number | "max" | undefined);
    return simulator.state();
  },
  "POST stop": ({ simulator }) => {
    simulator.stop();
    return simulator.state();
  },
  "POST play": playBody,
  "DELETE faults": ({ simulator }) => {
    simulator.faults.clear();
    return simulator.state();
  },
};

/** Answers everything under /simulator; mistakes in a request are a 400 that says what is wrong. */
export function createControlApi(simulator: Simulator, mailboxes: () => readonly Mailbox[]) {
  return async (request: ReceivedRequest): Promise<Answer> => {
    const { method, path, query } = request;
    const [, , topic = "", name = "", action = ""] = path.split("/");
    try {
      const call = { simulator, mailboxes, query, body: parse(request.body) };
      const handler = find(method, { topic, name, action });
      if (handler) return { status: 200, body: (await handler(call)) ?? {} };
    } catch (cause) {
      if (!(cause instanceof SimulatorError)) throw cause;
      return { status: 400, body: { code: cause.code, message: cause.message } };
    }
    return { status: 404, body: { message: `no control call ${method} ${path}`, calls: listCalls() } };
  };
}

function find(method: string, path: { topic: string; name: string; action: string }): Handler | undefined {
  const { topic, name, action } = path;
  if (topic === "receiver") return receiverRoute(method, name, action);
  if (topic !== "faults" || name === "") return name === "" ? ROUTES[`${method} ${topic}`] : undefined;
  const fault = method === "POST" ? FAULT_ROUTES[name] : undefined;
  return fault && (({ simulator, body }) => ({ met: fault(simulator.faults, body) ?? null }));
}

function listCalls(): readonly string[] {
  const faults = Object.keys(FAULT_ROUTES).map((name) => `POST /simulator/faults/${name}`);
  const own = Object.keys(ROUTES).map((route) => route.replace(" ", " /simulator/"));
  return [
    ...own,
    ...faults,
    "GET /simulator/receiver[/NAME]",
    "POST /simulator/receiver/NAME/{answer,fail,send,close}",
  ];
}

function logsOf(simulator: Simulator): Readonly<Record<string, EntryLog<unknown>>> {
  const { sent, received, downlinks, requests, connections } = simulator;
  return { sent, received, downlinks, requests, connections };
}

/** GET /simulator/log?of=sent&limit=100: the newest entries, oldest first. */
function readLog({ simulator, query }: ControlCall): unknown {
  const logs = logsOf(simulator);
  const name = query.get("of") ?? "sent";
  const log = Object.hasOwn(logs, name) ? logs[name] : undefined;
  if (!log) throw new SimulatorError("SIMULATOR_OPTION_INVALID", `of must be one of ${Object.keys(logs).join(", ")}`);
  return logJson(log, query);
}

function playBody({ simulator, body }: ControlCall): Promise<unknown> {
  const { samples, samplesPerMinute, speed, loop, timestamps } = readFields(body, PLAY_FIELDS);
  const recording = required(samples, "samples");
  if (!Array.isArray(recording)) throw new SimulatorError("SIMULATOR_OPTION_INVALID", "samples must be a list");
  const pace =
    samplesPerMinute !== undefined ? { samplesPerMinute } : speed !== undefined ? { speed } : ("max" as const);
  return simulator.play(recording as RecordedSample[], {
    pace,
    ...(loop === undefined ? {} : { loop }),
    ...(timestamps === undefined ? {} : { timestamps }),
  });
}

function parse(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    throw new SimulatorError("SIMULATOR_OPTION_INVALID", "the body is not JSON");
  }
}

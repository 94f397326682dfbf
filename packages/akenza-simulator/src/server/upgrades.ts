import { STATUS_CODES } from "node:http";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import { Credential } from "../access.ts";
import type { Access } from "../access.ts";
import type { Clock } from "../clock.ts";
import type { RequestFault, RequestFaults } from "../faults/request-faults.ts";
import type { Receiver, ReceiverMailbox } from "../receiver.ts";
import { errorAnswer, PERMISSION_DENIED } from "../rest/answer.ts";
import type { Answer } from "../rest/answer.ts";
import type { DataStreams } from "../stream/data-streams.ts";
import { faultAnswer } from "./http-server.ts";
import { headOf } from "./http-request.ts";

export interface UpgradeContext {
  readonly access: Access;
  readonly clock: Clock;
  readonly faults: RequestFaults;
  readonly receiver: Receiver;
  readonly streams: DataStreams;
}

type Visitor = { readonly path: string; readonly query: URLSearchParams };

const STREAMS_PATH = "/v3/data-streams";
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** The handler of WebSocket upgrades: lets in, refuses, or leaves hanging. */
export function createUpgradeListener(context: UpgradeContext) {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES });
  return (request: IncomingMessage, raw: Duplex, head: Buffer): void => {
    raw.on("error", () => raw.destroy());
    const visitor = headOf(request);
    const mailbox = context.receiver.at(visitor.path);
    const fault = (mailbox?.faults ?? context.faults).take("GET", visitor.path);
    const proceed = () => {
      if (fault?.cut || fault?.hang) {
        if (!mailbox) context.streams.refused();
        return fault.cut ? raw.destroy() : undefined;
      }
      const entry = enter(visitor, { fault, mailbox, context });
      if ("refusal" in entry) return refuse(raw, entry.refusal);
      sockets.handleUpgrade(request, raw, head, (socket) => entry.open(socket, raw));
    };
    if (fault?.delayMs) context.clock.setTimer(proceed, fault.delayMs);
    else proceed();
  };
}

interface Visit {
  readonly fault: RequestFault | undefined;
  readonly mailbox: ReceiverMailbox | undefined;
  readonly context: UpgradeContext;
}

type Entry = { readonly refusal: Answer } | { open(socket: WebSocket, raw: Duplex): void };

/** Who gets the socket once it is open, or why there will be none. */
function enter(visitor: Visitor, { fault, mailbox, context }: Visit): Entry {
  const { clock, streams } = context;
  const now = clock.now();
  const faulty = fault?.status === undefined ? undefined : faultAnswer(visitor, fault, context);
  if (mailbox) {
    if (faulty) return { refusal: faulty };
    return { open: (socket) => mailbox.open(socket, visitor.path, () => clock.now()) };
  }
  if (visitor.path !== STREAMS_PATH) return { refusal: errorAnswer(404, { path: visitor.path, now }) };
  const verdict = faulty ?? admit(visitor, context);
  if (verdict instanceof Credential) return { open: (socket, raw) => streams.open(socket, raw, verdict) };
  streams.refused(verdict.status);
  return { refusal: verdict };
}

/** The credential in the URL, or the answer to one that opens nothing. */
function admit({ path, query }: Visitor, { access, clock }: UpgradeContext): Credential | Answer {
  const credential = access.byKey(query.get("xApiKey")) ?? access.byToken(query.get("access_token"));
  const about = { path, now: clock.now() };
  if (!credential) return errorAnswer(401, { ...about, message: "Invalid token provided" });
  return credential.may("stream") ? credential : errorAnswer(403, { ...about, message: PERMISSION_DENIED });
}

function refuse(raw: Duplex, { status, body, headers = {} }: Answer): void {
  const text = JSON.stringify(body);
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Refused"}`,
    "connection: close",
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(text)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  raw.end(`${lines.join("\r\n")}\r\n\r\n${text}`, () => raw.destroy());
}

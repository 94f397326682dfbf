// HTTP on the wire: reads a request, lets a fault have it, finds who answers, writes the answer. What it is not: the
// answers themselves (rest/, receiver.ts, control/), nor WebSocket upgrades (upgrades.ts).
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock.ts";
import type { BoundedLog } from "../entry-log.ts";
import type { RequestFault, RequestFaults } from "../faults/request-faults.ts";
import type { Receiver, ReceiverMailbox } from "../receiver.ts";
import { errorAnswer } from "../rest/answer.ts";
import type { Answer } from "../rest/answer.ts";
import { BodyTooLargeError, readRequest } from "./http-request.ts";
import type { ReceivedRequest } from "./http-request.ts";
import { requestEntry } from "./request-entry.ts";
import type { RequestEntry } from "./request-entry.ts";

export interface HttpContext {
  readonly clock: Clock;
  readonly faults: RequestFaults;
  readonly receiver: Receiver;
  readonly requests: BoundedLog<RequestEntry>;
  answerRest(request: ReceivedRequest): Answer;
  answerControl(request: ReceivedRequest): Promise<Answer>;
}

/** The handler of every HTTP request; it settles its own failures. */
export function createRequestListener(context: HttpContext) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response, context).catch((cause: unknown) => {
      const { now, path } = { now: context.clock.now(), path: request.url?.split("?")[0] ?? "/" };
      if (cause instanceof BodyTooLargeError) return write(response, errorAnswer(413, { path, now }));
      // The client has gone, or this is a defect of the simulator: either way there must be an end to it.
      if (!response.headersSent && !response.destroyed) {
        write(response, errorAnswer(500, { path, now, message: (cause as Error).message }));
      }
    });
  };
}

async function handle(request: IncomingMessage, response: ServerResponse, context: HttpContext): Promise<void> {
  const received = await readRequest(request);
  if (received.path.startsWith("/simulator/")) return write(response, await context.answerControl(received));
  const mailbox = context.receiver.at(received.path);
  const faults = mailbox?.faults ?? context.faults;
  const fault = faults.take(received.method, received.path);
  const { status, answer } = outcomeOf(received, { fault, mailbox, context });
  const entry = requestEntry(received, { at: context.clock.now(), status, blanksHeaders: mailbox === undefined });
  (mailbox?.requests ?? context.requests).append(entry);
  const finish = () => {
    if (status === "cut") request.socket.destroy();
    else if (status !== "hang") write(response, answer);
  };
  if (fault?.delayMs) context.clock.setTimer(finish, fault.delayMs);
  else finish();
}

interface Handling {
  readonly fault: RequestFault | undefined;
  readonly mailbox: ReceiverMailbox | undefined;
  readonly context: HttpContext;
}

/** Carries the request out unless a fault forbids it, and says what the client will see. */
function outcomeOf(
  request: ReceivedRequest,
  { fault, mailbox, context }: Handling,
): { status: RequestEntry["status"]; answer: Answer } {
  const nothing: Answer = { status: 0 };
  if (fault?.cut === "before") return { status: "cut", answer: nothing };
  if (fault?.hang === "before") return { status: "hang", answer: nothing };
  const answer =
    fault?.status === undefined ? carryOut(request, mailbox, context) : faultAnswer(request, fault, context);
  if (fault?.cut === "after") return { status: "cut", answer };
  if (fault?.hang === "after") return { status: "hang", answer };
  return { status: answer.status, answer };
}

function carryOut(request: ReceivedRequest, mailbox: ReceiverMailbox | undefined, context: HttpContext): Answer {
  return mailbox?.answer ?? context.answerRest(request);
}

/** The answer of a fault with a status, in akenza's error object. */
export function faultAnswer(
  { path }: Pick<ReceivedRequest, "path">,
  { status = 500, message, retryAfter }: RequestFault,
  { clock }: Pick<HttpContext, "clock">,
): Answer {
  const answer = errorAnswer(status, { path, now: clock.now(), ...(message === undefined ? {} : { message }) });
  return retryAfter === undefined ? answer : { ...answer, headers: { "retry-after": String(retryAfter) } };
}

function write(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  if (body === undefined || status === 204) {
    response.writeHead(status, headers).end();
    return;
  }
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const type = typeof body === "string" ? "text/plain" : "application/json";
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text), ...headers }).end(text);
}

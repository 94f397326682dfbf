// The engine's control API over HTTP, under /api: the same paths, answers and refusals as for the command line.
import {
  answerControl,
  type Caller,
  type ControlApi,
  type Logger,
  messageOf,
  problemAnswer,
  SignalboxError,
  Streamed,
} from "@signalbox/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { sendEvents } from "./events.ts";

const prefix = "/api";

export interface ApiParts {
  readonly api: ControlApi;
  /** A value as JSON, without its secrets. */
  readonly toJson: (value: unknown) => string;
  readonly log: Logger;
}

/** Adds `/api/v1/...`: GET asks, POST acts. What streams comes as server-sent events. */
export function addApi(server: FastifyInstance, parts: ApiParts): void {
  server.route({ method: ["GET", "POST"], url: `${prefix}/v1/*`, handler: (...args) => serve(parts, ...args) });
}

async function serve(parts: ApiParts, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  try {
    if (request.method === "POST") guardOrigin(request);
    const { method, url } = request;
    const target = url.slice(prefix.length);
    const readBody = (): Promise<unknown> => Promise.resolve(request.body);
    const caller: Caller = { role: "operator", via: "console", from: request.ip };
    const found = await answerControl(parts.api, { method, target, readBody, caller });
    if (found instanceof Streamed) return await sendEvents(reply, found, parts.toJson);
    return await reply.type("application/json").send(found ?? null);
  } catch (error) {
    // Fastify's error handler tells what is no refusal, and logs it.
    if (!(error instanceof SignalboxError) && !reply.sent) throw error;
    if (reply.sent) return parts.log.error({ cause: messageOf(error) }, "A stream of the console failed.");
    const { status, body } = problemAnswer(error);
    return reply.code(status).send(body);
  }
}

/** Fails with CONSOLE_ORIGIN_REFUSED where a page of another site asks for an action: its visitor did not. */
function guardOrigin({ headers }: FastifyRequest): void {
  const { origin, host } = headers;
  if (origin === undefined || hostOf(origin) === host) return;
  throw new SignalboxError("CONSOLE_ORIGIN_REFUSED", `pages of ${origin} may not act on this engine`);
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

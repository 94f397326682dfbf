// The engine's control API over HTTP, under /api: the same paths, answers and refusals as for the command line.
import { answerControl, type ControlApi, type Logger, messageOf, Streamed } from "@signalbox/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { callerOf } from "./access/guard.ts";
import { refuse } from "./answering.ts";
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
    const { method, url } = request;
    const target = url.slice(prefix.length);
    const readBody = (): Promise<unknown> => Promise.resolve(request.body);
    const found = await answerControl(parts.api, { method, target, readBody, caller: callerOf(request) });
    if (!(found instanceof Streamed)) return await reply.type("application/json").send(found ?? null);
    return await sendEvents(reply, found, { toJson: parts.toJson, until: request.visitor?.session?.ended });
  } catch (error) {
    if (reply.sent) return parts.log.error({ cause: messageOf(error) }, "A stream of the console failed.");
    return refuse(reply, error);
  }
}

import { problemAnswer, SignalboxError } from "@signalbox/core";
import type { FastifyReply, FastifyRequest } from "fastify";

/** A handler that answers refusals as the control API does; what is none is left to the server, which logs it. */
export function answering(
  handle: (request: FastifyRequest, reply: FastifyReply) => Promise<object>,
): (request: FastifyRequest, reply: FastifyReply) => Promise<unknown> {
  return async (request, reply) => {
    try {
      return await handle(request, reply);
    } catch (error) {
      return refuse(reply, error);
    }
  };
}

/** Answers a refusal; throws what is none. */
export function refuse(reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof SignalboxError)) throw error;
  const { status, body } = problemAnswer(error);
  if (status === 401) void reply.header("www-authenticate", "Bearer");
  return reply.code(status).send(body);
}

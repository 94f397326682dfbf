import { isLoopback } from "@signalbox/core";
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from "fastify";

/** Nothing of the console is to be framed, sniffed, stored by others, or to load anything from elsewhere. */
export function setSecurityHeaders(_request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
  void reply.headers({
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  });
  done();
}

/**
 * Refuses requests for other names than this machine's: a page of another site may point its own name at 127.0.0.1, and the
 * browser would let it read what it gets (DNS rebinding). Any port will do: tunnels have their own.
 */
export function guardHost(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
  if (isLoopback(nameIn(request.headers.host ?? ""))) return done();
  const message = "the console answers to the names of this machine alone";
  void reply.code(421).send({ code: "CONSOLE_HOST_REFUSED", message });
}

function nameIn(host: string): string {
  return host.replace(/:\d*$/, "");
}

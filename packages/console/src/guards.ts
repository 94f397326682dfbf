import { type ConsoleSettings, isLoopback } from "@signalbox/core";
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction, onRequestHookHandler } from "fastify";

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
 * browser would let it read what it gets (DNS rebinding). Any port will do: tunnels have their own. A console that others
 * reach asks who they are and answers to any name, or to those of `hosts` alone; probes of its health know no names.
 */
export function guardHost({ host: listensAt, hosts = [] }: ConsoleSettings): onRequestHookHandler {
  const names = new Set(hosts.map((name) => name.toLowerCase()));
  const isAnyGood = !isLoopback(listensAt) && names.size === 0;
  return (request, reply, done) => {
    const name = nameIn(request.host);
    const isProbe = !isLoopback(listensAt) && request.routeOptions.config.isProbe === true;
    if (isAnyGood || isProbe || isLoopback(name) || names.has(name.toLowerCase())) return done();
    const message = "the console answers to the names of this machine, and those of console.hosts, alone";
    void reply.code(421).send({ code: "CONSOLE_HOST_REFUSED", message });
  };
}

function nameIn(host: string): string {
  return host.replace(/:\d*$/, "");
}

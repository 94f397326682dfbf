import { type Caller, SignalboxError } from "@signalbox/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { refuse } from "../answering.ts";
import type { Access, Visitor } from "./access.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who it is from; undefined only where the path is for everybody, and they did not say. */
    visitor: Visitor | undefined;
  }

  interface FastifyContextConfig {
    /** The path is for everybody, also for those who do not say who they are. Nothing else is. */
    isOpen?: boolean;
    /** It tells of the engine's health, to whoever asks by whatever name. */
    isProbe?: boolean;
    /** Tokens with the role `metrics` may read it, too. */
    isForMetrics?: boolean;
  }
}

/** Has every path but those that are marked as open asked for who somebody is. What is no path at all is no secret. */
export function guardAccess(server: FastifyInstance, access: Access): void {
  server.decorateRequest("visitor", undefined);
  server.addHook("onRequest", (request, reply, done) => {
    const { isOpen = false, isForMetrics = false } = request.routeOptions.config;
    try {
      request.visitor = access.visitorOf(request);
      if (request.visitor.person?.role === "metrics" && !isOpen && !isForMetrics) {
        throw new SignalboxError("CONTROL_ROLE_REFUSED", "this token is for metrics alone");
      }
    } catch (error) {
      if (isOpen || request.is404) return done();
      return error instanceof SignalboxError ? void refuse(reply, error) : done(error as Error);
    }
    done();
  });
}

/** Who a request is from, as the control API knows them. */
export function callerOf({ visitor, ip }: FastifyRequest): Caller {
  const { person } = visitor ?? {};
  const way = { via: "console", from: ip } as const;
  if (person === undefined) return { role: "operator", ...way };
  return { role: person.role === "operator" ? "operator" : "viewer", name: person.name, ...way };
}

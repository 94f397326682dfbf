// The console's HTTP server: where it listens, whom it answers, what it bears. Not here: what its paths answer (routes.ts).
import {
  type Clock,
  type ConsoleSettings,
  type ControlApi,
  defaultConsolePort,
  type Logger,
  messageOf,
  redactJson,
  SignalboxError,
} from "@signalbox/core";
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from "fastify";
import { Access } from "./access/access.ts";
import { guardAccess } from "./access/guard.ts";
import { addLogin } from "./access/login.ts";
import type { SessionLimits } from "./access/sessions.ts";
import { guardHost, setSecurityHeaders } from "./guards.ts";
import { addApi } from "./api.ts";
import type { ConsoleEngine } from "./engine.ts";
import { createMetrics, type Metrics } from "./metrics/metrics.ts";
import { addPages, type Pages, readPages } from "./pages.ts";
import { addRoutes } from "./routes.ts";

export interface ConsoleOptions {
  readonly settings: ConsoleSettings;
  readonly engine: ConsoleEngine;
  /** What `/api` answers from. */
  readonly api: ControlApi;
  readonly clock: Clock;
  readonly log: Logger;
  /** Takes secrets out of a text; every text of every answer passes it. */
  readonly redact: (text: string) => string;
  /** Default: those of the build, where there are any; false for none. */
  readonly pages?: Pages | false;
  /** For tests; default `limits`. */
  readonly limits?: ConsoleLimits;
  readonly sessions?: SessionLimits;
}

/** What one client may ask of the server. */
export interface ConsoleLimits {
  readonly bodyBytes: number;
  /** How long a client may take for the head of a request, and for all of it. */
  readonly headMs: number;
  readonly requestMs: number;
  readonly connections: number;
}

const limits: ConsoleLimits = { bodyBytes: 1024 ** 2, headMs: 10_000, requestMs: 30_000, connections: 256 };

/** The console of a running engine. */
export interface Console {
  /**
   * Starts to listen. Resolves to its address, for a person; undefined when nobody chose a port and the default one is
   * taken: the log says so, and the engine runs without. Fails with CONSOLE_PORT_TAKEN when somebody did.
   */
  open(): Promise<string | undefined>;
  /** Ends the requests under way. Idempotent. */
  close(): Promise<void>;
}

/** Makes the console; it does not listen before `open`. */
export function createConsole(options: ConsoleOptions): Console {
  const { settings, engine, clock, log } = options;
  const metrics = createMetrics(engine, clock);
  const server = createServer(options, metrics);
  return {
    async open() {
      try {
        await server.listen({ host: settings.host, port: settings.port ?? defaultConsolePort });
        metrics.open();
        return addressOf(server, settings);
      } catch (error) {
        const taken = portTaken(settings, error);
        if (settings.port !== undefined) throw taken;
        log.warn({ cause: taken.message, hint: taken.hint }, "The engine runs without its console.");
        return undefined;
      }
    },
    close() {
      metrics.close();
      return server.close();
    },
  };
}

function createServer(options: ConsoleOptions, metrics: Metrics): FastifyInstance {
  const { engine, settings, clock, sessions, redact, limits: given = limits } = options;
  const pages = options.pages === false ? undefined : (options.pages ?? readPages());
  const server = Fastify({
    bodyLimit: given.bodyBytes,
    requestTimeout: given.requestMs,
    forceCloseConnections: true,
    ...(settings.trustProxy !== undefined &&
      settings.trustProxy.length > 0 && { trustProxy: [...settings.trustProxy] }),
    routerOptions: { maxParamLength: 200 },
    http: {
      headersTimeout: given.headMs,
      maxHeaderSize: 16_384,
      // How often Node looks for clients that are too slow.
      connectionsCheckingInterval: Math.min(5_000, given.headMs),
    },
  });
  server.server.maxConnections = given.connections;
  const toJson = (value: unknown): string => redactJson(JSON.stringify(value ?? null), redact);
  server.setReplySerializer(toJson);
  server.addHook("onRequest", setSecurityHeaders);
  server.addHook("onRequest", guardHost(settings));
  const access = new Access({ settings, clock, ...(sessions !== undefined && { sessions }) });
  guardAccess(server, access);
  // Streams would hold a stop of the server up.
  server.addHook("preClose", (done) => {
    access.sessions.close();
    done();
  });
  addPages(server, pages, (request, reply) => {
    const path = request.url.split("?", 1)[0] ?? "";
    return reply
      .code(404)
      .send({ code: "CONSOLE_PATH_UNKNOWN", message: `the console has no ${request.method} ${path}` });
  });
  server.setErrorHandler<FastifyError | Error>((error, _request, reply) => answerFailure(options.log, error, reply));
  addRoutes(server, { engine, metrics, hasPages: pages !== undefined });
  addLogin(server, { access, api: options.api, clock });
  addApi(server, { api: options.api, toJson, log: options.log });
  return server;
}

function answerFailure(log: Logger, error: FastifyError | Error, reply: FastifyReply): FastifyReply {
  const status = "statusCode" in error ? (error.statusCode ?? 500) : 500;
  if (error instanceof SignalboxError && status < 500) {
    return reply.code(status).send({ code: error.code, message: error.message });
  }
  if (status < 500) return reply.code(status).send({ code: "CONSOLE_REQUEST_REFUSED", message: error.message });
  log.error({ cause: messageOf(error) }, "The console could not answer a request.");
  return reply.code(500).send({ code: "CONSOLE_FAILED", message: "the console could not answer; see the log" });
}

function portTaken({ host, port = defaultConsolePort }: ConsoleSettings, cause: unknown): SignalboxError {
  return new SignalboxError("CONSOLE_PORT_TAKEN", `the console cannot listen on ${host}:${port}: ${messageOf(cause)}`, {
    cause,
    hint: "set console.port in signalbox.yaml (0 takes a free one), or console: false",
  });
}

function addressOf(server: FastifyInstance, { host }: ConsoleSettings): string {
  const address = server.server.address();
  const port = typeof address === "object" && address !== null ? address.port : defaultConsolePort;
  if (host === "127.0.0.1") return `http://localhost:${port}`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

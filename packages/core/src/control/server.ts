import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { rm } from "node:fs/promises";
import { redactJson } from "../config/redact.ts";
import { messageOf, SignalboxError } from "../errors/error.ts";
import type { Logger } from "../log.ts";
import { type ControlAddress, controlAddress } from "./address.ts";
import type { ControlApi, EngineVersion } from "./api.ts";
import { type Listening, listenAt } from "./listener.ts";
import { socketCaller } from "./caller.ts";
import { problemAnswer } from "./problem.ts";
import { readJson } from "./read-json.ts";
import { answer } from "./routes.ts";
import { sendStream, Streamed } from "./streamed.ts";
import { controlCall } from "./transport.ts";

export interface ControlServerOptions {
  /** Path of the unix socket; where the platform has none, or the path is too long for one, loopback with a token. */
  readonly path: string;
  readonly api: ControlApi;
  readonly log: Logger;
  /** Takes secrets out of a text; every text of every answer passes it. */
  readonly redact: (text: string) => string;
  /** For tests of the other transport; default this machine's. */
  readonly platform?: NodeJS.Platform;
}

/** The control API of a running engine. */
export interface ControlServer {
  /** Fails with ENGINE_ALREADY_RUNNING or CONTROL_SOCKET_FAILED. Resolves to where it listens, for a person. */
  open(): Promise<string>;
  /** Idempotent. */
  close(): Promise<void>;
}

const probeTimeoutMs = 2_000;

export function createControlServer(options: ControlServerOptions): ControlServer {
  const address = controlAddress(options.path, options.platform);
  let listening: Listening | undefined;
  const server = createServer((request, response) => {
    void serve(options, request, response, listening?.token);
  });
  server.maxHeadersCount = 50;
  return {
    async open() {
      try {
        listening = await listenAt(server, address, probe);
      } catch (error) {
        // A server that was refused on loopback listens already.
        await closeServer(server);
        throw error;
      }
      return listening.where;
    },
    async close() {
      if (listening === undefined) return;
      listening = undefined;
      // Node removes a unix socket itself; the endpoint file is ours to remove.
      if (address.transport === "loopback") await rm(address.path, { force: true });
      await closeServer(server);
    },
  };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** The process id of the engine at `address`, "unknown" when someone else or a busy one is there, undefined for nobody. */
async function probe(address: ControlAddress): Promise<number | "unknown" | undefined> {
  // On loopback the port of a dead engine may be another program's by now: only who knows the token is an engine.
  const stranger = address.transport === "loopback" ? undefined : "unknown";
  try {
    const reply = await controlCall(address, { path: "/v1/version" }, probeTimeoutMs);
    if (reply === undefined) return undefined;
    if (reply.status !== 200) return stranger;
    return (JSON.parse(reply.body) as EngineVersion).pid;
  } catch (error) {
    return error instanceof Error && error.name === "AbortError" ? "unknown" : stranger;
  }
}

async function serve(
  options: ControlServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
  token: string | undefined,
): Promise<void> {
  try {
    if (token !== undefined && !carries(request, token)) {
      throw new SignalboxError("CONTROL_TOKEN_REFUSED", "the request does not carry this engine's token");
    }
    const { method = "GET", url: target = "/" } = request;
    const body = await answer(options.api, { method, target, readBody: () => readJson(request), caller: socketCaller });
    if (body instanceof Streamed) return await sendStream(response, body, (thing) => toJson(thing, options.redact));
    send(response, 200, toJson(body, options.redact));
  } catch (error) {
    if (!(error instanceof SignalboxError)) options.log.error({ error: messageOf(error) }, "The control API failed.");
    if (response.headersSent) return void response.destroy();
    const { status, body } = problemAnswer(error);
    send(response, status, toJson(body, options.redact));
  } finally {
    // What nobody has read of the request would hold its connection.
    request.resume();
  }
}

function carries(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? "");
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function toJson(value: unknown, redact: (text: string) => string): string {
  return redactJson(JSON.stringify(value ?? null), redact);
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(`${body}\n`);
}

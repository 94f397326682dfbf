// The engine's one HTTP listener: routes of webhooks, /livez and /readyz. Not here: the control API, or what a webhook does.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import createRouter, { type HTTPMethod } from "find-my-way";
import type { HttpReply, HttpRoute, HttpRoutes } from "../component/services.ts";
import { messageOf, SignalboxError } from "../errors/error.ts";
import type { Logger } from "../log.ts";
import type { Readiness } from "./readiness.ts";

export interface HttpListener extends HttpRoutes {
  /** Starts to listen; throws HTTP_PORT_TAKEN. */
  open(): Promise<void>;
  /** Takes no more connections and waits for the answers under way. */
  close(): Promise<void>;
  /**
   * Until the answer is called, requests that nobody serves wait instead of being answered 404: a route may be between two
   * sources.
   */
  hold(): () => void;
  /** Undefined until open. */
  readonly url: string | undefined;
}

export interface HttpListenerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly log: Logger;
  /**
   * While this says so, a request that nobody serves is answered 503 instead of 404: its route may be on its way, or was
   * taken away by a stop. Callers take 404 as final. By default never.
   */
  readonly awaitsRoutes?: () => boolean;
  /** What /readyz says: by default that it is ready. */
  readonly readiness?: () => Promise<Readiness>;
}

export function createHttpListener(options: HttpListenerOptions): HttpListener {
  const { host, port, log, awaitsRoutes } = options;
  const router = createRouter();
  const taken = new Map<string, HttpRoute>();
  const stop = new AbortController();
  let held = Promise.resolve();
  const find: Find = async (method, path) => {
    const found = router.find(method, path);
    if (found !== null) return found;
    await held;
    return router.find(method, path);
  };
  const server = createServer((request, response) => {
    const answered = answer({ find, awaitsRoutes: awaitsRoutes ?? (() => false) }, request, response, stop.signal);
    answered.catch((error: unknown) => {
      log.error({ cause: messageOf(error) }, "A request failed.");
      reply(response, { status: 500, body: { code: "HTTP_REQUEST_FAILED", message: "the request failed" } });
    });
  });
  // A client that sends a byte an hour must not hold a connection for ever.
  server.headersTimeout = 10_000;
  server.requestTimeout = 60_000;
  addHealth(router, options.readiness ?? (() => Promise.resolve({ isReady: true, reasons: [] })));
  return {
    get url() {
      return server.listening ? urlOf(server, host) : undefined;
    },
    add(route) {
      const name = `${route.method} ${route.path}`;
      if (taken.has(name)) {
        throw new SignalboxError("HTTP_ROUTE_TAKEN", `${name} is served by another pipeline already`);
      }
      taken.set(name, route);
      router.on(route.method as HTTPMethod, route.path, () => undefined, { route });
      return () => {
        if (taken.get(name) !== route) return;
        taken.delete(name);
        router.off(route.method as HTTPMethod, route.path);
      };
    },
    hold() {
      let release = (): void => undefined;
      const released = new Promise<void>((resolve) => void (release = resolve));
      held = Promise.all([held, released]).then(() => undefined);
      return release;
    },
    open: () => listen(server, host, port),
    async close() {
      stop.abort();
      if (!server.listening) return;
      server.closeIdleConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Router = ReturnType<typeof createRouter>;
/** The route of a request, once it is known for certain. */
type Find = (method: HTTPMethod, path: string) => Promise<ReturnType<Router["find"]>>;

// Liveness says that the event loop turns, no more. Readiness says here what kinds of reasons there are: whoever may send
// messages need not know what is behind; the console tells all.
function addHealth(router: Router, readiness: () => Promise<Readiness>): void {
  const add = (path: string, handle: HttpRoute["handle"]): void => {
    const route: HttpRoute = { method: "GET", path, maxBodyBytes: 0, handle };
    router.on("GET", path, () => undefined, { route });
  };
  add("/livez", () => Promise.resolve({ status: 200, body: { status: "alive" } }));
  add("/readyz", async () => {
    const { isReady, reasons } = await readiness();
    const codes = [...new Set(reasons.map(({ code }) => code))];
    return { status: isReady ? 200 : 503, body: { status: isReady ? "ready" : "not ready", reasons: codes } };
  });
}

interface Routing {
  readonly find: Find;
  readonly awaitsRoutes: () => boolean;
}

async function answer(
  { find, awaitsRoutes }: Routing,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const url = new URL(`http://localhost${request.url ?? "/"}`);
  const found = await find((request.method ?? "GET") as HTTPMethod, url.pathname);
  if (found === null) {
    request.resume();
    return reply(response, unserved(`${request.method} ${url.pathname}`, awaitsRoutes()));
  }
  const { route } = found.store as { route: HttpRoute };
  const body = await readBody(request, route.maxBodyBytes);
  if (body === undefined) {
    const message = `the body is larger than ${route.maxBodyBytes} bytes`;
    return reply(response, {
      status: 413,
      headers: { connection: "close" },
      body: { code: "HTTP_BODY_TOO_LARGE", message },
    });
  }
  const params = Object.fromEntries(Object.entries(found.params).map(([name, value]) => [name, value ?? ""]));
  const query = Object.fromEntries(url.searchParams);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const { method = "GET" } = request;
  reply(response, await route.handle({ method, path: url.pathname, params, query, headers, body }, signal));
}

function unserved(name: string, isAwaited: boolean): HttpReply {
  if (!isAwaited) return { status: 404, body: { code: "HTTP_ROUTE_UNKNOWN", message: `nothing answers ${name}` } };
  const message = `nothing answers ${name} just now: a part of the engine starts or stops`;
  return { status: 503, headers: { "retry-after": "1" }, body: { code: "HTTP_ROUTE_AWAITED", message } };
}

// Undefined when there is more than `maxBytes` of it: the rest is read and thrown away, so that the client hears the answer.
async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
  }
  return size <= maxBytes ? Buffer.concat(chunks) : undefined;
}

function reply(response: ServerResponse, { status, headers, body }: HttpReply): void {
  if (response.headersSent) return;
  const text = body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(text);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        new SignalboxError("HTTP_PORT_TAKEN", `cannot listen on ${host}:${port}: ${error.message}`, {
          cause: error,
          hint: "set http.port in signalbox.yaml, or SIGNALBOX_HTTP_PORT",
        }),
      );
    });
    server.listen(port, host, () => {
      server.removeAllListeners("error");
      resolve();
    });
  });
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

import type { FastifyInstance } from "fastify";
import type { ConsoleEngine } from "./engine.ts";
import type { Metrics } from "./metrics/metrics.ts";

/** What the paths answer from. */
export interface RouteParts {
  readonly engine: ConsoleEngine;
  readonly metrics: Metrics;
  /** Whether `/` is a page. */
  readonly hasPages: boolean;
}

/** Every path of the console, in one place. */
export function addRoutes(server: FastifyInstance, { engine, metrics, hasPages }: RouteParts): void {
  if (!hasPages) server.get("/", () => withoutPages(engine));
  // Liveness says that the event loop turns and the engine answers, no more.
  server.get("/livez", () => ({ status: "alive", engine: engine.status().state }));
  server.get("/readyz", async (_request, reply) => {
    const { isReady, reasons } = await engine.readiness();
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? "ready" : "not ready", reasons });
  });
  server.get("/metrics", async (_request, reply) => reply.type(metrics.contentType).send(await metrics.read()));
}

// The sources were compiled and the pages were not: the rest works all the same.
function withoutPages(engine: ConsoleEngine): object {
  const { version, state } = engine.status();
  const hint = "the pages are not built: run `pnpm build`";
  return { product: "Signalbox", version, state, paths: ["/livez", "/readyz", "/metrics", "/api/v1/status"], hint };
}

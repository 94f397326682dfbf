import type { FastifyInstance } from "fastify";
import type { ConsoleEngine } from "./engine.ts";
import { consoleOpenApi } from "./openapi.ts";
import type { Metrics } from "./metrics/metrics.ts";

/** What the paths answer from. */
export interface RouteParts {
  readonly engine: ConsoleEngine;
  readonly metrics: Metrics;
  /** Whether `/` is a page. */
  readonly hasPages: boolean;
}

const open = { config: { isOpen: true } };
const probe = { config: { isOpen: true, isProbe: true } };

/** The paths beside the API and the pages. */
export function addRoutes(server: FastifyInstance, { engine, metrics, hasPages }: RouteParts): void {
  if (!hasPages) server.get("/", open, ({ visitor }) => withoutPages(engine, visitor !== undefined));
  // Liveness says that the event loop turns and the engine answers, no more.
  server.get("/livez", probe, () => ({ status: "alive", engine: engine.status().state }));
  server.get("/readyz", probe, async ({ visitor }, reply) => {
    const { isReady, reasons } = await engine.readiness();
    // Names and texts are for those who may know them.
    const told = visitor === undefined ? [...new Set(reasons.map(({ code }) => code))] : reasons;
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? "ready" : "not ready", reasons: told });
  });
  server.get("/api/openapi.json", () => consoleOpenApi());
  server.get("/metrics", { config: { isForMetrics: true } }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.read()),
  );
}

// The sources were compiled and the pages were not: the rest works all the same.
function withoutPages(engine: ConsoleEngine, mayKnow: boolean): object {
  const { version, state } = engine.status();
  const hint = "the pages are not built: run `pnpm build`";
  const paths = ["/livez", "/readyz", "/metrics", "/api/openapi.json", "/api/v1/status"];
  return { product: "Signalbox", ...(mayKnow && { version, state }), paths, hint };
}

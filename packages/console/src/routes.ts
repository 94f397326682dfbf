import type { FastifyInstance } from "fastify";
import type { ConsoleEngine } from "./engine.ts";

/** Every path of the console, in one place. */
export function addRoutes(server: FastifyInstance, engine: ConsoleEngine): void {
  server.get("/", () => {
    const { version, state } = engine.status();
    return { product: "Signalbox", version, state, paths: ["/livez"] };
  });
  // Liveness says that the event loop turns and the engine answers, no more.
  server.get("/livez", () => ({ status: "alive", engine: engine.status().state }));
}

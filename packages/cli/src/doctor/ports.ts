import { createServer } from "node:net";
import { type CheckResult, defaultConsolePort, messageOf } from "@signalbox/core";
import type { RunningEngine, Surroundings } from "./check.ts";

export async function lookAtHttpPort({ project, engine }: Surroundings): Promise<CheckResult> {
  const { host, port } = project.settings.http;
  const isOwn = engine?.httpUrl !== undefined && Number(new URL(engine.httpUrl).port) === port;
  return portCheck({
    subject: `webhooks at ${host}:${port}`,
    host,
    port,
    isOwn: () => Promise.resolve(isOwn),
    advice: "Set http.port in signalbox.yaml, or SIGNALBOX_HTTP_PORT, or stop who holds it.",
  });
}

export async function lookAtConsolePort({ project, engine }: Surroundings, signal: AbortSignal): Promise<CheckResult> {
  const { console } = project.settings;
  if (console === undefined) return { subject: "console", status: "skipped", found: "turned off" };
  const { host, port = defaultConsolePort } = console;
  const result = await portCheck({
    subject: `console at ${host}:${port}`,
    host,
    port,
    isOwn: () => isConsoleOf(engine, `http://${host}:${port}`, signal),
    advice: "Set console.port in signalbox.yaml, or SIGNALBOX_CONSOLE_PORT, or stop who holds it.",
  });
  // Nobody counts on a port that nobody chose: the engine runs without its console.
  return result.status === "error" && console.port === undefined ? { ...result, status: "warning" } : result;
}

interface Port {
  readonly subject: string;
  readonly host: string;
  readonly port: number;
  /** Whether who holds it is this project's own engine. */
  readonly isOwn: () => Promise<boolean>;
  readonly advice: string;
}

async function portCheck({ subject, host, port, isOwn, advice }: Port): Promise<CheckResult> {
  if (port === 0) return { subject, status: "ok", found: "a free port is taken at the start" };
  const trouble = await listening(host, port);
  if (trouble === undefined) return { subject, status: "ok", found: "free" };
  if (trouble.code !== "EADDRINUSE") return { subject, status: "error", found: messageOf(trouble), advice };
  if (await isOwn()) return { subject, status: "ok", found: "held by this project's engine" };
  return { subject, status: "error", found: "held by another program", advice };
}

/** Listens for a moment; answers what stands against it. */
function listening(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", resolve);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

async function isConsoleOf(engine: RunningEngine | undefined, url: string, signal: AbortSignal): Promise<boolean> {
  if (engine === undefined) return false;
  try {
    const { pid } = (await (await fetch(`${url}/api/v1/version`, { signal })).json()) as { pid?: unknown };
    return pid === engine.pid;
  } catch {
    return false;
  }
}

import { fileURLToPath } from "node:url";
import { existsSync } from "node:fs";
import { type Logger, silentLogger, systemClock } from "@signalbox/core";
import { type CrashChild, type QueueFixture, startCrashChild, type StoreFixture } from "@signalbox/core/testing";
import { type Backend, createBackend } from "../backend.ts";
import type { BackendSettings } from "../settings.ts";

/** A backend as an engine makes it. */
export function testBackend(settings: BackendSettings, log: Logger = silentLogger): Backend {
  return createBackend(settings, { clock: systemClock, log, projectDir: "." });
}

/** Starts the crash program (crash-program.ts) in a process of its own, from the build: Node 20 reads no TypeScript. */
export function startProgram(settings: BackendSettings, task: string): CrashChild {
  const program = fileURLToPath(new URL("../../dist/testing/crash-program.js", import.meta.url));
  if (!existsSync(program)) throw new Error("The kill tests run the build: run `pnpm build` first.");
  return startCrashChild([program, JSON.stringify(settings), task]);
}

export function storeFixture(settings: BackendSettings, stop: () => Promise<void>): StoreFixture {
  return {
    create: () => testBackend(settings).store,
    writer: () => startProgram(settings, "write-store"),
    stop,
  };
}

export function queueFixture(
  settings: BackendSettings,
  { log, stop }: { log: Logger; stop: () => Promise<void> },
): QueueFixture {
  return {
    create: () => testBackend(settings, log).queue,
    children: {
      add: () => startProgram(settings, "add-jobs"),
      hold: () => startProgram(settings, "hold-jobs"),
    },
    stop,
  };
}

import { request } from "node:http";
import { createBackend } from "@signalbox/jobs";
import { silentLogger, systemClock } from "@signalbox/core";
import {
  createRecordingLogger,
  type RecordingLogger,
  startTestEngine,
  testControl,
  type TestEngine,
} from "@signalbox/core/testing";
import { type Console, type ConsoleOptions, createConsole } from "../server.ts";

/** A running engine and its console. */
export interface OpenConsole {
  readonly run: TestEngine;
  readonly url: string;
  readonly log: RecordingLogger;
  close(): Promise<void>;
}

/** The memory store: nothing of an earlier test is in it. */
export const memory = {
  create: () =>
    createBackend({ kind: "memory" }, { clock: systemClock, log: silentLogger, projectDir: "/nonexistent" }),
  stop: () => Promise.resolve(),
};

/** A pipeline whose messages a test feeds. */
export const fedPipeline = `
name: fed
source: { feed: { id: in } }
sinks: [{ probe: { id: out } }]
`;

/** Starts an engine on the pipelines, and its console on a free port. */
export async function openConsole(yaml: string, options: Partial<ConsoleOptions> = {}): Promise<OpenConsole> {
  const run = await startTestEngine(memory, yaml);
  return consoleOf(run, options);
}

/** A console of an engine, which does not listen yet. */
export function makeConsole(run: TestEngine, options: Partial<ConsoleOptions> = {}): Console {
  const { clock = systemClock } = options;
  const control = testControl(run.engine, { clock });
  const settings = { host: "127.0.0.1", port: 0 };
  const [log, redact] = [createRecordingLogger(), (text: string) => text];
  // No pages: tests of the sources do not depend on what was built.
  const parts = { settings, engine: run.engine, api: control.api, clock, log, redact, pages: false } as const;
  const made = createConsole({ ...parts, ...options });
  return {
    open() {
      control.open();
      return made.open();
    },
    async close() {
      await control.close();
      await made.close();
    },
  };
}

/** The open console of an engine that may not have started yet. */
export async function consoleOf(run: TestEngine, options: Partial<ConsoleOptions> = {}): Promise<OpenConsole> {
  const log = createRecordingLogger();
  const opened = makeConsole(run, { log, ...options });
  const url = await opened.open();
  if (url === undefined) throw new Error("the console did not open");
  return {
    run,
    url,
    log,
    async close() {
      await opened.close();
      await run.engine.stop();
    },
  };
}

/** A GET whose `Host` is the test's choice, which fetch does not allow. */
export function getAs(url: string, host: string): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { host } }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString()));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    asked.on("error", reject);
    asked.end();
  });
}

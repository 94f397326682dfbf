import { silentLogger, systemClock } from "@signalbox/core";
import { type DeliveryFixture, startTestEngine, type TestEngine } from "@signalbox/core/testing";
import { createBackend } from "@signalbox/jobs";
import { onTestFinished } from "vitest";
import { createTelemetry } from "../telemetry.ts";
import { type OtlpReceiver, startOtlpReceiver } from "./otlp-receiver.ts";

/** The memory store: nothing of an earlier test is in it. */
export const memory: DeliveryFixture = {
  create: () =>
    createBackend({ kind: "memory" }, { clock: systemClock, log: silentLogger, projectDir: "/nonexistent" }),
  stop: () => Promise.resolve(),
};

export interface TracedOptions {
  /** Default 1. */
  readonly share?: number;
  readonly fixture?: DeliveryFixture;
  /** Of an earlier engine. */
  readonly former?: TracedEngine;
  readonly secrets?: readonly string[];
}

/** An engine and the receiver of its traces. */
export interface TracedEngine {
  readonly run: TestEngine;
  readonly receiver: OtlpReceiver;
  /** Stops the engine and sends what is left of its traces. */
  stop(): Promise<void>;
}

export async function startTraced(yaml: string, options: TracedOptions = {}): Promise<TracedEngine> {
  const { share = 1, fixture = memory, former, secrets = [] } = options;
  const receiver = former?.receiver ?? (await startOtlpReceiver());
  const settings = { endpoint: receiver.url, headers: { authorization: "Bearer t0ken" }, service: "building", share };
  const redact = (text: string): string =>
    secrets.reduce((left, secret) => left.replaceAll(secret, "[redacted]"), text);
  const telemetry = createTelemetry({ settings, version: "test", clock: systemClock, log: silentLogger, redact });
  const traces = { receiver: telemetry.receiver, share, service: "building" };
  const run = await startTestEngine(fixture, yaml, former?.run, traces);
  const stop = async (): Promise<void> => {
    await run.engine.stop();
    await telemetry.close();
  };
  onTestFinished(async () => {
    await stop();
    await receiver.close();
  });
  return { run, receiver, stop };
}

import { randomUUID } from "node:crypto";
import type { Clock, Logger, SpanReceiver, TelemetrySettings } from "@signalbox/core";
import { traceRequest } from "./otlp-json.ts";
import { createSender } from "./otlp-sender.ts";
import { SpanQueue } from "./span-queue.ts";

export interface TelemetryOptions {
  readonly settings: TelemetrySettings;
  /** Of the engine. */
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Takes secrets out of a text; every text of every span passes it. */
  readonly redact: (text: string) => string;
}

/** Takes an engine's traces to an OpenTelemetry collector. */
export interface Telemetry {
  readonly receiver: SpanReceiver;
  /** Sends what is left, for five seconds at most. Idempotent. */
  close(): Promise<void>;
}

/** Makes it; nothing is sent, and no connection made, before the first span. */
export function createTelemetry({ settings, version, clock, log, redact }: TelemetryOptions): Telemetry {
  const { endpoint, headers, service } = settings;
  const traced = { name: service, version, instance: randomUUID() };
  const url = `${endpoint.replace(/\/+$/, "")}/v1/traces`;
  const queue = new SpanQueue({
    destination: url,
    sender: createSender({ url, headers, clock }),
    encode: (spans) => traceRequest(spans, traced, redact),
    clock,
    log,
  });
  return { receiver: queue, close: () => queue.close() };
}

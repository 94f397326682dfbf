import { type Logger, redactJson } from "@signalbox/core";
import { pino } from "pino";
import type { LogOptions } from "./text-log.ts";

/** A log of JSON lines: `{"level":"warn","time":"2026-03-02T18:00:00.000Z","sink":"bms","msg":"A write failed for now."}`. */
export function createJsonLog({ output, level, clock, redact }: LogOptions): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: pino.stdSerializers.err },
  } as const;
  // The whole line passes redaction: no field can be forgotten.
  return pino(options, { write: (line: string) => void output.write(`${redactJson(line.trimEnd(), redact)}\n`) });
}

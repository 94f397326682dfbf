import type { LogFields, Logger } from "@signalbox/core";

export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly fields: LogFields;
  readonly sentence: string;
}

/** A log that a test reads, or waits for. */
export interface TestLog extends Logger {
  readonly lines: readonly LogLine[];
  /** Resolves with the first line (from now on or before) whose sentence matches. */
  line(sentence: RegExp): Promise<LogLine>;
}

export function createTestLog(): TestLog {
  const lines: LogLine[] = [];
  const watchers = new Set<() => void>();
  const note =
    (level: LogLine["level"]) =>
    (fields: LogFields, sentence: string): void => {
      lines.push({ level, fields, sentence });
      for (const watch of watchers) watch();
    };
  const log: TestLog = {
    lines,
    debug: note("debug"),
    info: note("info"),
    warn: note("warn"),
    error: note("error"),
    child: () => log,
    line: (sentence) =>
      new Promise((resolve) => {
        const watch = (): void => {
          const found = lines.find((line) => sentence.test(line.sentence));
          if (found === undefined) return;
          watchers.delete(watch);
          resolve(found);
        };
        watchers.add(watch);
        watch();
      }),
  };
  return log;
}

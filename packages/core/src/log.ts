/** Facts of a log line. Names are the glossary's (pipeline, sink, device, delayMs ...); values are JSON. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * A structured log: fields first, then a sentence.
 * info = state changed, warn = recovered by itself, error = someone must act, debug = per message.
 */
export interface Logger {
  debug(fields: LogFields, sentence: string): void;
  info(fields: LogFields, sentence: string): void;
  warn(fields: LogFields, sentence: string): void;
  error(fields: LogFields, sentence: string): void;
  child(fields: LogFields): Logger;
}

/** A log that says nothing. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};

import type { Clock, LogFields, Logger } from "@signalbox/core";
import { type Colors, type Output, writeLine } from "../terminal/io.ts";
import { padded, printable } from "../terminal/text.ts";
import { type Level, levelRank } from "./level.ts";

export interface LogOptions {
  readonly output: Output;
  /** The least that is written. */
  readonly level: Level;
  readonly clock: Clock;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
}

/** A log of lines for people: `2026-03-02T18:00:00.000Z WARN  A write failed for now. sink=bms attempts=2`. */
export function createTextLog(options: LogOptions & { readonly colors: Colors }): Logger {
  return bound({});

  function bound(context: LogFields): Logger {
    const writer =
      (level: Level) =>
      (fields: LogFields, sentence: string): void => {
        if (levelRank[level] >= levelRank[options.level]) write(level, { ...context, ...fields }, sentence);
      };
    return {
      debug: writer("debug"),
      info: writer("info"),
      warn: writer("warn"),
      error: writer("error"),
      child: (fields) => bound({ ...context, ...fields }),
    };
  }

  function write(level: Level, fields: LogFields, sentence: string): void {
    const { colors, clock, redact, output } = options;
    const at = new Date(clock.now()).toISOString();
    const facts = Object.entries(fields).map(([name, value]) => ` ${name}=${word(value)}`);
    const said = printable(redact(`${sentence}${facts.join("")}`));
    writeLine(output, `${colors.dim(at)} ${paints(colors)[level](padded(level.toUpperCase(), 5))} ${said}`);
  }
}

function paints(colors: Colors): Readonly<Record<Level, (text: string) => string>> {
  return { debug: colors.dim, info: colors.green, warn: colors.yellow, error: colors.red };
}

/** A value a reader can tell from its neighbours: text with blanks, quotes or `=` is quoted. */
function word(value: unknown): string {
  if (typeof value === "string" && /^[^\s"=]+$/.test(value)) return value;
  if (value instanceof Error) return JSON.stringify(value.message);
  return JSON.stringify(value) ?? String(value);
}

import type { Clock } from "../clock.ts";
import type { LogFields, Logger } from "../log.ts";
import type { Notice } from "./status.ts";

const kept = 50;

/** A log that also keeps its latest warnings and errors, for status and live view. */
export function createNotices(log: Logger, clock: Clock): { log: Logger; latest(): readonly Notice[] } {
  const notices: Notice[] = [];
  function keep(level: Notice["level"], fields: LogFields, sentence: string): void {
    notices.unshift({ at: new Date(clock.now()).toISOString(), level, sentence, fields });
    notices.length = Math.min(notices.length, kept);
  }
  function wrap(inner: Logger, bound: LogFields): Logger {
    return {
      debug: (fields, sentence) => inner.debug(fields, sentence),
      info: (fields, sentence) => inner.info(fields, sentence),
      warn(fields, sentence) {
        keep("warn", { ...bound, ...fields }, sentence);
        inner.warn(fields, sentence);
      },
      error(fields, sentence) {
        keep("error", { ...bound, ...fields }, sentence);
        inner.error(fields, sentence);
      },
      child: (fields) => wrap(inner.child(fields), { ...bound, ...fields }),
    };
  }
  return { log: wrap(log, {}), latest: () => notices };
}

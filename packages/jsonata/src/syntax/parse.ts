import { limitError } from "../errors.ts";
import { parse, type Reference } from "../reference/reference.ts";
import { underWatchdog } from "../runtime/watchdog.ts";

/** Milliseconds a suspicious text may take to parse. */
const parseMs = 1000;
const longText = 10_000;
const manyDefaults = 8;

/** The parser copies the left side of `??` and `?:`, so that a chain of them in brackets grows exponentially. */
const isSuspicious = (text: string): boolean =>
  text.length > longText || (text.match(/\?[?:]/g)?.length ?? 0) > manyDefaults;

/**
 * Parses a text within a time limit.
 * @param recover keep going after a syntax error where possible; the tree is then partial
 * @throws the reference's errors, LIMIT_TIME, LIMIT_DEPTH
 */
export function parseBounded(text: string, recover = false): Reference {
  try {
    return isSuspicious(text) ? underWatchdog(() => parse(text, recover), parseMs) : parse(text, recover);
  } catch (cause) {
    const { code, name } = cause as { code?: string; name?: string };
    if (code === "LIMIT_TIME")
      throw limitError(code, "the expression takes too long to parse; write it with fewer ?? and ?:");
    if (name === "RangeError") throw limitError("LIMIT_DEPTH", "the expression is nested too deeply to parse");
    throw cause;
  }
}

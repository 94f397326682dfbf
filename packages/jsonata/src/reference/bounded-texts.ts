// Built-in functions of the reference that make texts, each with its bound in front. Results are the reference's own.
// Names and numbers of parameters matter: partial application reads them from the source of the function.
import { limitError } from "../errors.ts";
import { measure } from "./plain.ts";
import { meterOf, type Meter } from "./meter.ts";
import { original, type Focus, type Implementation } from "./reference.ts";
import { underWatchdog } from "../runtime/watchdog.ts";

/** Lengths of picture and text from which the work on them is watched. */
const watchedText = 64;
const widestPicture = 10_000;

/** A function of as many parameters as the one it stands for: the reference passes a callback what it can take. */
function ofLength(length: number, run: (self: Focus, args: unknown[]) => unknown): Implementation {
  if (length === 1) {
    return function (this: Focus, a: unknown) {
      return run(this, [a]);
    };
  }
  if (length === 2) {
    return function (this: Focus, a: unknown, b: unknown) {
      return run(this, [a, b]);
    };
  }
  return function (this: Focus, a: unknown, b: unknown, c: unknown) {
    return run(this, [a, b, c]);
  };
}

/** Its text is counted; long pictures are watched. */
export const countedText = (name: string): Implementation => {
  const run = original(name);
  return ofLength(run.length, (self, args) => {
    const meter = meterOf(self.environment);
    const picture = args[1];
    // Its loops over a number need not end with what is none: a partial application does not ask.
    const isOdd = name.startsWith("format") && !Number.isFinite(args[0]);
    const isLong = isOdd || (typeof picture === "string" && picture.length > watchedText);
    const work = (): unknown => run.apply(self, args);
    return counted(meter, isLong ? underWatchdog(work, meter.remainingMs()) : work());
  });
};

function counted<T>(meter: Meter, text: T): T {
  if (typeof text === "string") meter.chargeText(text.length);
  return text;
}

export const string: Implementation = function (this: Focus, arg: unknown, prettify: unknown = false) {
  const meter = meterOf(this.environment);
  if (typeof arg === "object" && arg !== null) measure(arg, meter.limits.outputBytes, prettify === true ? 2 : 0);
  return counted(meter, original("string").call(this, arg, prettify));
};

export const concat: Implementation = function (this: Focus, left: unknown, right: unknown) {
  try {
    const head = left === undefined ? "" : (string.call(this, left) as string);
    const text = head + (right === undefined ? "" : (string.call(this, right) as string));
    return counted(meterOf(this.environment), text);
  } catch (cause) {
    (cause as { token?: string }).token = "&";
    throw cause;
  }
};

export const clone: Implementation = function (this: Focus, arg: unknown) {
  const meter = meterOf(this.environment);
  if (arg !== undefined) meter.chargeText(measure(arg, meter.limits.outputBytes));
  return original("clone").call(this, arg);
};

export const pad: Implementation = function (
  this: Focus,
  str: string | undefined,
  width: number,
  char: string | undefined,
) {
  if (str === undefined) return undefined;
  const wanted = Math.abs(Math.trunc(width));
  const padding = Array.from(char === undefined || char === "" ? " " : char);
  const missing = wanted - Array.from(str).length;
  if (!(missing > 0)) return str;
  const meter = meterOf(this.environment);
  meter.chargeText(wanted);
  const whole = padding.join("").repeat(Math.floor(missing / padding.length));
  const fill = whole + padding.slice(0, missing % padding.length).join("");
  return counted(meter, width > 0 ? str + fill : fill + str);
};

export const join: Implementation = function (this: Focus, strs: string[] | undefined, separator: string | undefined) {
  if (strs === undefined) return undefined;
  let length = (separator ?? "").length * Math.max(0, strs.length - 1);
  for (const text of strs) length += text?.length ?? 0;
  meterOf(this.environment).chargeText(length);
  return original("join").call(this, strs, separator);
};

// oxlint-disable-next-line max-params -- as many as the function it stands for
export const replace: Implementation = async function (
  this: Focus,
  str: string | undefined,
  pattern: unknown,
  replacement: unknown,
  limit: number | undefined,
) {
  const meter = meterOf(this.environment);
  if (typeof str === "string" && typeof pattern === "string" && typeof replacement === "string" && pattern !== "") {
    const most = Math.min(limit ?? Infinity, str.length / pattern.length);
    const grown = Math.max(0, replacement.length - pattern.length);
    if (most * grown > meter.limits.outputBytes) {
      const count = Math.min(most, str.split(pattern).length - 1);
      if (str.length + count * grown > meter.limits.outputBytes) throw limitError("LIMIT_OUTPUT");
    }
  }
  return counted(meter, await original("replace").call(this, str, pattern, replacement, limit));
};

export const split: Implementation = async function (
  this: Focus,
  str: string | undefined,
  separator: unknown,
  limit: number | undefined,
) {
  const most = meterOf(this.environment).limits.sequence;
  // One more than allowed is enough to know; a negative limit is the reference's to refuse.
  const bound = limit === undefined || limit > most ? Math.min(most + 1, 0xffffffff) : limit;
  const parts = (await original("split").call(this, str, separator, bound)) as string[] | undefined;
  if (parts !== undefined && parts.length > most) throw limitError("LIMIT_SEQUENCE");
  return parts;
};

export const toMillis: Implementation = function (
  this: Focus,
  timestamp: string | undefined,
  picture: string | undefined,
) {
  const work = (): unknown => original("toMillis").call(this, timestamp, picture);
  // The reference makes a regular expression of the picture.
  const isShort = (timestamp?.length ?? 0) + (picture?.length ?? 0) <= watchedText;
  return picture === undefined || isShort ? work() : underWatchdog(work, meterOf(this.environment).remainingMs());
};

function checkWidths(picture: unknown): void {
  if (typeof picture !== "string") return;
  for (const [marker] of picture.matchAll(/\[[^\]]*\]/g)) {
    for (const [, width] of marker.matchAll(/[,-]\s*(\d+)/g)) {
      if (Number(width) > widestPicture) throw limitError("LIMIT_OUTPUT");
    }
  }
}

const formatTime = countedText("fromMillis");

export const fromMillis: Implementation = function (this: Focus, millis: unknown, picture: unknown, timezone: unknown) {
  checkWidths(picture);
  return formatTime.call(this, millis, picture, timezone);
};

// The reference keeps one time for all evaluations of an expression; each frame has its own.
export const now: Implementation = function (this: Focus, picture: unknown, timezone: unknown) {
  return fromMillis.call(this, this.environment.timestamp.getTime(), picture, timezone);
};

export const millis: Implementation = function (this: Focus) {
  return this.environment.timestamp.getTime();
};

import { formatLocation, messageOf, SignalboxError } from "@signalbox/core";
import type { Colors } from "./io.ts";
import { printable } from "./text.ts";

/** `CODE  message  (hint)`, with the place in front where there is one; another error keeps its words. */
export function describeError(error: unknown, colors: Colors): string {
  if (!(error instanceof SignalboxError)) return colors.red(printable(withCode(error)));
  const { code, message, hint, at } = error;
  const place = at === undefined ? "" : `${colors.bold(formatLocation(at))}  `;
  const next = hint === undefined ? "" : `  ${colors.dim(`(${printable(hint)})`)}`;
  return `${place}${colors.red(code)}  ${printable(message)}${next}`;
}

/** The simulator has codes of its own, Node has others. */
function withCode(error: unknown): string {
  const code = error instanceof Error && "code" in error ? `${String(error.code)}  ` : "";
  return `${code}${messageOf(error)}`;
}

/** The same for machines. */
export function errorJson(error: unknown): object {
  if (!(error instanceof SignalboxError)) return { error: { message: messageOf(error) } };
  const { code, message, hint, at } = error;
  return { error: { code, message, ...(hint === undefined ? {} : { hint }), ...(at === undefined ? {} : { at }) } };
}

import { resolveLimits } from "./limits.ts";
import { unitOf } from "./units.ts";

/** The JavaScript that a text becomes, indented to be read; or why it is not compiled. For those who work on this package. */
export function generated(text: string): string {
  const unit = unitOf(text, resolveLimits());
  const source = unit.program()?.source;
  if (source === undefined) return `runs on the reference: ${unit.because ?? "unknown"}`;
  let depth = 0;
  const lines = source.trimEnd().split("\n");
  return lines
    .map((line) => {
      if (/^[}\])]/.test(line)) depth--;
      const indented = `${"  ".repeat(depth)}${line}`;
      if (/[{[(]$/.test(line)) depth++;
      return indented;
    })
    .join("\n");
}

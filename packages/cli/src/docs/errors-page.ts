import { type ErrorCodeEntry, errorCodes } from "@signalbox/core";
import type { ReferenceFile } from "./component-pages.ts";
import { generatedMark, page } from "./markdown.ts";

/** Every error code, by area and name, with when it appears and what to do. */
export function errorsPage(): ReferenceFile {
  const byArea = new Map<string, [string, ErrorCodeEntry][]>();
  for (const [code, entry] of Object.entries(errorCodes).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const area = code.slice(0, code.indexOf("_"));
    byArea.set(area, [...(byArea.get(area) ?? []), [code, entry]]);
  }
  const sections = [...byArea].flatMap(([area, codes]) => [
    `## ${area}`,
    ...codes.flatMap(([code, { when, remedy }]) => [`### ${code}`, when, `**What to do:** ${remedy}`]),
  ]);
  const text = page(
    generatedMark,
    "# Errors",
    "A code is stable: it keeps its meaning and is never used for another one. Messages may change, codes do not.",
    sections,
  );
  return { path: "errors.md", text };
}

import type { Location } from "@signalbox/core/control-types";

/** `pipelines/a.yaml:6:3`. */
export function formatPlace({ file, line, column }: Location): string {
  return `${file}:${line}:${column}`;
}

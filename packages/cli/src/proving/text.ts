/** A span of time as a run prints it. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)}s`;
}

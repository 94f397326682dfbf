/** What an expression is worth on some data, in npm jsonata and in ours. */
export type Case = {
  name: string;
  expr: string;
  /** Default: no input at all. */
  data?: unknown;
  bindings?: Record<string, unknown>;
  /** How ours runs it: on the reference, or there again because it fails at first. Default compiled. */
  runs?: "fallback" | "again";
} & ({ result: unknown } | { error: Failure });

export interface Failure {
  code: string;
  /** As the reference has it: the offset just behind the token. Absent where the reference gives none. */
  position?: number;
  token?: string;
}

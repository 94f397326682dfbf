import type { MessagePort } from "node:worker_threads";

/** What the thread is started with. */
export interface WorkerStart {
  readonly folder: string;
  /** Qualified names of the tables that change much. */
  readonly vacuumTables: readonly string[];
}

export type WorkerInput = { readonly kind: "connect"; readonly port: MessagePort } | { readonly kind: "close" };

export interface WorkerOutput {
  readonly kind: "ready";
}

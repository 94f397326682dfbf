import type { Finding } from "../../config/model.ts";
import type { ErrorCode } from "../../errors/codes.ts";

/** What a reload made of the files. */
export interface ReloadResult {
  /** Counts the reloads of this engine, from 1. */
  readonly revision: number;
  /** ISO 8601: when it was done. */
  readonly at: string;
  /** True when nothing was done: what would have been. */
  readonly isCheck: boolean;
  readonly changes: readonly PipelineChange[];
  /** Pipelines that were left as they are. */
  readonly unchanged: number;
  /** What is wrong with the files, and what of them cannot be taken up. */
  readonly findings: readonly Finding[];
}

/** What became of a pipeline. `refused`: what the files say now is not run; the revision before it runs on, if there is one. */
export interface PipelineChange {
  readonly pipeline: string;
  readonly what: "added" | "changed" | "removed" | "refused";
  /** Hash of the revision that ran before. */
  readonly from?: string;
  /** Hash of the revision the files say; left out where they cannot be read. */
  readonly to?: string;
  /** Why it was refused; what to know of it otherwise. */
  readonly reason?: string;
  readonly code?: ErrorCode;
}

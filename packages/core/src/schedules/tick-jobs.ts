import { createHash } from "node:crypto";
import type { NewJob } from "../ports/queue.ts";
import type { Tick } from "./contracts.ts";
import type { DueTick } from "./planner.ts";
import { askedTick, isAsked, tickOf } from "./tick.ts";

/** A tick as a job carries it; 1 marks one that a person asked for. */
type PackedTick = readonly [pipeline: string, plannedAt: number, isAsked?: 1];

/** Keeps a job's data below what the queue takes, with pipelines' names of usual length. */
const mostTogether = 250;

/**
 * The jobs that bring ticks to an engine when they are due: those due at one time together, since a job costs far more than
 * a tick. Jobs of the same ticks are the same job, so that engines with the same pipelines do not double them. Where
 * engines differ, a tick may be in several jobs; the ledger lets one of them run it.
 */
export function tickJobs(ticks: readonly DueTick[]): NewJob[] {
  const byTime = new Map<number, DueTick[]>();
  for (const tick of ticks) {
    const known = byTime.get(tick.dueAt);
    if (known === undefined) byTime.set(tick.dueAt, [tick]);
    else known.push(tick);
  }
  return [...byTime].flatMap(([dueAt, due]) => {
    const sorted = due.length === 1 ? due : due.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    return parts(sorted).map((part) => jobOf(part, dueAt));
  });
}

/** A job for this tick alone, which bears the tick's id. */
export function tickJob(tick: DueTick): NewJob {
  return jobOf([tick], tick.dueAt);
}

/** The ticks of a job; undefined for a job that is none of ours. */
export function parseTicks(data: unknown): readonly Tick[] | undefined {
  if (!Array.isArray(data)) return undefined;
  const ticks = data.map(parseTick);
  return ticks.every((tick) => tick !== undefined) ? ticks : undefined;
}

function jobOf(ticks: readonly DueTick[], runAt: number): NewJob {
  return { id: jobId(ticks), data: ticks.map(pack), runAt };
}

function jobId(ticks: readonly DueTick[]): string {
  const [first] = ticks;
  if (ticks.length === 1 && first !== undefined) return first.id;
  const hash = createHash("sha256");
  for (const { id } of ticks) hash.update(id).update("\n");
  return `${ticks.length}-${hash.digest("base64url")}`;
}

function pack(tick: DueTick): PackedTick {
  const { pipeline, plannedAt } = tick;
  return isAsked(tick) ? [pipeline, plannedAt, 1] : [pipeline, plannedAt];
}

function parseTick(packed: unknown): Tick | undefined {
  if (!Array.isArray(packed)) return undefined;
  const [pipeline, plannedAt, mark] = packed as unknown[];
  if (typeof pipeline !== "string" || typeof plannedAt !== "number" || !Number.isSafeInteger(plannedAt))
    return undefined;
  return mark === 1 ? askedTick(pipeline, plannedAt) : tickOf(pipeline, plannedAt);
}

function parts(ticks: readonly DueTick[]): DueTick[][] {
  const found: DueTick[][] = [];
  for (let from = 0; from < ticks.length; from += mostTogether) found.push(ticks.slice(from, from + mostTogether));
  return found;
}

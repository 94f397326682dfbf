import type { RowState } from "../ports/store.ts";
import type { Message } from "../message.ts";
import type { Write } from "./write.ts";

/** A write at rest. `original` is left out where the sink's message is the source's. */
export interface ParkedWrite {
  readonly message: Message;
  readonly original?: Message;
  /** ISO 8601. */
  readonly parkedAt: string;
  /** The token of the try that was under way when it was parked (detached-tries.ts). */
  readonly token?: string;
  /** The batch it belongs to, where the author set `batch` (batch-ids.ts). */
  readonly batch?: string;
}

/** How a write is parked that is the first of its row. */
export interface FirstOfRow extends RowState {
  readonly token?: string;
  /** The batch it was tried in. */
  readonly batch?: string | undefined;
}

/** A write on its way to the store. */
export interface Parking {
  readonly write: Write;
  /** Undefined for a write that lines up behind others of its row. */
  readonly first: FirstOfRow | undefined;
}

/** The entry of a write; times are milliseconds since the epoch. */
export function atRest({ write, first }: Parking, parkedAt: number, batch: string | undefined): string {
  const { message, owner } = write;
  const parked: ParkedWrite = {
    message,
    ...(owner.original === message ? {} : { original: owner.original }),
    parkedAt: new Date(parkedAt).toISOString(),
    ...(first?.token === undefined ? {} : { token: first.token }),
    ...(batch === undefined ? {} : { batch }),
  };
  return JSON.stringify(parked);
}

/** What one call appends: entries of one lane, and the state of those rows that begin with them. */
export interface LaneGroup {
  readonly lane: string;
  readonly state: RowState;
  /** Whether the lane is to be looked at when `state` says; what lines up is found by those it stands behind. */
  readonly isWaking: boolean;
  readonly entries: { row: string; value: string }[];
}

export interface Entry extends Parking {
  readonly lane: string;
  readonly row: string;
  readonly value: string;
}

/** As few groups as keep the order of each row: all entries of a row are in the group of its first one. */
export function groupEntries(entries: readonly Entry[], now: number): Iterable<LaneGroup> {
  const byState = new Map<string, LaneGroup>();
  const byRow = new Map<string, LaneGroup>();
  for (const { lane, row, value, first } of entries) {
    const name = first === undefined ? lane : `${lane} ${first.dueAt} ${first.attempts}`;
    const group = byRow.get(row) ?? byState.get(name) ?? newGroup(lane, first, now);
    byRow.set(row, group);
    if (group.entries.length === 0) byState.set(name, group);
    group.entries.push({ row, value });
  }
  return byState.values();
}

function newGroup(lane: string, first: FirstOfRow | undefined, now: number): LaneGroup {
  const { dueAt, attempts } = first ?? { dueAt: now, attempts: 0 };
  return { lane, state: { dueAt, attempts }, isWaking: first !== undefined, entries: [] };
}

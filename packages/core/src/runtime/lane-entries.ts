import type { Message } from "../message.ts";
import type { LaneEntry } from "../ports/store.ts";
import type { DetachedTries } from "./detached-tries.ts";
import type { ParkedWrite } from "./lane-groups.ts";
import { takenInAt, type Write, type WriteOwner } from "./write.ts";

/** An entry of a lane, as it was parked. */
export interface Parked {
  readonly entry: LaneEntry;
  readonly write: Write;
  /** Of a try that was under way when it was parked, and whose end nobody has asked for yet. */
  readonly token: string | undefined;
  /** Of the batch that it is written with, and nothing else. */
  readonly batch: string | undefined;
}

export interface RowReading {
  readonly runner: { readonly batchCount: number; readonly detached: DetachedTries };
  /** Whether the row may have further entries. */
  readonly isCutOff: boolean;
}

/**
 * The batches of a row, in order: the members of a batch that was named together, a try that may still be under way by
 * itself, anything else as many at a time as the sink takes. A named batch that the reading may have cut off is left out,
 * unless it is the first.
 */
export function cutRow(
  entries: readonly LaneEntry[],
  { runner, isCutOff }: RowReading,
): readonly (readonly Parked[])[] {
  const { batchCount, detached } = runner;
  const batches: Parked[][] = [];
  for (const entry of entries) {
    const parked = restore(entry, detached);
    const last = batches.at(-1);
    if (last !== undefined && last.length < batchCount && belongTogether(last[0], parked)) last.push(parked);
    else batches.push([parked]);
  }
  const isLastWhole = !isCutOff || batches.length < 2 || batches.at(-1)?.[0]?.batch === undefined;
  return isLastWhole ? batches : batches.slice(0, -1);
}

function belongTogether(first: Parked | undefined, next: Parked): boolean {
  if (first?.batch !== undefined || next.batch !== undefined) return first?.batch === next.batch;
  return first?.token === undefined && next.token === undefined;
}

function ownerOf(original: Message): WriteOwner {
  return { ...nobody, original, takenInAt: (clock) => takenInAt(original, clock) };
}

const nobody = { writeDelivered: ignore, writeDiscarded: ignore, writeDeadLettered: ignore, writeParked: ignore };
function ignore(): void {
  // A parked write has outlived its flight: the lane runner counts its end.
}

/** The write of a lane's entry; without `detached` nothing is known of tries under way. */
export function restore(entry: LaneEntry, detached?: DetachedTries): Parked {
  const { message, original, token, batch } = JSON.parse(entry.value) as ParkedWrite;
  const isUnderWay = token !== undefined && detached?.has(token) === true;
  return {
    entry,
    write: { message, key: undefined, owner: ownerOf(original ?? message) },
    token: isUnderWay ? token : undefined,
    batch,
  };
}

import type { Expected } from "./book.ts";

/** Two first arrivals of one group at one receiving system that came the wrong way round. */
export interface Inversion {
  readonly earlier: Expected;
  /** Came before `earlier`, and must not have. */
  readonly later: Expected;
}

/**
 * The law of order (delivery.md, rule 7), for the first arrivals of one group at one receiving system:
 * - what came live comes in the order in which it was stored;
 * - back-filled, it comes by timestamp. (Then by the date it was stored, which is the same for samples of one uplink.)
 * Which of the two ways a sample takes depends on when the engine was connected. So between any two, the one that was
 * stored first and has the earlier timestamp must come first, for both orders say so; and between two live ones the one
 * that was stored first. A late sample may take either place. One that was rejected may take any: it was tried in its
 * turn, and comes only because an engine that was killed does again what it had done.
 */
export function inversionsIn(firsts: readonly Expected[]): readonly Inversion[] {
  const inversions: Inversion[] = [];
  // Of what came so far, those that no other surpasses both in order and in time: one that must come before any of all
  // must come before one of these.
  let front: Expected[] = [];
  let lastLive: Expected | undefined;
  for (const item of firsts) {
    if (!item.isOrdered || item.isRejected) continue;
    const later = front.find((other) => other.order > item.order && other.time > item.time);
    const isLive = item.first?.isBackfilled === false;
    if (later !== undefined) inversions.push({ earlier: item, later });
    else if (isLive && lastLive !== undefined && lastLive.order > item.order)
      inversions.push({ earlier: item, later: lastLive });
    if (isLive && (lastLive === undefined || lastLive.order < item.order)) lastLive = item;
    front = [...front.filter((other) => !surpasses(item, other)), item];
  }
  return inversions;
}

function surpasses(item: Expected, other: Expected): boolean {
  return item.order >= other.order && item.time >= other.time;
}

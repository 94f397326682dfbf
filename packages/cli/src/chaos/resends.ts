import type { Book } from "./book.ts";
import { mostInFlightAt } from "./project.ts";

/** What came again at a receiving system because of one kill: what the engine had taken in since the kill before it. */
export interface Resent {
  readonly receiver: string;
  readonly count: number;
  /** The most that one kill may cost. */
  readonly bound: number;
}

/** The engine writes down how far it has come each second (docs/delivery.md, rule 5); a busy machine takes a while for it. */
const watermarkMs = 1_000 + 500;

/**
 * What each kill cost at each receiving system. What was taken in since the watermark was last written may come again, and
 * what was in flight. Counted by when the engine took it in: of a queued pipeline it may reach the system in a later life.
 * `killedAt`: milliseconds since the epoch; nothing else may have gone wrong.
 */
export function resentByKill(books: readonly Book[], killedAt: readonly number[]): readonly Resent[] {
  return killedAt.flatMap((at, index) => {
    const before = killedAt[index - 1] ?? 0;
    return books.map(({ receiver, takenAt, repeatedFrom }) => ({
      receiver,
      count: countWithin(repeatedFrom, before, at),
      bound: countWithin(takenAt, at - watermarkMs, at) + mostInFlightAt(receiver),
    }));
  });
}

/** Sentences about kills that cost more than they may. */
export function describeExcess(resent: readonly Resent[]): readonly string[] {
  return resent
    .filter(({ count, bound }) => count > bound)
    .map(({ receiver, count, bound }) => `${count} came again at ${receiver} after a kill, ${bound} may`);
}

/** The figures of a run in a few words. */
export function describeResent(resent: readonly Resent[], kills: number): string {
  const total = resent.reduce((sum, { count }) => sum + count, 0);
  const worst = resent.reduce<Resent | undefined>((a, b) => (a === undefined || b.count > a.count ? b : a), undefined);
  const most = worst === undefined ? "" : `, ${worst.count} at most (${worst.receiver}, ${worst.bound} may)`;
  return `sent again per kill: ${(total / Math.max(1, kills)).toFixed(1)} over all systems${most}`;
}

function countWithin(times: readonly number[], from: number, to: number): number {
  return times.filter((time) => time >= from && time < to).length;
}

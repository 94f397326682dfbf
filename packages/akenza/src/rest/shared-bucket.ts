// The token bucket of one API key that several engines use, as a function of (bucket, what an engine asks for).
// Not here: where it is kept, and when engines ask (shared-supply.ts).
import { type Demand, noDemand, priorities, totalOf } from "./priority.ts";
import { type Bucket, capped, closed, fullBucket, type RateLimit, refill } from "./token-bucket.ts";

/** What an engine still wants. Times are the bucket's, in milliseconds since the epoch. */
export interface Claim {
  readonly wants: Demand;
  readonly heardAt: number;
  /** What it has got so far: an odd token goes to the one that had least. */
  readonly had: number;
}

export interface SharedBucket extends Bucket {
  readonly engines: Readonly<Record<string, Claim>>;
}

export interface Ask {
  readonly engine: string;
  readonly wants: Demand;
  readonly now: number;
  readonly limit: RateLimit;
  /** What akenza said is left, as of now; Infinity where it said nothing since the last time. */
  readonly left: number;
  /** akenza wants to be left alone until then. */
  readonly closedUntil?: number;
}

/** An engine that wants something asks again well within this time. */
export const claimHoldsMs = 1_500;
/** An engine that wants nothing shows itself well within this time. */
export const presenceHoldsMs = 150_000;
/** Clocks of engines may be apart by less than this; what is further ahead was written before a clock was set back. */
const clockStepMs = 60_000;

/** A bucket nobody has asked yet. */
export function newSharedBucket(limit: RateLimit, now: number): SharedBucket {
  return { ...fullBucket(limit, now), engines: {} };
}

/**
 * What an engine gets of the bucket: tokens by priority, those of one priority dealt out in turn among the engines that
 * want them. What another engine has coming stays in the bucket until it asks.
 */
export function lease(shared: SharedBucket, ask: Ask): { readonly shared: SharedBucket; readonly granted: number } {
  const { engine, wants, limit } = ask;
  const sane = shared.at - ask.now > clockStepMs ? { ...shared, at: ask.now, tokens: 0, closedUntil: ask.now } : shared;
  // The fastest clock of all engines is the bucket's, so that two that differ do not both fill it.
  const now = Math.max(ask.now, sane.at);
  const filled = capped(refill(sane, limit, now), ask.left);
  const bucket = ask.closedUntil === undefined ? filled : closed(filled, ask.closedUntil);
  const others = Object.entries(shared.engines).filter(([id, claim]) => id !== engine && isPresent(claim, now));
  const rivals = others.filter(([, claim]) => now - claim.heardAt <= claimHoldsMs);
  const had = startOf(
    shared.engines[engine],
    rivals.map(([, claim]) => claim),
  );
  const inTurn = [...rivals, [engine, { wants, heardAt: now, had }] as const].toSorted(byTurn);
  const { granted, rest } = dealOut(Math.floor(bucket.tokens), inTurn, engine);
  const engines = Object.fromEntries([...others, [engine, { wants: rest, heardAt: now, had: had + granted }]]);
  return { shared: { ...bucket, at: now, tokens: bucket.tokens - granted, engines }, granted };
}

/** How many engines share the bucket, the asking one included. */
export function engineCount(shared: SharedBucket): number {
  return Math.max(1, Object.keys(shared.engines).length);
}

function isPresent({ heardAt }: Claim, now: number): boolean {
  return now - heardAt <= presenceHoldsMs;
}

/** Who had nothing to want for a while is not given all it might have had meanwhile. */
function startOf(known: Claim | undefined, rivals: readonly Claim[]): number {
  if (known !== undefined && totalOf(known.wants) > 0) return known.had;
  const wanting = rivals.filter((claim) => totalOf(claim.wants) > 0).map((claim) => claim.had);
  return Math.max(known?.had ?? 0, wanting.length === 0 ? 0 : Math.min(...wanting));
}

type Named = readonly [string, Claim];

function byTurn([a, one]: Named, [b, other]: Named): number {
  return one.had - other.had || (a < b ? -1 : 1);
}

/** What `engine` gets of `tokens`, and what it still wants then. */
function dealOut(
  tokens: number,
  inTurn: readonly Named[],
  engine: string,
): { readonly granted: number; readonly rest: Demand } {
  let left = tokens;
  let rest: Demand = noDemand;
  let granted = 0;
  for (const priority of priorities) {
    const open = new Map(inTurn.map(([id, { wants }]) => [id, wants[priority]]));
    const before = open.get(engine) ?? 0;
    left = dealRounds(left, open);
    const after = open.get(engine) ?? 0;
    granted += before - after;
    rest = { ...rest, [priority]: after };
  }
  return { granted, rest };
}

/** Takes one off each open claim in turn while there are tokens; answers how many are left. */
function dealRounds(tokens: number, open: Map<string, number>): number {
  let left = tokens;
  while (left > 0) {
    let isDealt = false;
    for (const [id, wants] of open) {
      if (wants === 0 || left === 0) continue;
      open.set(id, wants - 1);
      left -= 1;
      isDealt = true;
    }
    if (!isDealt) break;
  }
  return left;
}

/** Whether an engine got all it asked for. */
export function isServed(granted: number, wants: Demand): boolean {
  return granted >= totalOf(wants);
}

import type { TickRecord } from "../../schedules/contracts.ts";
import type { Book, Disturbance, Firing, Revision } from "./book.ts";
import { lateMs } from "./engine-process.ts";
import { timesBetween } from "./timetables.ts";

/** A promise that was broken, and by what. */
export interface Violation {
  readonly what: string;
  /** The tick or command. */
  readonly subject: string;
}

/** How long after a start, a stop or a trouble's end things may still be slower than they should be. */
const graceMs = 15_000;
/** By `jitter` or `spread`. */
const longestDelayMs = 60_000;
/** The furthest a clock is set back: times from before that may be planned a little longer. */
export const longestStepMs = 2 * 3_600_000;

/** Judges what became of each planned time: the ledger's last word on every tick, and what the handlers saw. */
export function judgeTicks(book: Book, records: ReadonlyMap<string, TickRecord>): readonly Violation[] {
  const violations: Violation[] = [];
  const planned = new Map<string, { at: number; revisions: Revision[] }>();
  for (const revision of book.revisions) {
    for (const at of timesOf(revision)) {
      const id = `${revision.pipeline}@${new Date(at).toISOString()}`;
      const known = planned.get(id);
      if (known === undefined) planned.set(id, { at, revisions: [revision] });
      else known.revisions.push(revision);
    }
  }
  for (const [id, { at, revisions }] of planned) {
    const found = judgePlanned({ at, revisions, record: records.get(id), firings: book.firings.get(id) ?? [] }, book);
    violations.push(...found.map((what) => ({ what, subject: id })));
  }
  for (const id of new Set([...records.keys(), ...book.firings.keys()])) {
    if (planned.has(id)) continue;
    if (isAsked(id)) {
      violations.push(...judgeAsked(records.get(id), book).map((what) => ({ what, subject: id })));
      continue;
    }
    const what = book.firings.has(id) ? "fired at a time nobody had planned" : "recorded for a time nobody had planned";
    violations.push({ what, subject: id });
  }
  for (const id of book.asked) {
    if (!records.has(id)) violations.push({ what: "lost: a person was promised this tick", subject: id });
  }
  for (const [id, firings] of book.firings) {
    violations.push(...judgeFirings(firings, records.get(id)).map((what) => ({ what, subject: id })));
  }
  return violations;
}

/** What may be planned: from the first registration on, and never before it. */
function timesOf(revision: Revision): readonly number[] {
  const { table, presences, firstAskedAt } = revision;
  const last = Math.max(...presences.map(({ until = firstAskedAt }) => until), firstAskedAt);
  return firstAskedAt === Infinity ? [] : timesBetween(table, originOf(revision), last + longestStepMs);
}

/** A renamed one goes on from where it was. */
function originOf({ firstAskedAt, former }: Revision): number {
  return former === undefined ? firstAskedAt : Math.min(firstAskedAt, originOf(former));
}

interface Planned {
  readonly at: number;
  readonly revisions: readonly Revision[];
  readonly record: TickRecord | undefined;
  readonly firings: readonly Firing[];
}

function judgePlanned({ at, revisions, record, firings }: Planned, book: Book): string[] {
  if (record === undefined) {
    if (firings.length > 0) return ["fired, and the ledger does not know it"];
    return revisions.some((revision) => isOwed(revision, at)) ? ["lost: it is in no state at all"] : [];
  }
  return [...judgeOpen(record), ...judgeTiming({ at, revisions, record, firings }, book)];
}

function judgeTiming({ at, revisions, record, firings }: Planned, book: Book): string[] {
  const timing = record?.timing;
  const isPaused = book.pauses.some(({ pipeline, askedAt, resumedAt }) => {
    return revisions.some((revision) => revision.names.has(pipeline)) && isWithin(at, { from: askedAt, to: resumedAt });
  });
  const words = revisions.map((revision) => revision.words);
  const mayPause = mayPauseItself(book, revisions, at);
  if (timing === "skipped" && !isSkippedRightly(record, revisions, isPaused || mayPause))
    return [`skipped, though nothing asked for that: ${record?.detail ?? "it does not say why"}`];
  if (timing === "caught-up" && words.every(({ catchUp }) => catchUp === undefined))
    return ["caught up, though nothing asked for that"];
  const isPlain = !mayPause && words.every(({ overlap }) => overlap === "allow");
  const isServedAlone = revisions.some((revision) => isServed(revision, at)) && !isPaused;
  const isCalm = isPlain && isServedAlone && !isDisturbed(book.disturbances, at);
  if (isCalm && timing !== "on-time") return [`${timing}, though an engine was there and well`];
  const begin = firings[0]?.at;
  // Only under its own name: a person may have paused a former one while engines were changing over.
  const isHeld = book.pauses.some(({ pipeline, pausedAt, resumeAskedAt }) => {
    const isOwn = revisions.some((revision) => revision.pipeline === pipeline);
    return isOwn && begin !== undefined && begin > pausedAt && begin < resumeAskedAt;
  });
  // While engines change over to another name, the pause goes along with the first of them.
  const isChanging = revisions.some(({ changes }) => changes.some((change) => isWithin(at, change)));
  return isHeld && !isChanging ? ["begun while its schedule was paused"] : [];
}

// A pause is the name's: it outlives the revision that brought it about.
function mayPauseItself(book: Book, [one]: readonly Revision[], at: number): boolean {
  return book.revisions.some(({ pipeline, words, firstAskedAt }) => {
    return one?.names.has(pipeline) === true && words.pauseAfter !== undefined && firstAskedAt <= at;
  });
}

/** Whether the ledger's reason for leaving a tick out is one that there was. */
function isSkippedRightly(
  record: TickRecord | undefined,
  revisions: readonly Revision[],
  mayBePaused: boolean,
): boolean {
  const detail = record?.detail ?? "";
  const [overlaps, mayWait] = [revisions.some(isExclusive), revisions.some(mayHaveWaited)];
  if (detail.startsWith("Paused since ")) return mayBePaused;
  if (detail === "Another tick of it still runs.") return overlaps;
  if (detail.endsWith("ticks wait already.")) return revisions.some(({ words }) => words.overlap === "queue");
  // Taken out of the plan before it began: while it waited for its turn, or to be caught up; or the whole plan with it.
  const isTakenOut = / was (edited|renamed) .*before it /.test(detail)
    ? mayWait
    : / was removed before it /.test(detail);
  return isTakenOut && revisions.some(hasEnded);
}

function isExclusive({ words }: Revision): boolean {
  return words.overlap !== "allow";
}

function mayHaveWaited(revision: Revision): boolean {
  return isExclusive(revision) || revision.words.catchUp !== undefined;
}

/** Whether another revision, or none, came after it. */
function hasEnded({ changes }: Revision): boolean {
  return changes.length > 1;
}

/** A tick that a person asked for. */
function isAsked(id: string): boolean {
  return id.includes("!");
}

function judgeAsked(record: TickRecord | undefined, book: Book): string[] {
  if (record === undefined) return ["fired, and the ledger does not know it"];
  const { askedOf, asked } = book;
  const { id, plannedAt, outcome, by } = record;
  const since = askedOf.get(id.slice(0, id.indexOf("!"))) ?? Infinity;
  // The clock may have been set back meanwhile.
  if (by === undefined || plannedAt < since - longestStepMs) return ["run now, though nobody asked for that"];
  const isGone = /Its pipeline\b.* was (removed|renamed)/.test(record.detail ?? "");
  if (outcome !== "none" || isGone) return judgeOpen(record);
  const detail = record.detail ?? "";
  // Whoever was told that it failed, or was told nothing, was promised nothing.
  const isPromised = asked.has(id);
  if (detail.startsWith("The store did not answer ") && !isPromised) return [];
  const isTooLate = detail.startsWith("No engine could run it ") && !(isPromised && isCalmFor(record, book));
  return isTooLate ? [] : ["promised to a person, and not run"];
}

/** Whether an engine had the schedule all the time in which a tick that a person asked for should have begun. */
function isCalmFor({ pipeline, plannedAt }: TickRecord, { revisions, disturbances }: Book): boolean {
  const own = revisions.filter(({ names }) => names.has(pipeline));
  return own.some((revision) => isServed(revision, plannedAt)) && !isDisturbed(disturbances, plannedAt);
}

function judgeOpen(record: TickRecord | undefined): string[] {
  const { outcome, timing = "" } = record ?? {};
  if (outcome === "running" || outcome === "waiting") return [`still ${outcome} at the end`];
  const isAbsent = timing === "skipped" || timing === "missed";
  return outcome === "none" && !isAbsent ? [`not run, and recorded as ${timing}`] : [];
}

function isWithin(at: number, { from, to }: { from: number; to: number }): boolean {
  return at >= from - lateMs - graceMs - longestDelayMs && at <= to + graceMs;
}

/** Whether an engine had it at that time, or had had it and came back: then the time must be in the ledger. */
function isOwed({ presences, changes, words }: Revision, at: number): boolean {
  if (changes.some((change) => isWithin(at, change))) return false;
  const from = Math.min(...presences.map((presence) => presence.from));
  const until = Math.max(...presences.map((presence) => presence.until ?? Infinity));
  return at > from && at + (words.delay?.upToMs ?? 0) <= until - graceMs;
}

function isServed({ presences, changes }: Revision, at: number): boolean {
  if (changes.some((change) => isWithin(at, change))) return false;
  return presences.some(
    ({ from, until = Infinity }) => from < at - graceMs && until > at + longestDelayMs + lateMs + graceMs,
  );
}

function isDisturbed(disturbances: readonly Disturbance[], at: number): boolean {
  return disturbances.some((disturbance) => isWithin(at, disturbance));
}

function judgeFirings(firings: readonly Firing[], record: TickRecord | undefined): string[] {
  const found: string[] = [];
  const mayRepeat = firings.filter(({ isCut, end }) => isCut || end === "turned away").length;
  if (firings.length > 1 + mayRepeat) found.push(`fired ${firings.length} times, ${mayRepeat} of them cut off`);
  if (record === undefined) return found;
  if (record.outcome === "none") found.push(`recorded as ${record.timing} with outcome none, but it fired`);
  // Whoever takes the name over ends what others still run under the old one.
  if (record.detail?.includes(" was renamed to ") === true) return found;
  // Its engine died between its end and the record of it, and nobody is to run it again: what is known is that it was cut.
  const last = firings.at(-1);
  if (last?.isCut === true && record.detail === "Its pipeline was removed, and its run was cut off.") return found;
  const isEnded = record.outcome === "succeeded" || record.outcome === "failed";
  const end = last?.end;
  if (isEnded && (end === "succeeded" || end === "failed") && end !== record.outcome)
    found.push(`recorded as ${record.outcome}, but it ${end}`);
  return found;
}

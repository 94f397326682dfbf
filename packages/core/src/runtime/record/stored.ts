// What the store knows of messages that the record does not: of earlier runs of the engine, or forgotten since.
// It is read within bounds; what was left out is said.
import { type Clock, sleep } from "../../clock.ts";
import type { Pipeline } from "../../config/model.ts";
import { messageOf } from "../../errors/error.ts";
import type { Location } from "../../location.ts";
import type { Message } from "../../message.ts";
import type { DueRow, Lanes, LaneSize } from "../../ports/store.ts";
import { type DeadLetter, ownId } from "../dead-letters/letter.ts";
import { restore } from "../lane-entries.ts";
import { lanePrefix, sinkOfLane } from "../lane-names.ts";
import { pipelineOfQueuedLane, queuedPrefix } from "../queued/queued-lanes.ts";
import type { WhyQuery } from "./why.ts";

/** A message at rest in the store. */
export interface StoredMessage {
  readonly pipeline: string;
  /** Undefined where it died before any sink was due, or waits for its pipeline. */
  readonly sink?: string;
  readonly message: string;
  /** `queued` waits for its pipeline (`delivery: queued`), `parked` for its sink. */
  readonly state: "dead" | "parked" | "queued";
  /** When it died, or came in. ISO 8601. */
  readonly time: string;
  readonly code?: string;
  readonly cause?: string;
  readonly at?: Location;
  /** Of a dead letter. */
  readonly letter?: string;
  /** Of the first of its row, in milliseconds since the epoch, and after how many tries. */
  readonly nextTryAt?: number;
  readonly attempts?: number;
}

export interface StoredAnswer {
  readonly stored: readonly StoredMessage[];
  /** What was left out, in sentences for a person. */
  readonly notLookedAt: readonly string[];
}

/** What the store is asked of. */
export interface Shelves {
  readonly clock: Clock;
  readonly lanes: Pick<Lanes, "list" | "due">;
  readonly letters: LetterShelf;
  readonly pipelines: () => readonly Pipeline[];
}

export interface LetterShelf {
  /** Those that are there. */
  getMany(ids: readonly string[]): Promise<readonly DeadLetter[]>;
  list(page: {
    readonly device: string;
    readonly pipeline?: string;
    readonly limit: number;
  }): Promise<readonly DeadLetter[]>;
}

/** What the record has told already. */
export interface Told {
  /** Ids of messages. */
  readonly messages: ReadonlySet<string>;
  /** Ids of dead letters. */
  readonly letters: ReadonlySet<string>;
}

const patienceMs = 5_000;
const mostLetters = 1_000;
/** What is read of lanes for one question: the smallest first. */
const mostEntries = 2_000;
const mostBytes = 4 * 1024 * 1024;

/** Never rejects: a store that is away, or slow, is among what was not looked at. */
export async function lookInStore(shelves: Shelves, query: WhyQuery, told: Told): Promise<StoredAnswer> {
  const isOver = new AbortController();
  const late = sleep(shelves.clock, patienceMs, isOver.signal).then(() => {
    throw new Error(`it did not answer within ${patienceMs / 1_000} s`);
  });
  try {
    return await Promise.race([look(shelves, query, told), late]);
  } catch (error) {
    return { stored: [], notLookedAt: [`the store: ${messageOf(error)}`] };
  } finally {
    // The other ends of the race are nobody's any more.
    late.catch(() => undefined);
    isOver.abort();
  }
}

async function look(shelves: Shelves, query: WhyQuery, told: Told): Promise<StoredAnswer> {
  const [dead, resting] = await Promise.all([deadOf(shelves, query), restingOf(shelves, query)]);
  const stored = [
    ...dead.stored.filter(({ letter = "" }) => !told.letters.has(letter)),
    ...resting.stored.filter(({ message }) => ![...told.messages].some((id) => isOf(message, id))),
  ];
  // What the record tells of is told whole.
  const notLookedAt = told.messages.size > 0 ? [] : [...dead.notLookedAt, ...resting.notLookedAt];
  return { stored: stored.slice(0, query.limit), notLookedAt };
}

/** A letter's id follows from pipeline, sink and message: by an id, each place is asked for its own. */
async function deadOf(
  { letters, pipelines }: Shelves,
  { id, device, pipeline, limit }: WhyQuery,
): Promise<StoredAnswer> {
  if (device !== undefined) {
    const found = await letters.list({ device, limit, ...(pipeline === undefined ? {} : { pipeline }) });
    return {
      stored: found.filter(({ original }) => id === undefined || original.id === id).map(dead),
      notLookedAt: [],
    };
  }
  if (id === undefined) return { stored: [], notLookedAt: [] };
  const asked = pipelines().filter(({ name }) => pipeline === undefined || name === pipeline);
  const original = { id } as Message;
  const keys = asked.flatMap(({ name, sinks }) =>
    [undefined, ...sinks.map((sink) => sink.name)].map((sink) => ownId({ pipeline: name, sink, original })),
  );
  const found = await letters.getMany(keys.slice(0, mostLetters));
  const splits = asked.some(({ steps }) => steps.some(({ definition }) => definition.name === "split"));
  const notLookedAt = [
    ...(keys.length > mostLetters
      ? [`dead letters of pipelines beyond ${mostLetters} sinks: name one with --pipeline`]
      : []),
    ...(splits && !id.includes("#") ? [`dead letters of its parts: ask for one by its id, ${id}#0`] : []),
  ];
  return { stored: found.map(dead), notLookedAt };
}

function dead({ id, pipeline, sink, original, shaped, code, cause, at, diedAt, attempts }: DeadLetter): StoredMessage {
  const { id: message } = shaped ?? original;
  const place = { ...(sink === undefined ? {} : { sink }), ...(at === undefined ? {} : { at }) };
  return { pipeline, message, state: "dead", time: diedAt, code, cause, letter: id, attempts, ...place };
}

/** Lanes know their rows and not the ids in them: they are read, the small ones first, as far as the bounds reach. */
async function restingOf({ lanes }: Shelves, query: WhyQuery): Promise<StoredAnswer> {
  const { pipeline } = query;
  const prefixes = pipeline === undefined ? ["parked/", "queued/"] : [lanePrefix(pipeline), queuedPrefix(pipeline)];
  const sizes = (await Promise.all(prefixes.map((prefix) => lanes.list(prefix)))).flat();
  const { read, left } = withinBounds(sizes);
  const found = await Promise.all(read.map((size) => inLane(lanes, size, query)));
  return { stored: found.flat(), notLookedAt: leftOut(left) };
}

function withinBounds(sizes: readonly LaneSize[]): {
  readonly read: readonly LaneSize[];
  readonly left: readonly LaneSize[];
} {
  const read: LaneSize[] = [];
  const left: LaneSize[] = [];
  let [entries, bytes] = [0, 0];
  for (const size of sizes.toSorted((a, b) => a.bytes - b.bytes)) {
    entries += size.entries;
    bytes += size.bytes;
    (entries <= mostEntries && bytes <= mostBytes ? read : left).push(size);
  }
  return { read, left };
}

async function inLane(
  lanes: Pick<Lanes, "due">,
  { lane }: LaneSize,
  query: WhyQuery,
): Promise<readonly StoredMessage[]> {
  const rows = await lanes.due(lane, Number.MAX_SAFE_INTEGER, { rows: mostEntries, entriesPerRow: mostEntries });
  const parked = sinkOfLane(lane);
  if (parked !== undefined) return rows.flatMap((row) => parkedIn(row, parked, query));
  const pipeline = pipelineOfQueuedLane(lane);
  if (pipeline === undefined) return [];
  const messages = rows.flatMap(({ entries }) => entries.flatMap(({ value }) => JSON.parse(value) as Message[]));
  return messages
    .filter((message) => isMeant(message, message, query))
    .map(({ id, meta }) => ({ pipeline, message: id, state: "queued", time: meta.receivedAt }));
}

function parkedIn(
  { entries, dueAt, attempts }: DueRow,
  place: { readonly pipeline: string; readonly sink: string },
  query: WhyQuery,
): readonly StoredMessage[] {
  return entries.flatMap((entry, index): readonly StoredMessage[] => {
    const { message, owner } = restore(entry).write;
    if (!isMeant(message, owner.original, query)) return [];
    const next = index === 0 ? { nextTryAt: dueAt, attempts } : {};
    return [{ ...place, message: message.id, state: "parked", time: owner.original.meta.receivedAt, ...next }];
  });
}

/** By its own id, or that of the message that it is a part of. */
function isMeant(message: Message, original: Message, { id, device }: WhyQuery): boolean {
  if (device !== undefined && original.meta.device !== device) return false;
  return id === undefined || original.id === id || isOf(message.id, id);
}

/** Whether a message is this one, or a part of it. */
function isOf(message: string, id: string): boolean {
  return message === id || message.startsWith(`${id}#`);
}

function leftOut(sizes: readonly LaneSize[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { lane, entries } of sizes) {
    const parked = sinkOfLane(lane);
    const where =
      parked === undefined
        ? `queued for pipeline "${pipelineOfQueuedLane(lane)}"`
        : `parked for sink "${parked.sink}" of pipeline "${parked.pipeline}"`;
    counts.set(where, (counts.get(where) ?? 0) + entries);
  }
  return [...counts].map(([where, count]) => `${count} entries ${where}: too many to look through`);
}

// Answers what became of a message: in every pipeline that saw it, or why none did.
import type { Stray } from "../../component/services.ts";
import type { Location } from "../../location.ts";
import type { Message } from "../../message.ts";
import type { EngineRecord } from "./engine-record.ts";
import type { Death, End, Passage, PipelineRecord } from "./pipeline-record.ts";
import { lookInStore, type Shelves, type StoredAnswer } from "./stored.ts";
import { type Shown, type ShownMessage, shown, shownBody, shownMessage } from "./shown.ts";
import type { Stage } from "./stage.ts";

export interface WhyQuery {
  /** Of a message, or of one of the parts that it was split into. */
  readonly id?: string | undefined;
  readonly device?: string | undefined;
  readonly pipeline?: string | undefined;
  readonly limit: number;
}

/** What is known of the messages asked for, newest first. `stored` is what the record does not tell of. */
export interface WhyAnswer extends StoredAnswer {
  readonly passages: readonly PassageAnswer[];
  readonly strays: readonly Stray[];
  /** How far back the record of each pipeline reaches that was looked at; those that have none are left out. */
  readonly reach: readonly Reach[];
}

export interface Reach {
  readonly pipeline: string;
  readonly count: number;
  /** When the oldest message that is kept came in. ISO 8601. */
  readonly since: string;
}

/** One time that a message went through a pipeline. */
export interface PassageAnswer {
  readonly pipeline: string;
  readonly at: Location;
  readonly message: ShownMessage;
  /** `kept` false: it is not among the latest any more, only its death is. */
  readonly counts: Pick<Passage, "delivered" | "discarded" | "deadLettered" | "parked"> & {
    readonly isOpen: boolean;
    readonly kept: boolean;
  };
  /** The pipeline has another revision now: the stages are what that one makes of it. */
  readonly isOtherRevision: boolean;
  /** It went straight to a sink, past the steps. */
  readonly isDirect: boolean;
  readonly stages: readonly Shown[];
  /** What became of writes that were not simply delivered, oldest first. */
  readonly ends: readonly (Shown & { readonly time: string })[];
}

/** A pipeline that runs, as far as this needs it. */
export interface Explainer {
  readonly at: Location;
  readonly revision: string;
  explain(passage: Pick<Passage, "original" | "held">): Promise<readonly Stage[]>;
}

export interface WhyOptions {
  readonly record: EngineRecord;
  readonly find: (pipeline: string) => Explainer | undefined;
  readonly shelves: Shelves;
}

/** Most pipelines whose reach is told. */
const mostReach = 50;

export async function why({ record, find, shelves }: WhyOptions, query: WhyQuery): Promise<WhyAnswer> {
  const records = record.all().filter(({ name }) => query.pipeline === undefined || name === query.pipeline);
  const found = records.flatMap((each) => passagesIn(each, query).map((passage) => ({ each, passage })));
  found.sort((a, b) => receivedAt(b.passage).localeCompare(receivedAt(a.passage)));
  const passages: PassageAnswer[] = [];
  for (const { each, passage } of found.slice(0, query.limit)) {
    const pipeline = find(each.name);
    if (pipeline !== undefined) passages.push(await answerOf(each, passage, pipeline));
  }
  const taken = new Set(found.map(({ passage }) => passage.original.id));
  const strays = record
    .strays()
    .filter((stray) => isMeantStray(stray, query) && isLost(stray, taken))
    .map(shownStray);
  const reach = records.flatMap((each) => reachOf(each)).slice(0, mostReach);
  const letters = new Set(passages.flatMap(({ ends }) => ends.flatMap(({ letter }) => letter ?? [])));
  const stored = await lookInStore(shelves, query, { messages: taken, letters });
  return { passages, strays: query.pipeline === undefined ? strays.slice(0, query.limit) : [], reach, ...stored };
}

function isMeantStray({ id, device }: Stray, query: WhyQuery): boolean {
  return (query.id ?? id) === id && (query.device ?? device) === device;
}

/** One whose device was not known yet may have found its pipeline later. */
function isLost({ id, why }: Stray, taken: ReadonlySet<string>): boolean {
  return why === "repeated" || why === "backfilled" || !taken.has(id);
}

function shownStray(stray: Stray): Stray {
  return { ...stray, body: shownBody(stray.body) };
}

type Found = Passage & { readonly kept?: false };

/** Of a death whose message is not among the latest any more, what the death itself holds. */
function passagesIn({ passages, deaths }: PipelineRecord, query: WhyQuery): readonly Found[] {
  const kept = passages.newestFirst().filter(({ original }) => isMeant(original, query));
  const originals = new Set(kept.map(({ original }) => original.id));
  const counts = { isOpen: false, delivered: 0, discarded: 0, deadLettered: 1, parked: 0, kept: false } as const;
  const dead = deaths.newestFirst().filter(({ original }) => isMeant(original, query) && !originals.has(original.id));
  return [...kept, ...dead.map(({ original }) => ({ original, revision: undefined, held: undefined, ...counts }))];
}

function isMeant({ id, meta }: Message, query: WhyQuery): boolean {
  if (query.device !== undefined && meta.device !== query.device) return false;
  return query.id === undefined || isOf(query.id, id);
}

/** Whether a message is this one, or a part of it. */
function isOf(id: string, original: string): boolean {
  return id === original || id.startsWith(`${original}#`);
}

function receivedAt({ original }: Passage): string {
  return original.meta.receivedAt;
}

async function answerOf(record: PipelineRecord, passage: Found, pipeline: Explainer): Promise<PassageAnswer> {
  const { original, revision, isOpen, delivered, discarded, deadLettered, parked, kept = true } = passage;
  const isDirect = kept && revision === undefined && !isOpen;
  const stages = isDirect ? [] : await pipeline.explain(passage);
  return {
    pipeline: record.name,
    at: pipeline.at,
    message: shownMessage(original),
    counts: { delivered, discarded, deadLettered, parked, isOpen, kept },
    isOtherRevision: revision !== undefined && revision !== pipeline.revision,
    isDirect,
    stages: stages.map(shown),
    ends: endsOf(record, original),
  };
}

function endsOf({ ends, deaths }: PipelineRecord, { id }: Message): PassageAnswer["ends"] {
  const all: readonly (End | Death)[] = [...ends.newestFirst(), ...deaths.newestFirst()];
  return all
    .filter(({ stage }) => isOf(stage.message.id, id))
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, stage }) => ({ ...shown(stage), time: new Date(at).toISOString() }));
}

function reachOf({ name, passages }: PipelineRecord): readonly Reach[] {
  const oldest = passages.newestFirst().at(-1);
  return oldest === undefined ? [] : [{ pipeline: name, count: passages.size, since: receivedAt(oldest) }];
}

// What a simulation did and what its handlers saw, for the oracle to judge the ledgers by.
import type { NewCommand } from "../../commands/contracts.ts";
import type { CatchUp, Delay, Overlap, Plan } from "../../schedules/contracts.ts";
import { planOf, type Timetable } from "./timetables.ts";

/** What a schedule says besides its times. */
export interface Words {
  readonly overlap: Overlap;
  readonly catchUp: CatchUp | undefined;
  readonly pauseAfter: number | undefined;
  readonly delay: Delay | undefined;
  readonly renamedFrom?: string;
}

export const plainWords: Words = { overlap: "allow", catchUp: undefined, pauseAfter: undefined, delay: undefined };

/** A schedule as it was deployed, until the next edit. Times are wall-clock times. */
export interface Revision {
  readonly pipeline: string;
  readonly table: Timetable;
  readonly words: Words;
  readonly plan: Plan;
  /** What it was under its former name. */
  readonly former: Revision | undefined;
  /** All names it has had: a pause goes along with it. */
  readonly names: ReadonlySet<string>;
  /** When an engine first began to register it. */
  firstAskedAt: number;
  readonly presences: Presence[];
  /** While engines change over to it or from it, some have it and some have not. */
  readonly changes: { from: number; to: number }[];
}

/** A time during which an engine had a revision registered. */
export interface Presence {
  readonly engine: string;
  readonly from: number;
  /** The latest time the wall clock showed meanwhile; undefined while it lasts. */
  until: number | undefined;
}

/** `before` is what was deployed under its name, or under its former one. */
export function revisionOf(
  pipeline: string,
  { table, words, before }: Pick<Revision, "table" | "words"> & { before: Revision | undefined },
): Revision {
  const plan = planOf(table);
  const former = words.renamedFrom === undefined ? undefined : before;
  const names = new Set([pipeline, ...(before?.names ?? [])]);
  return { pipeline, table, words, plan, former, names, firstAskedAt: Infinity, presences: [], changes: [] };
}

/** A run of a tick's handler. */
export interface Firing {
  readonly engine: string;
  readonly at: number;
  /** undefined while it runs, or when its engine was killed. */
  end: "succeeded" | "failed" | "turned away" | undefined;
  /** Its engine was killed before its end was in the ledger. */
  isCut: boolean;
}

/** An order as it was handed to an engine. */
export interface Order {
  readonly command: NewCommand;
  /** Elapsed times: handed over first, and confirmed first. */
  readonly askedAt: number;
  acceptedAt: number | undefined;
}

export type Disturbance = { readonly what: "away" | "lost answers" | "clock"; readonly from: number; to: number };

/** A time during which a person had a schedule paused. */
export interface PausedSpan {
  readonly pipeline: string;
  /** Begin and end of it may not be known to the moment: what was asked for and what was answered. */
  readonly askedAt: number;
  pausedAt: number;
  resumeAskedAt: number;
  resumedAt: number;
}

/** What a person asked of a command; elapsed times. */
export interface ByHand {
  readonly what: "cancel" | "resend";
  readonly askedAt: number;
  /** When an engine said that it is done. */
  doneAt: number | undefined;
}

export interface Book {
  readonly pauses: PausedSpan[];
  readonly revisions: Revision[];
  readonly firings: Map<string, Firing[]>;
  readonly orders: Map<string, Order>;
  /** Elapsed times at which the wall clock was set back. */
  readonly setBack: number[];
  /** By the key of the command. */
  readonly byHand: Map<string, ByHand[]>;
  /** Ids of the ticks that an engine has promised to run now. */
  readonly asked: Set<string>;
  /** Of each pipeline for which a person wanted a tick now, when it was asked first. */
  readonly askedOf: Map<string, number>;
  /** Keys of commands that an engine left between sending and recording when it was killed. */
  readonly cut: Set<string>;
  /** Wall-clock spans in which ticks may be late or missed. */
  readonly disturbances: Disturbance[];
}

export function createBook(): Book {
  return {
    pauses: [],
    revisions: [],
    firings: new Map(),
    orders: new Map(),
    setBack: [],
    byHand: new Map(),
    asked: new Set(),
    askedOf: new Map(),
    cut: new Set(),
    disturbances: [],
  };
}

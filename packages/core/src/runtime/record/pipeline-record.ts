import type { DiscardReason } from "../../component/contracts.ts";
import type { Clock } from "../../clock.ts";
import type { SignalboxError } from "../../errors/error.ts";
import type { Message } from "../../message.ts";
import { Ring } from "./ring.ts";
import type { Stage } from "./stage.ts";
import { Watch, type Watcher } from "./watch.ts";

/** A message's way through a pipeline, as it is kept: what its steps and sinks made of it is computed when it is asked for. */
export interface Passage {
  readonly original: Message;
  /** The pipeline's hash; undefined until it flows, and where it went straight to a sink. */
  readonly revision: string | undefined;
  readonly isOpen: boolean;
  readonly delivered: number;
  readonly discarded: number;
  readonly deadLettered: number;
  readonly parked: number;
  /** What cannot be computed afterwards. */
  readonly held: readonly Held[] | undefined;
}

/** A step that decides by what passed before held a message back. */
export interface Held {
  readonly message: string;
  readonly step: string;
  readonly reason: DiscardReason;
}

/** What became of a write, or of a message before any; kept where it is not simply delivered. */
export interface End {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly stage: Stage;
}

/** A death, with the message as its source gave it. */
export interface Death extends End {
  readonly original: Message;
}

/** A death before any write. */
export interface EarlyDeath {
  readonly letter: string;
  readonly cause: SignalboxError;
  /** As it was when it failed. */
  readonly message: Message;
}

export interface Capacity {
  readonly passages: number;
  readonly ends: number;
  readonly deaths: number;
}

export interface PipelineRecordOptions {
  readonly capacity: Capacity;
  readonly clock: Clock;
  /** Called after each 64 messages. */
  readonly onMany: () => void;
}

/** The latest messages of one pipeline, and those who watch it. It outlives the pipeline's revisions. */
export class PipelineRecord {
  readonly name: string;
  readonly passages: Ring<Passage>;
  readonly ends: Ring<End>;
  /** On their own, so that what goes well does not push them out. */
  readonly deaths: Ring<Death>;
  /** Undefined while nobody watches. */
  watch: Watch | undefined;
  readonly #watchers = new Set<Watcher>();
  readonly #clock: Clock;
  readonly #onMany: () => void;
  #count = 0;

  constructor(name: string, { capacity, clock, onMany }: PipelineRecordOptions) {
    this.name = name;
    this.#clock = clock;
    this.passages = new Ring(capacity.passages);
    this.ends = new Ring(capacity.ends);
    this.deaths = new Ring(capacity.deaths);
    this.#onMany = onMany;
  }

  note(passage: Passage): void {
    this.passages.add(passage);
    this.#count = (this.#count + 1) & 63;
    if (this.#count === 0) this.#onMany();
  }

  /** It failed in the flow, before any write was due. */
  died(original: Message, { letter, cause, message }: EarlyDeath): void {
    const { code, message: text, at } = cause;
    const stage: Stage = { kind: "write", name: "steps", message, outcome: "dead", code, cause: text, letter };
    this.deaths.add({ at: this.#clock.now(), stage: at === undefined ? stage : { ...stage, at }, original });
    this.watch?.tell(stage);
  }

  resize({ passages, ends, deaths }: Capacity): void {
    this.passages.resize(passages);
    this.ends.resize(ends);
    this.deaths.resize(deaths);
  }

  /** Tells `watcher` of every message that comes in from now on; answers how to stop. */
  follow(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    this.watch = new Watch(this.#watchers);
    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0) this.watch = undefined;
    };
  }

  get isFollowed(): boolean {
    return this.#watchers.size > 0;
  }
}

import type { Clock } from "../../clock.ts";
import type { Engine } from "../../runtime/engine.ts";
import type { Readiness } from "../../runtime/readiness.ts";
import type { EngineStatus, Notice, PipelineStatus } from "../../runtime/status.ts";
import { type Measured, measure } from "./measure.ts";
import type { LiveEvent, PipelineFacts, Row } from "./shapes.ts";

/** What is looked at. */
export type LiveEngine = Pick<Engine, "status" | "timings" | "readiness">;

type Rest = Omit<LiveEvent, "at" | "isWhole" | "pipelines" | "removed" | keyof Rows | "notices">;

type Rows = Required<Pick<LiveEvent, "rows" | "stepRows" | "sinkRows">>;

interface Known {
  readonly facts: PipelineFacts;
  readonly text: string;
}

/** Looks at an engine again and again, and says what has changed since it last did. */
export class LiveTracker {
  readonly #engine: LiveEngine;
  readonly #clock: Clock;
  readonly #indexes = new Map<string, number>();
  /** Of each pipeline, what it is as JSON. */
  #facts: ReadonlyMap<string, Known> = new Map();
  #measured: ReadonlyMap<string, Measured> = new Map();
  #measuredAt: number | undefined;
  /** Each part as it is and as JSON. */
  #rest = new Map<keyof Rest, { readonly value: unknown; readonly text: string }>();
  #notices: readonly Notice[] = [];
  #readiness: Readiness | undefined;
  #isAsking = false;
  #nextIndex = 0;
  #at = "";

  constructor(engine: LiveEngine, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
  }

  /** What has changed since the call before. */
  look(): LiveEvent {
    this.#askReadiness();
    const status = this.#engine.status();
    const before = this.#measured;
    this.#measure(status);
    this.#at = status.now;
    const { pipelines, removed } = this.#lookAtFacts(status.pipelines);
    const fresh = new Set(pipelines.map(({ name }) => name));
    const { rows, stepRows, sinkRows } = this.#rowsUnlike(before, fresh);
    const notices = newOf(status.notices, this.#notices);
    this.#notices = [...status.notices];
    return {
      at: status.now,
      ...this.#lookAtRest(status),
      ...(notices.length > 0 && { notices }),
      ...(pipelines.length > 0 && { pipelines }),
      ...(removed.length > 0 && { removed }),
      ...(rows.length > 0 && { rows }),
      ...(stepRows.length > 0 && { stepRows }),
      ...(sinkRows.length > 0 && { sinkRows }),
    };
  }

  /** All that the latest look saw: the events after it stand on it. */
  whole(): LiveEvent {
    const rest = Object.fromEntries([...this.#rest].map(([name, { value }]) => [name, value])) as Rest;
    return {
      at: this.#at,
      isWhole: true,
      ...rest,
      notices: this.#notices,
      pipelines: [...this.#facts.values()].map(({ facts }) => facts),
      ...this.#rowsUnlike(new Map(), new Set()),
    };
  }

  // The store may be slow; what it last said stands meanwhile.
  #askReadiness(): void {
    if (this.#isAsking) return;
    this.#isAsking = true;
    void this.#engine.readiness().then((readiness) => {
      this.#readiness = readiness;
      this.#isAsking = false;
    });
  }

  #measure(status: EngineStatus): void {
    const [now, at] = [this.#clock.now(), this.#clock.monotonic()];
    const elapsedMs = this.#measuredAt === undefined ? undefined : at - this.#measuredAt;
    this.#measuredAt = at;
    this.#measured = measure(status, this.#engine.timings(), this.#measured, { now, elapsedMs });
  }

  #lookAtFacts(all: readonly PipelineStatus[]): { pipelines: readonly PipelineFacts[]; removed: readonly string[] } {
    const next = new Map<string, Known>();
    const pipelines: PipelineFacts[] = [];
    for (const pipeline of all) {
      const facts = factsOf(pipeline, this.#indexOf(pipeline.name));
      const text = JSON.stringify(facts);
      const known = this.#facts.get(pipeline.name);
      if (known?.text !== text) pipelines.push(facts);
      next.set(pipeline.name, known?.text === text ? known : { facts, text });
    }
    const removed = [...this.#facts.keys()].filter((name) => !next.has(name));
    for (const name of removed) this.#indexes.delete(name);
    this.#facts = next;
    return { pipelines, removed };
  }

  #indexOf(name: string): number {
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    this.#nextIndex += 1;
    this.#indexes.set(name, this.#nextIndex);
    return this.#nextIndex;
  }

  /** Rows that are not as they were, and those of `fresh` pipelines. */
  #rowsUnlike(before: ReadonlyMap<string, Measured>, fresh: ReadonlySet<string>): Rows {
    const [rows, stepRows, sinkRows]: [Row[], Row[], Row[]] = [[], [], []];
    for (const [name, measured] of this.#measured) {
      const index = this.#indexOf(name);
      const old = fresh.has(name) ? undefined : before.get(name);
      if (!isSame(old?.row, measured.row)) rows.push([index, ...measured.row]);
      for (const [at, each] of measured.stepRows.entries()) {
        if (!isSame(old?.stepRows[at], each)) stepRows.push([index, at, ...each]);
      }
      for (const [at, each] of measured.sinkRows.entries()) {
        if (!isSame(old?.sinkRows[at], each)) sinkRows.push([index, at, ...each]);
      }
    }
    return { rows, stepRows, sinkRows };
  }

  #lookAtRest(status: EngineStatus): Rest {
    const { version, startedAt, state, store, httpUrl, connections, deadLetters, ticks, commands, reload } = status;
    const engine = { version, startedAt, state, store, httpUrl };
    const parts = { engine, connections, deadLetters, ticks, commands, reload, readiness: this.#readiness };
    const changed: [string, unknown][] = [];
    for (const [name, value] of Object.entries(parts)) {
      if (value === undefined) continue;
      const text = JSON.stringify(value);
      if (this.#rest.get(name as keyof Rest)?.text === text) continue;
      this.#rest.set(name as keyof Rest, { value, text });
      changed.push([name, value]);
    }
    return Object.fromEntries(changed);
  }
}

function factsOf(pipeline: PipelineStatus, index: number): PipelineFacts {
  const { name, description, at, hash, state, problem, source, steps, sinks } = pipeline;
  return {
    index,
    name,
    description,
    at,
    hash,
    state,
    problem,
    source,
    // What they count is in rows: it changes all the time, and all else of a pipeline would be told with it.
    steps: steps.map(({ name, component }) => ({ name, component })),
    sinks: sinks.map(({ name, component, problem, breaker, parkedSize: { isFull } }) => ({
      name,
      component,
      problem,
      breaker,
      isFull,
    })),
  };
}

/** Those that come before the newest that was known. */
function newOf(notices: readonly Notice[], known: readonly Notice[]): readonly Notice[] {
  const [newest] = known;
  const at = newest === undefined ? -1 : notices.indexOf(newest);
  return at === -1 ? [...notices] : notices.slice(0, at);
}

function isSame(a: Row | undefined, b: Row): boolean {
  return a !== undefined && a.length === b.length && a.every((each, at) => each === b[at]);
}

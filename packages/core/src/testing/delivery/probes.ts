import { z } from "zod";
import { delivered, type Sink, type Source, type WriteResult } from "../../component/contracts.ts";
import { defineConnection, defineSink, defineSource, type Definition } from "../../component/definition.ts";
import { DeliveryBuffer } from "../../component/delivery-buffer.ts";
import { connectionName } from "../../component/fields.ts";
import type { Message, Settlement } from "../../message.ts";

/** A source that a test feeds by hand. */
export interface Feed {
  /** Resolves when the message is settled or parked; rejects when it was refused. */
  send(event: { id: string; device?: string; body?: unknown }): Promise<Settlement>;
  /** What opening the source does; throws to refuse, and is waited for. Default: nothing. */
  open: () => void | Promise<void>;
}

/** A sink that answers as a test says, and remembers what it was given. */
export interface Probe {
  /** Bodies in the order of their writes, failed ones included. */
  readonly tried: unknown[];
  /** How many messages each write had. */
  readonly batches: number[];
  /** Messages that were answered with delivered. */
  readonly got: Message[];
  /** What a message is answered with; `nth` is 1 for the first try of that message. Default: delivered. */
  answer: (message: Message, nth: number) => WriteResult | Promise<WriteResult>;
  /** What making the sink does; throws to refuse. Default: nothing. */
  create: () => void;
  /** What opening the sink does; throws to refuse. Default: nothing. */
  open: () => void;
  /** Most writes that were under way at once. */
  readonly mostAtOnce: number;
  /** Resolves when `matches` holds for what the probe got, at once or after a later write. */
  until(matches: (got: readonly Message[]) => boolean): Promise<void>;
}

/** Feeds and probes by id, and the definitions that put them into pipelines: `feed: { id: in }`, `probe: { id: a }`. */
export interface Probes {
  readonly definitions: readonly Definition[];
  readonly lines: Lines;
  feed(id: string): Feed;
  probe(id: string): Probe;
}

/** Connections of the kind `line` by their `to`, in the order they were opened and closed; a `lineProbe` is a probe on one. */
export interface Lines {
  readonly opened: string[];
  readonly closed: string[];
}

const schema = z.strictObject({ id: z.string().describe("Which one of the test's.") });

export function createProbes(): Probes {
  const feeds = new Map<string, FeedState>();
  const probes = new Map<string, ProbeState>();
  const feed = (id: string): FeedState => held(feeds, id, () => new FeedState());
  const probe = (id: string): ProbeState => held(probes, id, () => new ProbeState());
  const facts = { summary: "A part of a test.", description: "A part of a test.", schema, examples: [] };
  const sinkNamed = (name: string, defaults: { batchCount: number; concurrency: number }): Definition =>
    defineSink<typeof schema>({
      ...facts,
      name,
      defaults: { ...defaults, timeoutMs: 5_000 },
      create: ({ id }) => sinkOf(probe(id)),
    });
  const lines: Lines = { opened: [], closed: [] };
  const feedSource = defineSource<typeof schema>({
    ...facts,
    name: "feed",
    defaultOrder: "perKey",
    create: ({ id }, { pipeline }) => feed(id).createSource(pipeline),
  });
  return {
    definitions: [
      feedSource,
      sinkNamed("probe", { batchCount: 1, concurrency: 4 }),
      sinkNamed("batchProbe", { batchCount: 10, concurrency: 1 }),
      ...lineDefinitions(lines, probe),
    ],
    lines,
    feed,
    probe,
  };
}

function sinkOf(probe: ProbeState): Sink {
  probe.create();
  return { open: async () => probe.open(), write: (batch, signal) => probe.write(batch, signal) };
}

function lineDefinitions(lines: Lines, probe: (id: string) => ProbeState): readonly Definition[] {
  const facts = { summary: "A part of a test.", description: "A part of a test.", examples: [] };
  const lineSchema = z.strictObject({ to: z.string().describe("Where it leads.") });
  const line = defineConnection<typeof lineSchema>({
    ...facts,
    name: "line",
    schema: lineSchema,
    create: ({ to }) => ({
      open: async () => void lines.opened.push(to),
      close: async () => void lines.closed.push(to),
    }),
  });
  const sinkSchema = z.strictObject({
    id: z.string().describe("Which one of the test's."),
    connection: connectionName("line").default("line").describe("Name of the connection."),
  });
  const lineProbe = defineSink<typeof sinkSchema>({
    ...facts,
    name: "lineProbe",
    schema: sinkSchema,
    defaults: { batchCount: 1, concurrency: 4, timeoutMs: 5_000 },
    create({ id, connection }, context) {
      context.connection(connection);
      return sinkOf(probe(id));
    },
  });
  return [line, lineProbe];
}

function held<T>(map: Map<string, T>, id: string, make: () => T): T {
  const known = map.get(id) ?? make();
  map.set(id, known);
  return known;
}

class FeedState implements Feed {
  open: Feed["open"] = () => undefined;
  #pipeline = "";
  readonly #buffer = new DeliveryBuffer({ capacity: 100_000 });

  createSource(pipeline: string): Source {
    this.#pipeline = pipeline;
    return { open: async () => this.open(), deliveries: (signal) => this.#buffer.batches(signal) };
  }

  send({ id, device, body = null }: { id: string; device?: string; body?: unknown }): Promise<Settlement> {
    const now = new Date().toISOString();
    const meta = {
      pipeline: this.#pipeline,
      source: "feed",
      time: now,
      receivedAt: now,
      ...(device === undefined ? {} : { device }),
    };
    return new Promise((resolve, reject) => {
      const none = { delivered: 0, discarded: 0, deadLettered: 0, parked: 0 };
      const ack = (settlement: Settlement = none): void => {
        const { delivered, discarded, deadLettered, parked } = settlement;
        resolve({ delivered, discarded, deadLettered, parked });
      };
      this.#buffer.push({ message: { id, meta, body }, ack, nack: reject });
    });
  }
}

class ProbeState implements Probe {
  readonly tried: unknown[] = [];
  readonly batches: number[] = [];
  readonly got: Message[] = [];
  answer: Probe["answer"] = () => delivered;
  create = (): void => undefined;
  open = (): void => undefined;
  mostAtOnce = 0;
  readonly #tries = new Map<string, number>();
  readonly #watchers = new Set<() => void>();
  #atOnce = 0;

  async write(batch: readonly Message[], signal: AbortSignal): Promise<readonly WriteResult[]> {
    this.#atOnce += 1;
    this.batches.push(batch.length);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
    try {
      const results: WriteResult[] = [];
      for (const message of batch) results.push(await this.#one(message, signal));
      return results;
    } finally {
      this.#atOnce -= 1;
    }
  }

  until(matches: (got: readonly Message[]) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const watch = (): void => {
        if (!matches(this.got)) return;
        this.#watchers.delete(watch);
        resolve();
      };
      this.#watchers.add(watch);
      watch();
    });
  }

  async #one(message: Message, signal: AbortSignal): Promise<WriteResult> {
    const nth = (this.#tries.get(message.id) ?? 0) + 1;
    this.#tries.set(message.id, nth);
    this.tried.push(message.body);
    const result = await this.answer(message, nth);
    // What comes after an abort is not heard by the engine, so it does not count as received either.
    if (result.status === "delivered" && !signal.aborted) this.got.push(message);
    for (const watch of this.#watchers) watch();
    return result;
  }
}

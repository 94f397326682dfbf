import type { Pipeline } from "../config/model.ts";
import { messageOf } from "../errors/error.ts";
import { type MessageCounter, WriteCounter } from "./counts.ts";
import { buryGoneSinks } from "./gone-sinks.ts";
import { laneTopic, wakeUp } from "./lane-names.ts";
import { ParkedWrites } from "./parked-writes.ts";
import { persist } from "./persist.ts";
import type { PipelineHost } from "./pipeline-parts.ts";
import { StepBooks } from "./step-counts.ts";

/** What a sink of a pipeline keeps over the revisions: what was counted, and what is parked. */
export interface SinkBook {
  readonly counter: WriteCounter;
  readonly parked: ParkedWrites;
  /** True once it knows what an earlier run left in the store. */
  isLoaded: boolean;
}

/** The books of one pipeline, by the names of its sinks: the name is the identity of what is counted and parked. */
export class SinkBooks {
  readonly #host: PipelineHost;
  readonly #counter: MessageCounter;
  readonly #books = new Map<string, SinkBook>();
  /** The counters of its steps. */
  readonly steps = new StepBooks();

  constructor(host: PipelineHost, counter: MessageCounter) {
    this.#host = host;
    this.#counter = counter;
  }

  /** Made when it is first asked for. */
  of(pipeline: Pick<Pipeline, "name">, sink: string): SinkBook {
    const known = this.#books.get(sink);
    if (known !== undefined) return known;
    const { services, queue, persistence } = this.#host;
    const { lanes } = services.store;
    const parked = new ParkedWrites({ pipeline: pipeline.name, sink, lanes, queue, persistence });
    const fresh: SinkBook = { counter: new WriteCounter(), parked, isLoaded: false };
    this.#books.set(sink, fresh);
    return fresh;
  }

  /** Learns what earlier runs left for sinks the pipeline has not had in this one, and has it looked at. */
  async load(pipeline: Pipeline): Promise<void> {
    const { persistence, queue, clock } = this.#host;
    for (const { name } of pipeline.sinks) {
      const book = this.of(pipeline, name);
      if (book.isLoaded) continue;
      const sizes = await persist("the list of parked messages", () => book.parked.load(), persistence);
      book.isLoaded = true;
      for (const { lane, entries } of sizes) {
        for (const counter of [book.counter, this.#counter]) {
          counter.resumed += entries;
          counter.parked += entries;
        }
        await queue.add(laneTopic, [wakeUp(lane, clock.now())]);
      }
    }
  }

  /** What is parked for sinks that the pipeline no longer has becomes dead letters, and their books are closed. */
  async buryGone(pipeline: Pipeline): Promise<void> {
    this.steps.keepOnly(pipeline.steps.map(({ name }) => name));
    const kept = new Set(pipeline.sinks.map((sink) => sink.name));
    const gone = [...this.#books.keys()].filter((sink) => !kept.has(sink));
    if (gone.length === 0) return;
    try {
      await buryGoneSinks(pipeline, this.#host, (sink, count) => {
        this.of(pipeline, sink).counter.parked -= count;
        this.#counter.parked -= count;
        this.#counter.settled += count;
      });
      for (const sink of gone) this.#books.delete(sink);
    } catch (error) {
      const fields = { pipeline: pipeline.name, sinks: gone, cause: messageOf(error) };
      this.#host.log.warn(fields, "What is parked for removed sinks stays in the store until the next start.");
    }
  }
}

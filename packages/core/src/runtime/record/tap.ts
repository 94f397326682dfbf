// Watches one pipeline for somebody far away: what is seen waits in a bounded line, and the engine never waits for it.
import type { Expression } from "../../component/expression.ts";
import type { Message } from "../../message.ts";
import type { Allowance } from "./allowance.ts";
import type { PipelineRecord } from "./pipeline-record.ts";
import { type Shown, type ShownMessage, shown, shownMessage } from "./shown.ts";
import type { Stage } from "./stage.ts";

export interface TapQuery {
  readonly pipeline: string;
  /** `source`, or the name of a step or sink; every stage where it is not given. */
  readonly stage?: string | undefined;
  /** Only messages for which this is true, as they come to the stage. */
  readonly where?: Expression | undefined;
}

/** What a tap tells: a stage with the message that came to it, or how many it could not tell. */
export type TapEntry =
  (Omit<Shown, "message"> & { readonly time: string; readonly before: ShownMessage }) | { readonly lost: number };

/** Stages that wait for a slow reader. */
const mostWaiting = 1_000;

export interface TapOptions {
  readonly record: PipelineRecord;
  readonly query: TapQuery;
  readonly now: () => number;
  /** What the conditions of all taps together may take of the engine's time. */
  readonly allowance: Allowance;
}

/** Tells what flows until `signal` aborts. It watches from the first `next` on. */
export async function* tap(options: TapOptions, signal: AbortSignal): AsyncGenerator<TapEntry> {
  const { record, query, now, allowance } = options;
  const isWanted = async (message: Message): Promise<boolean> => {
    const { where } = query;
    return where === undefined || (await allowance.spend(() => holdsFor(where, message), signal)) === true;
  };
  const line = new WaitingLine(mostWaiting);
  const stop = record.follow((stage) => {
    if (query.stage === undefined || query.stage === stage.name) line.push({ at: now(), stage });
  });
  signal.addEventListener("abort", line.wake);
  try {
    while (!signal.aborted) {
      for (const each of line.take()) if (await isWanted(each.stage.message)) yield entryOf(each);
      if (line.lost > 0) yield { lost: line.forgive() };
      await line.wait(signal);
    }
  } finally {
    signal.removeEventListener("abort", line.wake);
    stop();
  }
}

interface Waiting {
  readonly at: number;
  readonly stage: Stage;
}

class WaitingLine {
  readonly #capacity: number;
  #waiting: Waiting[] = [];
  #wake: (() => void) | undefined;
  lost = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(each: Waiting): void {
    if (this.#waiting.length >= this.#capacity) this.lost += 1;
    else this.#waiting.push(each);
    this.wake();
  }

  readonly wake = (): void => {
    this.#wake?.();
    this.#wake = undefined;
  };

  take(): readonly Waiting[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }

  forgive(): number {
    const { lost } = this;
    this.lost = 0;
    return lost;
  }

  /** Resolves when something waits, or the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length > 0 || signal.aborted) return;
    await new Promise<void>((resolve) => void (this.#wake = resolve));
  }
}

async function holdsFor(where: Expression, message: Message): Promise<boolean> {
  try {
    return (await where.evaluate(message)) === true;
  } catch {
    return false; // a condition that fails on a message does not hold for it
  }
}

function entryOf({ at, stage }: Waiting): TapEntry {
  const { message: _id, ...rest } = shown(stage);
  return { time: new Date(at).toISOString(), ...rest, before: shownMessage(stage.message) };
}

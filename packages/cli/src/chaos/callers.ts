import { sleep, systemClock } from "@signalbox/core";
import type { Book } from "./book.ts";
import { callingDevices } from "./project.ts";
import type { Random } from "@signalbox/core/testing";

/** Systems that call the webhook, each repeating a call with its key until it has an answer. */
export interface Callers {
  /** Calls that were answered 202. */
  readonly taken: number;
  /** Answers of 404: an engine that starts listens before its pipelines' paths are there. */
  readonly early: number;
  resume(): void;
  /** Resolves when every call that was begun has its answer. */
  pause(): Promise<void>;
}

export interface CallersOptions {
  /** Where the engine's webhooks answer, whenever it runs. */
  readonly url: string;
  readonly book: Book;
  readonly random: Random;
  /** Counts the engine's starts. */
  readonly launches: () => number;
  /** What a killed engine left may come after newer calls (delivery.md, rule 7): then no order is owed. */
  readonly isEverKilled: boolean;
  /** Told once of each status that no caller should get. */
  readonly onRefusal: (text: string) => void;
}

const answerWithinMs = 5_000;
const repeatMs = 200;

export function createCallers({ url, book, random, launches, isEverKilled, onRefusal }: CallersOptions): Callers {
  let calls = 0;
  let taken = 0;
  let early = 0;
  const refused = new Set<number>();
  const state = { isPaused: true };
  let working: Promise<unknown> = Promise.resolve();

  async function work(device: string): Promise<void> {
    while (!state.isPaused) {
      await call(device, `call-${calls++}`);
      await sleep(systemClock, random.between(20, 400));
    }
  }

  async function call(device: string, id: string): Promise<void> {
    // What the next engine takes over from one that ended may come behind newer calls: order is among those of one.
    const launch = launches();
    book.expect({ id, device, topic: "call", time: "", group: `${device} ${launch}` });
    for (;;) {
      const { status, text } = await post(`${url}/calls/${device}`, id);
      if (status === 202) break;
      if (status === 404) early += 1;
      else if (status > 0 && status < 500 && status !== 429) refuse(id, status, text);
      await sleep(systemClock, repeatMs);
    }
    taken += 1;
    book.owe(id, !isEverKilled && launch === launches());
  }

  function refuse(id: string, status: number, text: string): void {
    if (!refused.has(status)) onRefusal(`call ${id} was answered ${status}: ${text}`);
    refused.add(status);
  }

  return {
    get early() {
      return early;
    },
    get taken() {
      return taken;
    },
    resume() {
      state.isPaused = false;
      working = Promise.all(callingDevices.map(work));
    },
    async pause() {
      state.isPaused = true;
      await working;
    },
  };
}

/** The answer; status 0 when there was none. */
async function post(url: string, id: string): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": id },
      body: JSON.stringify({ id }),
      signal: AbortSignal.timeout(answerWithinMs),
    });
    return { status: response.status, text: await response.text() };
  } catch {
    return { status: 0, text: "" };
  }
}

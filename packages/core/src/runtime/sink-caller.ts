import { type Backoff, backoffDelayMs } from "../backoff.ts";
import { type Clock, sleep } from "../clock.ts";
import { failed, type Sink, type WriteResult } from "../component/contracts.ts";
import type { SinkItem } from "../config/model.ts";
import { SignalboxError, toSignalboxError } from "../errors/error.ts";
import type { Message } from "../message.ts";
import { createAbortPool } from "./abort-pool.ts";
import { createDeadlines } from "./deadlines.ts";
import type { Persistence } from "./persist.ts";
import type { Problem } from "./status.ts";

const reopen: Backoff = { backoffMs: 1000, maxBackoffMs: 60_000 };

/** Stands between the engine and a sink: opens it, bounds each try in time, and turns whatever goes wrong into results. */
export class SinkCaller {
  readonly #item: SinkItem;
  readonly #sink: Sink;
  readonly #deadlines: ReturnType<typeof createDeadlines>;
  readonly #controllers = createAbortPool();
  readonly #running = new Set<AbortController>();
  #isStopping = false;
  #notOpen: SignalboxError | undefined;
  #latestProblem: Problem | undefined;

  constructor(item: SinkItem, sink: Sink, clock: Clock) {
    this.#item = item;
    this.#sink = sink;
    this.#deadlines = createDeadlines(clock, item.timeoutMs);
    this.#notOpen = notOpenBecause(item, "it has not been opened yet");
  }

  /** The latest failure, until a write succeeds again. */
  get problem(): Problem | undefined {
    return this.#latestProblem;
  }

  /**
   * Opens the sink, once its connections are. Resolves after the first try; a sink that did not open is tried again in
   * the background, and until then its writes are parked: one broken sink does not hold the others back.
   */
  open(connectionsOpen: () => Promise<void>, persistence: Persistence): Promise<void> {
    return new Promise((firstTried) => void this.#openUntilDone(connectionsOpen, persistence, firstTried));
  }

  /** One try for messages of at most one batch; never rejects. */
  async attempt(messages: readonly Message[]): Promise<readonly WriteResult[]> {
    const refusal = this.#isStopping ? stopping() : this.#notOpen;
    if (refusal !== undefined) return messages.map(() => failed(refusal));
    const controller = this.#controllers.take();
    this.#running.add(controller);
    const deadline = this.#deadlines.start(() => controller.abort(this.#timeoutError()));
    try {
      const results = await untilAborted(this.#sink.write(messages, controller.signal), controller.signal);
      if (results.length !== messages.length)
        throw new Error(`the sink answered for ${results.length} of ${messages.length} messages`);
      this.#note(results);
      return results;
    } catch (error) {
      const cause = toSignalboxError(error, "SINK_WRITE_FAILED", { isRetryable: true, at: this.#item.at });
      const results = messages.map(() => failed(cause));
      this.#note(results);
      return results;
    } finally {
      deadline.end();
      this.#running.delete(controller);
      this.#controllers.give(controller);
    }
  }

  /** Ends the tries under way and refuses further ones. */
  stop(): void {
    this.#isStopping = true;
    for (const controller of this.#running) controller.abort(stopping());
  }

  async #openUntilDone(
    connectionsOpen: () => Promise<void>,
    persistence: Persistence,
    tried: () => void,
  ): Promise<void> {
    const { clock, log, signal } = persistence;
    for (let attempts = 1; !signal.aborted; attempts += 1) {
      try {
        await connectionsOpen();
        await this.#sink.open?.(signal);
        this.#notOpen = undefined;
        return tried();
      } catch (error) {
        this.#notOpen = notOpenBecause(this.#item, error);
        this.#note([failed(this.#notOpen)]);
        log.warn({ sink: this.#item.name, cause: this.#notOpen.message }, "A sink is not open; trying again.");
      }
      tried();
      await sleep(clock, backoffDelayMs(attempts, reopen, Math.random()), signal);
    }
  }

  #note(results: readonly WriteResult[]): void {
    for (const result of results) {
      if (result.status === "delivered") this.#latestProblem = undefined;
      else if (result.status !== "discarded") this.#latestProblem = problemOf(result.cause);
    }
  }

  #timeoutError(): SignalboxError {
    const item = this.#item;
    return new SignalboxError("SINK_TIMEOUT", `sink "${item.name}" did not answer within ${item.timeoutMs} ms`, {
      isRetryable: true,
      at: item.at,
    });
  }
}

function problemOf({ code, message, hint }: SignalboxError): Problem {
  return { code, message, hint };
}

function notOpenBecause(item: SinkItem, error: unknown): SignalboxError {
  const { message, hint } = toSignalboxError(error, "SINK_NOT_OPEN");
  const text = `sink "${item.name}" is not open: ${message}`;
  return new SignalboxError("SINK_NOT_OPEN", text, {
    isRetryable: true,
    at: item.at,
    ...(hint === undefined ? {} : { hint }),
  });
}

function stopping(): SignalboxError {
  return new SignalboxError("ENGINE_STOPPING", "the engine stops", { isRetryable: true });
}

// A sink that ignores its signal must not hold its queue for ever.
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
  });
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

// Keeps one session to akenza alive while it is wanted: connects, waits with backoff, stops for good on 401 and 403.
// What is subscribed on it and who gets the samples is not decided here.
import { backoffDelayMs, type Clock, type Logger, SignalboxError, type Timer } from "@signalbox/core";
import type { Frame } from "./frames.ts";
import { Session, type SessionEnd } from "./session.ts";

/** idle: nobody needs it. waiting: between two tries. failed: refused for good. */
export type StreamState = "idle" | "connecting" | "live" | "waiting" | "failed";

export interface DataStreamOptions {
  /** Holds the key: it must appear in no text. A function, so that a missing key is an error of use, not of configuration. */
  readonly url: () => string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly maxFrameBytes: number;
}

export interface DataStreamHandlers {
  onLive(greeting: Readonly<Record<string, unknown>>): void;
  onFrame(frame: Frame): void;
  /** A live connection ended. */
  onClosed(closing: Closing): void;
}

export interface Closing extends SessionEnd {
  /** How long it had been live, in milliseconds. */
  readonly liveMs: number;
}

const backoff = { backoffMs: 1_000, maxBackoffMs: 300_000 };
/** A connection that lasted this long was good: the next failure starts from the shortest wait again. */
export const goodAfterMs = 30_000;

export class DataStream {
  readonly #options: DataStreamOptions;
  readonly #handlers: DataStreamHandlers;
  readonly #waiters = new Set<() => void>();
  #state: StreamState = "idle";
  #session: Session | undefined;
  #retry: Timer | undefined;
  #failures = 0;
  #liveAt = 0;
  #isPaused = false;
  #problem: SignalboxError | undefined;

  constructor(options: DataStreamOptions, handlers: DataStreamHandlers) {
    this.#options = options;
    this.#handlers = handlers;
  }

  get state(): StreamState {
    return this.#state;
  }

  /** Why it is waiting or failed. */
  get problem(): SignalboxError | undefined {
    return this.#problem;
  }

  /** When the connection became live, in milliseconds since the epoch; undefined while it is not. */
  get liveSince(): number | undefined {
    return this.#state === "live" ? this.#liveAt : undefined;
  }

  start(): void {
    if (this.#state === "idle") this.#connect();
  }

  /** Closes; resolves when nothing is open any more. A later start begins afresh. */
  async stop(): Promise<void> {
    this.#retry?.cancel();
    const session = this.#session;
    this.#setState("idle");
    this.#failures = 0;
    this.#problem = undefined;
    if (session === undefined) return;
    const ended = this.#changed(() => this.#session !== session);
    session.close();
    await ended;
  }

  /** Resolves when the present try has ended, well or not; at once when there is none under way. */
  settled(): Promise<void> {
    return this.#changed(() => this.#state !== "connecting");
  }

  /** Sends a text frame; AKENZA_NOT_CONNECTED (retryable) when it cannot go out. */
  async send(text: string): Promise<void> {
    const notConnected = (cause?: unknown): SignalboxError =>
      new SignalboxError("AKENZA_NOT_CONNECTED", `the socket to akenza is ${this.#state}`, {
        isRetryable: true,
        cause,
      });
    if (this.#state !== "live" || this.#session === undefined) throw notConnected();
    try {
      await this.#session.send(text);
    } catch (error) {
      throw notConnected(error);
    }
  }

  pause(): void {
    this.#isPaused = true;
    if (this.#state === "live") this.#session?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#session?.resume();
  }

  #connect(): void {
    this.#setState("connecting");
    let url: string;
    try {
      url = this.#options.url();
    } catch (error) {
      if (!(error instanceof SignalboxError)) throw error;
      return this.#fail(error);
    }
    const { clock, maxFrameBytes } = this.#options;
    const session = new Session(
      { url, clock, maxFrameBytes },
      {
        onLive: (greeting) => this.#onLive(session, greeting),
        onFrame: (frame) => {
          if (this.#session === session) this.#handlers.onFrame(frame);
        },
        onEnd: (end) => this.#onEnd(session, end),
      },
    );
    this.#session = session;
  }

  #onLive(session: Session, greeting: Readonly<Record<string, unknown>>): void {
    if (this.#session !== session) return;
    this.#liveAt = this.#options.clock.now();
    this.#problem = undefined;
    this.#setState("live");
    this.#options.log.info({}, "Connected to akenza's data stream.");
    if (this.#isPaused) session.pause();
    this.#handlers.onLive(greeting);
  }

  #onEnd(session: Session, end: SessionEnd): void {
    if (this.#session !== session) return;
    this.#session = undefined;
    const liveMs = end.wasLive ? this.#options.clock.now() - this.#liveAt : 0;
    if (liveMs >= goodAfterMs) this.#failures = 0;
    const isWanted = this.#state !== "idle";
    const cause = end.cause;
    if (!isWanted) this.#wake();
    else if (cause?.code === "AKENZA_AUTH_REFUSED") this.#fail(cause);
    else this.#wait(end);
    if (end.wasLive) this.#handlers.onClosed({ ...end, liveMs });
  }

  #wait(end: SessionEnd): void {
    this.#failures += 1;
    const said = end.reason === "" ? "" : `: ${end.reason.slice(0, 123)}`;
    this.#problem =
      end.cause ??
      new SignalboxError("AKENZA_UNREACHABLE", `akenza closed the socket (code ${end.code}${said})`, {
        isRetryable: true,
      });
    const delayMs = backoffDelayMs(this.#failures, backoff, Math.random(), this.#problem.retryAfterMs);
    this.#retry = this.#options.clock.setTimer(() => this.#connect(), delayMs);
    this.#setState("waiting");
    this.#options.log.warn(
      { code: this.#problem.code, problem: this.#problem.message, failures: this.#failures, delayMs },
      "The connection to akenza's data stream is down; it is tried again.",
    );
  }

  #fail(problem: SignalboxError): void {
    this.#problem = problem;
    this.#setState("failed");
    this.#options.log.error(
      { code: problem.code, problem: problem.message, hint: problem.hint },
      "akenza's data stream cannot be used; it is not tried again.",
    );
  }

  #setState(state: StreamState): void {
    this.#state = state;
    this.#wake();
  }

  #wake(): void {
    for (const look of this.#waiters) look();
  }

  #changed(isReached: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!isReached()) return;
        this.#waiters.delete(look);
        resolve();
      };
      this.#waiters.add(look);
      look();
    });
  }
}

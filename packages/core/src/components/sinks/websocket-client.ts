// One outgoing WebSocket connection that comes back by itself: opened, pinged, opened again with backoff, written to in
// bursts. Not here: what a frame holds (websocket.ts), or akenza's socket, which is read from and knows subscriptions.
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { type ClientOptions, WebSocket } from "ws";
import { type Backoff, backoffDelayMs } from "../../backoff.ts";
import type { Clock, Timer } from "../../clock.ts";
import { messageOf, SignalboxError, type SignalboxErrorOptions } from "../../errors/error.ts";
import type { Logger } from "../../log.ts";
import { shownUrl } from "./network.ts";

export interface WebSocketClientOptions {
  readonly url: string;
  readonly options: ClientOptions;
  readonly pingIntervalMs: number;
  readonly backoff: Backoff;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Frames of the other side are not used; one beyond this ends the connection instead of filling memory. */
const maxFrameBytes = 1024 * 1024;
const handshakeTimeoutMs = 10_000;
/** How long the other side may take to say goodbye. */
const closeTimeoutMs = 2_000;

export class WebSocketClient {
  readonly #options: WebSocketClientOptions;
  readonly #shownUrl: string;
  #socket: WebSocket | undefined;
  #tcp: Socket | undefined;
  #connecting: WebSocket | undefined;
  #timer: Timer | undefined;
  #isClosed = false;
  #failure: SignalboxError | undefined;

  constructor(options: WebSocketClientOptions) {
    this.#options = options;
    this.#shownUrl = shownUrl(new URL(options.url));
  }

  /** Resolves once connected; rejects with WEBSOCKET_NOT_CONNECTED, retryable. From then on it comes back by itself. */
  async open(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#socket !== undefined) return;
    this.#isClosed = false;
    this.#timer?.cancel();
    const give = (): void => this.#connecting?.terminate();
    signal.addEventListener("abort", give, { once: true });
    try {
      await this.#connect();
    } finally {
      signal.removeEventListener("abort", give);
    }
  }

  /**
   * Sends text frames in order, as one burst. Resolves once the operating system has all of them. Rejects with
   * WEBSOCKET_NOT_CONNECTED, retryable, or with the reason of `signal`; frames may have left then.
   */
  send(frames: readonly string[], signal: AbortSignal): Promise<void> {
    const socket = this.#socket;
    const tcp = this.#tcp;
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    if (socket === undefined || tcp === undefined)
      return Promise.reject(this.#failure ?? this.#notConnected("not connected"));
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(signal.reason as Error);
      signal.addEventListener("abort", giveUp, { once: true });
      const done = (error?: Error | null): void => {
        signal.removeEventListener("abort", giveUp);
        if (error === undefined || error === null) resolve();
        else reject(this.#notConnected(messageOf(error), { cause: error }));
      };
      // Corked, the frames of a burst leave in one system call; written in order, the last one speaks for all.
      tcp.cork();
      for (const [index, frame] of frames.entries()) {
        if (index === frames.length - 1) socket.send(frame, done);
        else socket.send(frame);
      }
      tcp.uncork();
    });
  }

  /** Says goodbye and does not come back. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#connecting?.terminate();
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.close(1000);
    const impatience = this.#options.clock.setTimer(() => socket.terminate(), closeTimeoutMs);
    await closed;
    impatience.cancel();
  }

  #connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(this.#options.url, {
        ...this.#options.options,
        perMessageDeflate: false,
        maxPayload: maxFrameBytes,
        handshakeTimeout: handshakeTimeoutMs,
      });
      this.#connecting = socket;
      let cause: unknown;
      let isOpen = false;
      socket.on("upgrade", (response: IncomingMessage) => (this.#tcp = response.socket));
      socket.on("unexpected-response", (_request, { statusCode = 0 }: IncomingMessage) => {
        const isAccessRefused = statusCode === 401 || statusCode === 403 || statusCode === 407;
        cause = this.#notConnected(`the server answered ${statusCode}`, { isAccessRefused });
        socket.terminate();
      });
      socket.on("error", (error) => (cause ??= error));
      socket.on("open", () => {
        isOpen = true;
        this.#opened(socket);
        resolve();
      });
      socket.on("close", (code: number, reason: Buffer) => {
        if (this.#connecting === socket) this.#connecting = undefined;
        if (isOpen) return this.#lost(socket, cause, `${code} ${reason.toString()}`.trim());
        this.#failure = this.#failureOf(cause, "the connection ended");
        reject(this.#failure);
      });
    });
  }

  #opened(socket: WebSocket): void {
    this.#connecting = undefined;
    this.#failure = undefined;
    this.#socket = socket;
    this.#options.log.info({ url: this.#shownUrl }, "WebSocket connected.");
    this.#keepAlive(socket);
  }

  #keepAlive(socket: WebSocket): void {
    let isAnswered = true;
    socket.on("pong", () => (isAnswered = true));
    const ping = (): void => {
      if (socket !== this.#socket) return;
      if (!isAnswered) return socket.terminate();
      isAnswered = false;
      socket.ping();
      this.#timer = this.#options.clock.setTimer(ping, this.#options.pingIntervalMs);
    };
    this.#timer = this.#options.clock.setTimer(ping, this.#options.pingIntervalMs);
  }

  #lost(socket: WebSocket, cause: unknown, end: string): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    this.#timer?.cancel();
    this.#failure = this.#failureOf(cause, `the connection ended (${end})`);
    this.#options.log.warn({ url: this.#shownUrl, cause: this.#failure.message }, "WebSocket lost; connecting again.");
    this.#comeBack(1);
  }

  #comeBack(attempts: number): void {
    if (this.#isClosed) return;
    const { backoff, clock } = this.#options;
    this.#timer = clock.setTimer(
      () => void this.#connect().catch(() => this.#comeBack(attempts + 1)),
      backoffDelayMs(attempts, backoff, Math.random()),
    );
  }

  #failureOf(cause: unknown, otherwise: string): SignalboxError {
    if (cause instanceof SignalboxError) return cause;
    return cause === undefined ? this.#notConnected(otherwise) : this.#notConnected(messageOf(cause), { cause });
  }

  #notConnected(why: string, options: Pick<SignalboxErrorOptions, "cause" | "isAccessRefused"> = {}): SignalboxError {
    const text = `${this.#shownUrl}: ${why}`;
    return new SignalboxError("WEBSOCKET_NOT_CONNECTED", text, { ...options, isRetryable: true });
  }
}

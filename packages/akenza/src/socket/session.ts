// One WebSocket to akenza's data stream, from handshake to end: greeting, pings, silence limit, pausing.
// It does not reconnect (data-stream.ts does) and does not know what is subscribed (subscriptions.ts does).
import type { IncomingMessage } from "node:http";
import { type Clock, messageOf, SignalboxError, type Timer } from "@signalbox/core";
import { type ClientOptions, WebSocket } from "ws";
import { waitAskedForMs } from "../rest/problems.ts";
import { type Frame, readFrame } from "./frames.ts";

/** From the start of the handshake to the greeting. */
export const greetingLimitMs = 15_000;
export const pingEveryMs = 25_000;
/** Without any frame for this long a connection is dead. */
export const silenceLimitMs = 90_000;

export interface SessionOptions {
  /** Holds the key: it must appear in no text. */
  readonly url: string;
  readonly clock: Clock;
  readonly maxFrameBytes: number;
}

export interface SessionHandlers {
  /** akenza greeted: frames may be sent. */
  onLive(greeting: Readonly<Record<string, unknown>>): void;
  /** Every frame but the greeting, in order. */
  onFrame(frame: Frame): void;
  /** Called once, last; nothing is open any more. */
  onEnd(end: SessionEnd): void;
}

/** How a connection ended. */
export interface SessionEnd {
  readonly wasLive: boolean;
  /** WebSocket close code; 1006 when there was no close frame. */
  readonly code: number;
  readonly reason: string;
  /** Why, where it is known: undefined for a proper closing by akenza or by us. */
  readonly cause: SignalboxError | undefined;
}

export class Session {
  readonly #clock: Clock;
  readonly #handlers: SessionHandlers;
  readonly #socket: WebSocket;
  #isLive = false;
  #isPaused = false;
  #isEnded = false;
  #cause: SignalboxError | undefined;
  #heardAt: number;
  #greetingTimer: Timer | undefined;
  #pingTimer: Timer | undefined;
  #silenceTimer: Timer | undefined;

  constructor(options: SessionOptions, handlers: SessionHandlers) {
    this.#clock = options.clock;
    this.#handlers = handlers;
    this.#heardAt = options.clock.monotonic();
    // closeTimeout (ms until a closing that is not answered is cut) is younger than the published types.
    const wire: ClientOptions & { closeTimeout: number } = {
      maxPayload: options.maxFrameBytes,
      perMessageDeflate: false,
      closeTimeout: 2_000,
    };
    this.#socket = new WebSocket(options.url, wire);
    this.#listen();
    this.#greetingTimer = this.#clock.setTimer(() => this.#giveUp(greetingMissing()), greetingLimitMs);
  }

  /** Resolves when the frame is handed to the network; rejects when it cannot be. */
  send(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.send(text, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Stops reading. A peer that is not read cannot be heard: the silence limit rests meanwhile. */
  pause(): void {
    if (this.#isPaused || this.#isEnded) return;
    this.#isPaused = true;
    this.#silenceTimer?.cancel();
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#isPaused || this.#isEnded) return;
    this.#isPaused = false;
    this.#socket.resume();
    this.#heardAt = this.#clock.monotonic();
    this.#watchSilence(silenceLimitMs);
  }

  /** Says goodbye; `onEnd` follows. */
  close(): void {
    this.resume();
    this.#stopTimers();
    if (this.#isLive) this.#socket.close(1000);
    else this.#socket.terminate();
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on("message", (data, isBinary) => this.#onMessage(data, isBinary));
    socket.on("ping", () => (this.#heardAt = this.#clock.monotonic()));
    socket.on("pong", () => (this.#heardAt = this.#clock.monotonic()));
    socket.on("unexpected-response", (_request, response) => this.#giveUp(refusal(response, this.#clock.now())));
    socket.on("error", (error) => (this.#cause ??= problemOf(error, this.#isLive)));
    socket.on("close", (code, reason) => this.#end(code, reason.toString()));
  }

  #onMessage(data: WebSocket.RawData, isBinary: boolean): void {
    if (this.#isEnded) return;
    this.#heardAt = this.#clock.monotonic();
    const frame = isBinary ? binaryFrame(data) : readFrame(textOf(data));
    if (this.#isLive || frame.kind !== "connected") return this.#handlers.onFrame(frame);
    this.#isLive = true;
    this.#greetingTimer?.cancel();
    this.#watchSilence(silenceLimitMs);
    this.#ping();
    this.#handlers.onLive(frame.body);
  }

  #ping(): void {
    this.#pingTimer = this.#clock.setTimer(() => {
      if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
      this.#ping();
    }, pingEveryMs);
  }

  #watchSilence(delayMs: number): void {
    this.#silenceTimer = this.#clock.setTimer(() => {
      const quietMs = this.#clock.monotonic() - this.#heardAt;
      if (quietMs >= silenceLimitMs) this.#giveUp(silent());
      else this.#watchSilence(silenceLimitMs - quietMs);
    }, delayMs);
  }

  #giveUp(cause: SignalboxError): void {
    this.#cause ??= cause;
    this.#socket.terminate();
  }

  #end(code: number, reason: string): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#stopTimers();
    this.#handlers.onEnd({ wasLive: this.#isLive, code, reason, cause: this.#cause });
  }

  #stopTimers(): void {
    this.#greetingTimer?.cancel();
    this.#pingTimer?.cancel();
    this.#silenceTimer?.cancel();
  }
}

function textOf(data: WebSocket.RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return Buffer.isBuffer(data) ? data.toString() : Buffer.from(data).toString();
}

function binaryFrame(data: WebSocket.RawData): Frame {
  const sizeBytes = Array.isArray(data) ? data.reduce((sum, part) => sum + part.length, 0) : data.byteLength;
  return { kind: "binary", sizeBytes };
}

function greetingMissing(): SignalboxError {
  return new SignalboxError("AKENZA_GREETING_MISSING", "akenza did not greet within 15 s", { isRetryable: true });
}

function silent(): SignalboxError {
  return new SignalboxError("AKENZA_SILENT", "nothing was heard from akenza for 90 s", { isRetryable: true });
}

/** What an HTTP answer to the upgrade means: 401 and 403 are final, everything else is tried again. */
function refusal(response: IncomingMessage, now: number): SignalboxError {
  const status = response.statusCode ?? 0;
  const text = `akenza refused the socket with HTTP ${status}`;
  if (status === 401 || status === 403) {
    return new SignalboxError("AKENZA_AUTH_REFUSED", text, { hint: "check the key or token of the connection" });
  }
  const askedMs = waitAskedForMs({ headers: response.headers, status }, now);
  const retryAfterMs = askedMs === undefined ? {} : { retryAfterMs: askedMs };
  const code = status === 429 ? "AKENZA_RATE_LIMITED" : "AKENZA_UNREACHABLE";
  return new SignalboxError(code, text, { isRetryable: true, ...retryAfterMs });
}

/** An error of the socket itself. Its message may name host and port, never the address with its query. */
function problemOf(error: Error, isLive: boolean): SignalboxError {
  const isViolation = "code" in error && String(error.code).startsWith("WS_ERR_");
  const code = isViolation ? "AKENZA_FRAME_REFUSED" : "AKENZA_UNREACHABLE";
  const what = isViolation ? "a frame broke the protocol" : isLive ? "the connection broke" : "no connection to akenza";
  return new SignalboxError(code, `${what}: ${messageOf(error)}`, { isRetryable: true, cause: error });
}

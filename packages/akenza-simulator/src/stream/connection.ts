import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import type { Credential } from "../access.ts";
import type { WantedSubscription } from "./client-message.ts";

/** A frame the simulator put on a socket. */
export interface SentFrame {
  readonly at: number;
  readonly connection: string;
  /** The `type` of the frame, or the kind of a garbage frame. */
  readonly type: string;
  readonly text: string;
}

/** One client of the data stream. */
export class Connection {
  readonly id: string;
  readonly credential: Credential;
  readonly socket: WebSocket;
  readonly subscriptions = new Map<string, WantedSubscription>();
  readonly #raw: Duplex;
  #isCorked = false;
  #isSilent = false;
  /** Frames that a half-open connection swallowed. */
  swallowed = 0;

  constructor(id: string, credential: Credential, sockets: { readonly socket: WebSocket; readonly raw: Duplex }) {
    this.id = id;
    this.credential = credential;
    this.socket = sockets.socket;
    this.#raw = sockets.raw;
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  get isSilent(): boolean {
    return this.#isSilent;
  }

  /** Bytes that wait for the client to read. */
  get bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  /** False when the frame did not go out: the connection is closing or half-open. */
  send(frame: string | Buffer, isBinary = false): boolean {
    if (!this.isOpen) return false;
    if (this.#isSilent) {
      this.swallowed += 1;
      return false;
    }
    this.#cork();
    this.socket.send(frame, { binary: isBinary });
    return true;
  }

  /** Bytes past the WebSocket protocol, for garbage that no frame can hold. */
  sendRaw(bytes: Buffer): void {
    this.#raw.write(bytes);
  }

  /** Half-open: nothing goes out and nothing is read any more, so that not even pings and closings are answered. */
  fallSilent(): void {
    this.#isSilent = true;
    this.socket.pause();
  }

  stopReading(): void {
    this.socket.pause();
  }

  /** Reads and answers again. */
  wake(): void {
    this.#isSilent = false;
    this.socket.resume();
  }

  /** Resolves when everything buffered has been handed to the kernel, the socket has gone, or the signal aborts. */
  drained(signal: AbortSignal): Promise<void> {
    const raw = this.#raw;
    if (raw.destroyed || !raw.writableNeedDrain || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        raw.off("drain", done).off("close", done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      raw.once("drain", done).once("close", done);
      signal.addEventListener("abort", done);
    });
  }

  drop(options: { readonly closeFrame: boolean; readonly code?: number; readonly reason?: string }): void {
    if (!options.closeFrame) return this.socket.terminate();
    // A silent connection that says goodbye must read the answer, or it would linger.
    this.wake();
    this.socket.close(options.code ?? 1001, options.reason ?? "");
  }

  /** Everything sent in one turn goes out in one write: this alone nearly doubles the output. */
  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#raw.cork();
    process.nextTick(() => {
      this.#isCorked = false;
      this.#raw.uncork();
    });
  }
}

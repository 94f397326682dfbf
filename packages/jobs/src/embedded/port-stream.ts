import { Duplex } from "node:stream";
import type { MessagePort } from "node:worker_threads";
import { concat } from "./frames.ts";

/**
 * A stream that node-postgres takes for a socket, and that carries its bytes to the database's thread. `open` gives the port
 * to it when node-postgres connects.
 */
export class PortStream extends Duplex {
  readonly #open: () => Promise<MessagePort>;
  #port: MessagePort | undefined;

  constructor(open: () => Promise<MessagePort>) {
    // When the thread ends the connection, all of it ends, as with a socket.
    super({ allowHalfOpen: false });
    this.#open = open;
  }

  /** As net.Socket's; where to is settled already. */
  connect(): this {
    this.#open().then(
      (port) => this.#attach(port),
      (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
    );
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    this.#port?.ref();
    return this;
  }

  unref(): this {
    this.#port?.unref();
    return this;
  }

  #attach(port: MessagePort): void {
    if (this.destroyed) return port.close();
    this.#port = port;
    port.on("message", (chunk: Uint8Array) => this.push(chunk));
    // The thread ended the connection, or itself.
    port.on("close", () => this.push(null));
    this.emit("connect");
  }

  override _read(): void {
    // Whatever comes is pushed when it comes.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#send([chunk], done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#send(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  #send(chunks: readonly Buffer[], done: () => void): void {
    const bytes = concat(chunks);
    this.#port?.postMessage(bytes, [bytes.buffer]);
    done();
  }

  override _final(done: () => void): void {
    this.#port?.close();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#port?.close();
    done(error);
  }
}

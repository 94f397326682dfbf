import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { type Clock, type Logger, sleep } from "@signalbox/core";
import type { WorkerInput, WorkerOutput, WorkerStart } from "./worker-messages.ts";

/** From the build, also when a test runs the sources: a thread of Node 20 reads no TypeScript. Both are two folders deep. */
const workerFile = new URL("../../dist/embedded/pglite-worker.js", import.meta.url);

/** How long a thread may take to end by itself. */
const closeTimeoutMs = 10_000;

/** A running PGlite. */
export interface Thread {
  readonly isGone: boolean;
  /** A port to a new connection. It closes when the thread ends. */
  connect(): MessagePort;
  /** Ends it when it has answered what it was asked; one that does not answer is ended anyway. */
  close(): Promise<void>;
  /** Ends it at once. */
  terminate(): Promise<void>;
}

/** Starts PGlite on a folder. Rejects with its reason when it cannot open it. */
export async function startThread(start: WorkerStart, clock: Clock): Promise<Thread> {
  if (!existsSync(workerFile)) throw new Error(`${fileURLToPath(workerFile)} is missing: run \`pnpm build\``);
  // Without the flags of this process: a test runner's conditions would lead the thread to sources.
  const worker = new Worker(workerFile, { workerData: start, execArgv: [] });
  const ports = new Set<MessagePort>();
  const send = (message: WorkerInput, transfer: MessagePort[] = []): void => worker.postMessage(message, transfer);
  let isGone = false;
  let lastError: Error = new Error("the thread of the embedded store ended");
  worker.on("error", (error: Error) => (lastError = error));
  const gone = new Promise<void>((resolve) =>
    worker.once("exit", () => {
      isGone = true;
      for (const port of ports) port.close();
      resolve();
    }),
  );
  const ready = new Promise<void>((resolve) => {
    worker.on("message", ({ kind }: WorkerOutput) => (kind === "ready" ? resolve() : undefined));
  });
  await Promise.race([ready, gone]);
  if (isGone) throw lastError;

  return {
    get isGone() {
      return isGone;
    },
    connect() {
      const { port1, port2 } = new MessageChannel();
      ports.add(port1);
      port1.once("close", () => ports.delete(port1));
      send({ kind: "connect", port: port2 }, [port2]);
      return port1;
    },
    async close() {
      if (isGone) return;
      send({ kind: "close" });
      await Promise.race([gone, sleep(clock, closeTimeoutMs)]);
      await worker.terminate();
    },
    async terminate() {
      await worker.terminate();
      await gone;
    },
  };
}

/** A thread that is started again when it died. What it had acknowledged is in its folder. */
export interface KeptThread {
  connect(): Promise<MessagePort>;
  close(): Promise<void>;
}

export async function keepThread(start: () => Promise<Thread>, log: Logger): Promise<KeptThread> {
  let current = Promise.resolve(await start());

  async function running(): Promise<Thread> {
    const own = current;
    const thread = await own;
    if (!thread.isGone) return thread;
    // Of several who find it dead the first starts the next.
    if (current === own) {
      log.error({}, "The embedded store ended unexpectedly; it is started again.");
      current = start();
      // One that cannot be started counts as dead: the next who asks tries again.
      current.catch(() => (current = own));
    }
    return running();
  }

  return {
    connect: async () => (await running()).connect(),
    close: async () => (await current).close(),
  };
}

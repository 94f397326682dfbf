import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Answer, Job, Ready } from "./messages.ts";
import { NotApartError } from "./portable-data.ts";

/** From the build, also when a test runs the sources: a thread of Node 20 reads no TypeScript. Both are two folders deep. */
const workerFile = new URL("../../dist/apart/worker.js", import.meta.url);

/** An expression that explodes ends its thread here, long before it could end the process. */
const heapMb = 512;
/** Milliseconds a thread may take to load. */
const startMs = 30_000;
const longestTimerMs = 0x7fffffff;

/** How a job ended: its answer, or the thread that had it was ended for taking too long, or died. */
export type Ending = Answer | { readonly kind: "late" } | { readonly kind: "died"; readonly cause: Error };

/** A thread that evaluates one job at a time. It keeps the process alive while it has one, and not otherwise. */
export class Thread {
  /** Resolves when the thread has ended. One that is ended for being late may take a while: a sort hears nothing. */
  readonly gone: Promise<void>;
  readonly #worker: Worker;
  #finish: ((ending: Ending) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #withinMs = Infinity;
  #isReady = false;
  #isEnding = false;

  /** @throws NotApartError when the build is missing */
  constructor() {
    if (!existsSync(workerFile)) throw new NotApartError(`${fileURLToPath(workerFile)} is missing: run \`pnpm build\``);
    this.#worker = new Worker(workerFile, {
      name: "expressions",
      // Without the flags of this process: a test runner's conditions would lead the thread to sources.
      execArgv: [],
      // An expression cannot reach it; secrets need not be there all the same.
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
    this.#worker.on("message", (message: Answer | Ready) => this.#hear(message));
    this.#worker.on("messageerror", ({ message }) =>
      this.#answer({ kind: "unfit", because: `the result cannot be read: ${message}` }),
    );
    this.#worker.on("error", (cause: Error) => this.#end({ kind: "died", cause }));
    this.gone = new Promise((resolve) => {
      this.#worker.once("exit", () => {
        this.#end({ kind: "died", cause: new Error("it ended by itself") });
        resolve();
      });
    });
  }

  get isFree(): boolean {
    return this.#finish === undefined && !this.#isEnding;
  }

  /**
   * Runs a job on a free thread.
   * @param withinMs the thread is ended when it has not answered by then; loading does not count
   * @throws NotApartError for data that cannot be copied
   */
  run(job: Job, withinMs: number): Promise<Ending> {
    try {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      this.#worker.postMessage(job);
    } catch (cause) {
      throw new NotApartError(`the data cannot be copied for a worker: ${(cause as Error).message}`, { cause });
    }
    this.#worker.ref();
    this.#withinMs = withinMs;
    this.#wait(this.#isReady ? withinMs : startMs);
    return new Promise((resolve) => (this.#finish = resolve));
  }

  /** Ends the thread, and the job it has with it. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#worker.terminate();
    await this.gone;
  }

  #hear(message: Answer | Ready): void {
    if (message.kind !== "ready") return this.#answer(message);
    this.#isReady = true;
    if (this.#finish !== undefined) this.#wait(this.#withinMs);
    else this.#worker.unref();
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    if (ms === Infinity) return;
    // Where this thread was late itself, the answer may lie there unread: it is read before the immediate runs.
    const look = (): void => void setImmediate(() => this.#end({ kind: "late" }));
    this.#timer = setTimeout(look, Math.min(ms, longestTimerMs));
  }

  #answer(answer: Answer): void {
    clearTimeout(this.#timer);
    this.#worker.unref();
    const finish = this.#finish;
    this.#finish = undefined;
    finish?.(answer);
  }

  /** Ends the thread and, where it has one, its job. */
  #end(ending: Ending): void {
    clearTimeout(this.#timer);
    this.#isEnding = true;
    void this.#worker.terminate();
    const finish = this.#finish;
    this.#finish = undefined;
    finish?.(this.#isReady ? ending : unstarted(ending));
  }
}

/** What became of a thread before it had loaded says nothing about the expression. */
function unstarted(ending: Ending): Ending {
  const because = ending.kind === "died" ? ending.cause.message : "it took too long";
  return { kind: "unfit", because: `no worker could be started: ${because}` };
}

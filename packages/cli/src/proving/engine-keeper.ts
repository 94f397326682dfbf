import { sleep, systemClock } from "@signalbox/core";
import { type EngineChild, type Ending, type EngineOptions, startEngine } from "./engine-child.ts";
import { seconds } from "./text.ts";

/** A stop takes `shutdownTimeout` and what closing the parts takes on top; this is a stop that hangs. */
const stopLimitMs = 60_000;
/** An engine whose store is away at the start ends (exit code 2) and is started again. */
const restartMs = 300;

/**
 * Keeps one engine running as a service manager would, through all the stops and kills that it is told of. An engine
 * that ends in a way nobody asked for is a failure of the run, told to `onFailure` in a sentence.
 */
export class EngineKeeper {
  readonly #options: EngineOptions;
  readonly #onFailure: (text: string) => void;
  #child: EngineChild | undefined;
  #shiftMs = 0;
  #isAskedToEnd = false;
  #launches = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(options: EngineOptions, onFailure: (text: string) => void) {
    this.#options = options;
    this.#onFailure = onFailure;
  }

  /** How many engines were started so far. */
  get launches(): number {
    return this.#launches;
  }

  /** Starts it; resolves when its pipelines run. */
  async start(): Promise<void> {
    const child = this.#launch();
    if (!(await child.running)) throw new Error(`no engine: ${describeEnding(await child.ended)}`);
  }

  /** Sends a signal that ends it, waits for the end, and starts it again `forMs` later. One after the other. */
  takeDown(signal: "SIGTERM" | "SIGKILL", forMs: number): Promise<void> {
    this.#last = this.#last.then(async () => {
      const ending = await this.#end(signal);
      if (signal === "SIGTERM" && ending?.hasRun === true && !isProperStop(ending))
        this.#onFailure(`SIGTERM ended the engine with ${describeEnding(ending)}`);
      await sleep(systemClock, forMs);
      this.#launch();
    });
    return this.#last;
  }

  /** Resolves when an engine runs. Rejects when none does within `limitMs`. */
  async running(limitMs: number): Promise<void> {
    const until = systemClock.monotonic() + limitMs;
    while (this.#child?.hasRun !== true) {
      if (systemClock.monotonic() > until) throw new Error(`no engine runs after ${seconds(limitMs)}`);
      await sleep(systemClock, 100);
    }
  }

  /** Asks it to read its files again. One that is not up yet reads them anyway. */
  hangUp(): void {
    if (this.#child?.hasRun === true && !this.#isAskedToEnd) this.#child.signal("SIGHUP");
  }

  /** From now on the engine's wall clock, and that of the next ones, is this far off. */
  shiftClock(shiftMs: number): void {
    this.#shiftMs = shiftMs;
    this.#child?.shiftClock(shiftMs);
  }

  /** Stops it for good; answers how it ended. */
  async stop(): Promise<Ending> {
    await this.#last;
    const ending = await this.#end("SIGTERM");
    if (ending === undefined) throw new Error("no engine was started");
    return ending;
  }

  /** kill -9 for good. */
  async kill(): Promise<void> {
    await this.#last;
    await this.#end("SIGKILL");
  }

  #launch(): EngineChild {
    this.#isAskedToEnd = false;
    this.#launches += 1;
    const child = startEngine(this.#options, this.#shiftMs);
    this.#child = child;
    void this.#watch(child);
    return child;
  }

  async #watch(child: EngineChild): Promise<void> {
    const ending = await child.ended;
    if (this.#isAskedToEnd) return;
    if (ending.hasRun || ending.code !== 2) this.#onFailure(`the engine ended by itself: ${describeEnding(ending)}`);
    await sleep(systemClock, restartMs);
    if (this.#child === child && !this.#isAskedToEnd) this.#launch();
  }

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<Ending | undefined> {
    this.#isAskedToEnd = true;
    const child = this.#child;
    child?.signal(signal);
    const late = sleep(systemClock, stopLimitMs).then(() => "late" as const);
    const ending = await Promise.race([child?.ended, late]);
    if (ending !== "late") return ending;
    this.#onFailure(`the engine did not end within ${seconds(stopLimitMs)} of ${signal}`);
    child?.signal("SIGKILL");
    return child?.ended;
  }
}

// 0: everything finished; 1: something was parked or left for the next one.
function isProperStop({ code }: Ending): boolean {
  return code === 0 || code === 1;
}

function describeEnding({ code, signal, errors }: Ending): string {
  return `${signal === null ? `exit code ${code}` : signal}${errors === "" ? "" : `\n${errors}`}`;
}

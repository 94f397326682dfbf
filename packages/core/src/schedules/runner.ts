import type { Clock } from "../clock.ts";
import { messageOf } from "../errors/error.ts";
import type { Logger } from "../log.ts";
import type { Tick, TickRecord } from "./contracts.ts";
import type { BegunTick, TickLedger } from "./ledger.ts";
import { decideTick, type TickDecision } from "./tick.ts";

export interface TickRunnerOptions {
  readonly ledger: TickLedger;
  readonly clock: Clock;
  readonly log: Logger;
  readonly lateMs: number;
  readonly registeredAt: number;
  readonly fire: (tick: Tick) => Promise<void>;
  /** Told when a tick starts and when it ends. */
  readonly tell: (tick: TickRecord) => void;
}

interface Ending {
  readonly begun: BegunTick;
  readonly outcome: "succeeded" | "failed";
  readonly detail?: string;
}

/** Nothing when the tick's end is in the ledger, else when to look again. */
type Again = void | { readonly runAgainAt: number };

const againMs = 1_000;

/** Runs the ticks of one registered schedule: recorded before they fire, and again when they ended. */
export class TickRunner {
  readonly #options: TickRunnerOptions;
  readonly #running = new Map<string, Promise<Again>>();
  // Ticks that ended while the store did not answer: their jobs come again, to be recorded and not to be fired.
  readonly #unrecorded = new Map<string, Ending>();
  #isClosing = false;

  constructor(options: TickRunnerOptions) {
    this.#options = options;
  }

  run(tick: Tick): Promise<Again> {
    if (this.#isClosing) return Promise.resolve(this.#again());
    // A job whose lock was lost is given out again while its first run goes on: both wait for the same end.
    const known = this.#running.get(tick.id);
    if (known !== undefined) return known;
    const run = this.#runOnce(tick).finally(() => this.#running.delete(tick.id));
    this.#running.set(tick.id, run);
    return run;
  }

  /** Takes no more ticks; waits for running ones. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.allSettled(this.#running.values());
  }

  async #runOnce(tick: Tick): Promise<Again> {
    const { log, tell, fire } = this.#options;
    const ended = this.#unrecorded.get(tick.id);
    if (ended !== undefined) return this.#end(tick, ended);
    const begun = await this.#begin(tick);
    if (begun === "skip") return;
    if (begun === "contested") return this.#again();
    log.debug(about(tick), "A tick runs.");
    tell(begun.record);
    let ending: Ending = { begun, outcome: "succeeded" };
    try {
      await fire(tick);
    } catch (error) {
      // Turned away by a pipeline that stops: the tick stays open, for the next engine or revision.
      if (this.#isClosing) return this.#again();
      ending = { begun, outcome: "failed", detail: messageOf(error) };
    }
    this.#unrecorded.set(tick.id, ending);
    return this.#end(tick, ending);
  }

  async #begin(tick: Tick): Promise<BegunTick | "skip" | "contested"> {
    const { ledger } = this.#options;
    // Most ticks are new to the ledger: it is asked only when that proves wrong.
    const guess = this.#decide(tick, undefined);
    const begun = guess.action === "fire" ? await ledger.begin(tick, guess.timing) : undefined;
    if (begun !== undefined) return this.#noteLate(begun);
    const found = await ledger.find(tick.id);
    const decision = this.#decide(tick, found?.record);
    if (decision.action === "skip") return "skip";
    if (decision.action === "miss") return this.#miss(tick);
    const taken = await ledger.begin(tick, decision.timing, found);
    return taken === undefined ? "contested" : this.#noteLate(taken);
  }

  #decide(tick: Tick, record: TickRecord | undefined): TickDecision {
    const { clock, lateMs, registeredAt } = this.#options;
    return decideTick({ plannedAt: tick.plannedAt, now: clock.now(), lateMs, registeredAt, record });
  }

  #noteLate(begun: BegunTick): BegunTick {
    const { timing, startedAt = 0, plannedAt } = begun.record;
    if (timing === "late")
      this.#options.log.warn({ ...about(begun.record), lateMs: startedAt - plannedAt }, "A tick runs late.");
    return begun;
  }

  async #miss(tick: Tick): Promise<"skip"> {
    const detail = "No engine was there in time; its job was still in the queue when one started.";
    await this.#options.ledger.miss(tick.pipeline, { listed: [tick.plannedAt] }, detail);
    this.#options.log.warn(about(tick), "A planned tick was missed.");
    return "skip";
  }

  async #end(tick: Tick, { begun, outcome, detail }: Ending): Promise<void> {
    const { ledger, log, tell } = this.#options;
    const record = await ledger.end(begun, outcome, detail);
    this.#unrecorded.delete(tick.id);
    if (record === undefined) return log.warn(about(tick), "Another engine took this tick over while it ran here.");
    if (outcome === "failed") log.error({ ...about(tick), cause: detail }, "A tick failed.");
    tell(record);
  }

  #again(): { runAgainAt: number } {
    return { runAgainAt: this.#options.clock.now() + againMs };
  }
}

function about(tick: Tick): { pipeline: string; tick: string } {
  return { pipeline: tick.pipeline, tick: tick.id };
}

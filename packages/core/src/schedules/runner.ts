// Runs the ticks of one registered schedule: recorded before they fire, and again when they ended.
// Not here: what becomes of a tick whose job starts (tick.ts), whether it may begin (gate.ts), when it is due (planner.ts).
import type { Clock } from "../clock.ts";
import { messageOf } from "../errors/error.ts";
import type { Logger } from "../log.ts";
import type { Schedule, Tick, TickEnd, TickRecord } from "./contracts.ts";
import type { Gate } from "./gate.ts";
import { isOpen, type KnownTick, type TickFacts, type TickLedger } from "./ledger.ts";
import type { ParkedTicks } from "./parked-ticks.ts";
import { changeSurely } from "./sure-change.ts";
import { about, cutOff, endOf, unbegun, unexplained } from "./tick-facts.ts";
import { decideTick, delayOf, type TickDecision } from "./tick.ts";
import type { Again } from "./tick-batch.ts";

export interface TickRunnerOptions {
  readonly schedule: Schedule;
  readonly ledger: TickLedger;
  readonly gate: Gate;
  readonly parked: ParkedTicks;
  readonly clock: Clock;
  readonly log: Logger;
  readonly engine: string;
  readonly registeredAt: number;
  /** Planned times after this one are this revision's to answer for. */
  readonly answersAfter: number;
  readonly fire: (tick: Tick) => Promise<TickEnd | void>;
  /** Told when a tick starts, when it ends and when it is left out. */
  readonly tell: (tick: TickRecord) => void;
  /** Aborts when the engine's stop can wait no longer. */
  readonly ending: AbortSignal;
  /** A tick has ended, in the ledger. */
  readonly ended: (tick: TickRecord) => Promise<void>;
}

interface Brought {
  readonly tick: Tick;
  /** The job that brought it. */
  readonly job: string;
}

/** What there is to record of a tick that was fired. */
interface Ending {
  readonly begun: KnownTick;
  readonly facts: Partial<TickFacts>;
}

const againMs = 1_000;
const longestAgainMs = 30_000;
/** How often a tick that waits for another one looks whether its turn has come, should nobody have told it. */
const turnMs = 10_000;

export class TickRunner {
  readonly #options: TickRunnerOptions;
  readonly #running = new Map<string, Promise<Again>>();
  #isClosing = false;

  constructor(options: TickRunnerOptions) {
    this.#options = options;
  }

  /** Looks at a tick that `job` brought: runs it, if that is what is to be done. */
  run(tick: Tick, job: string): Promise<Again> {
    // A job whose lock was lost is given out again while its first run goes on: both wait for the same end.
    const known = this.#running.get(tick.id);
    if (known !== undefined) return known;
    if (this.#isClosing) return Promise.resolve(this.#ownAgain());
    const run = this.#runOnce(tick, job).finally(() => this.#running.delete(tick.id));
    this.#running.set(tick.id, run);
    return run;
  }

  /** Whether it has a tick under way. */
  isAt({ id }: Tick): boolean {
    return this.#running.has(id);
  }

  /** Takes no more ticks; waits for running ones. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.allSettled(this.#running.values());
  }

  /** Records a tick as skipped; false when someone else has changed it. */
  async leave(tick: Tick, { refused, found }: { refused: string; found: KnownTick | undefined }): Promise<boolean> {
    const { ledger, log, tell, engine } = this.#options;
    const facts = { engine, ...unbegun, timing: "skipped", outcome: "none", detail: refused } as const;
    const left = found === undefined ? await ledger.add(tick, facts) : await ledger.change(found, facts);
    if (left === undefined) return false;
    log.info({ ...about(tick), cause: refused }, "A tick is skipped.");
    tell(left.record);
    return true;
  }

  /** Ends a running tick of which only parked messages were left, once none is; answers whether it has an end. */
  async settle(known: KnownTick): Promise<boolean> {
    const { parked } = this.#options;
    const { record } = known;
    if (record.parkedSince === undefined) return !isOpen(record);
    if (await parked.waits(record)) return false;
    await this.#end({ begun: known, facts: endOf(await parked.died(record)) });
    return true;
  }

  async #runOnce(tick: Tick, job: string): Promise<Again> {
    const { log, tell, fire } = this.#options;
    const begun = await this.#begin({ tick, job });
    if (begun === undefined || "runAgainAt" in begun) return begun;
    log.debug(about(tick), "A tick runs.");
    tell(begun.record);
    let facts: Partial<TickFacts>;
    try {
      facts = this.#factsOf(tick, await fire(tick));
    } catch (error) {
      // Turned away by a pipeline that stops: the tick stays open, for the next engine or revision.
      if (this.#isClosing) return this.#ownAgain();
      facts = { outcome: "failed", detail: messageOf(error) };
    }
    return this.#record(tick, { begun, facts });
  }

  #factsOf(tick: Tick, end: TickEnd | void): Partial<TickFacts> {
    if (end === undefined) return endOf(0);
    const messages = end.messages ?? { count: 1, ids: [tick.id] };
    if (end.parked === 0) return { ...endOf(end.deadLettered), messages };
    return { parkedSince: this.#options.clock.now(), messages };
  }

  async #begin(brought: Brought): Promise<KnownTick | Again> {
    const { tick } = brought;
    // Most ticks are new to the ledger: it is asked only when that proves wrong.
    const guess = this.#decide(brought, undefined);
    if (guess.action === "fire") {
      const begun = await this.#enter(brought, guess, undefined);
      if (begun !== "contested") return begun;
    }
    const found = await this.#options.ledger.find(tick.id);
    const decision = this.#decide(brought, found?.record);
    switch (decision.action) {
      case "skip":
        return undefined;
      case "miss":
        return this.#miss(tick);
      case "settle":
        return found === undefined ? undefined : this.#lookAtParked(found);
      case "fire": {
        const begun = await this.#enter(brought, decision, found);
        return begun === "contested" ? this.#ownAgain() : begun;
      }
    }
  }

  #decide({ tick, job }: Brought, record: TickRecord | undefined): TickDecision {
    const { clock, schedule, registeredAt, answersAfter } = this.#options;
    const { lateMs, catchUp, delay } = schedule;
    const [now, dueAt] = [clock.now(), tick.plannedAt + (record?.by === undefined ? delayOf(delay, tick) : 0)];
    const decision = decideTick({ dueAt, now, lateMs, registeredAt, record, job });
    // Its job outlived all engines and nobody has said yet that it was missed: it is caught up as it would have been.
    const isWithin = catchUp !== undefined && tick.plannedAt > Math.max(answersAfter, now - catchUp.withinMs - 1);
    return decision.action === "miss" && isWithin ? { action: "fire", timing: "caught-up" } : decision;
  }

  /** Records the begin of a tick, if it may begin. */
  async #enter(
    { tick, job }: Brought,
    { timing }: Extract<TickDecision, { action: "fire" }>,
    found: KnownTick | undefined,
  ): Promise<KnownTick | Again | "contested"> {
    const { ledger, gate, clock, engine, schedule } = this.#options;
    const isRepeated = found?.record.outcome === "running";
    const pass = isRepeated ? { found } : await gate.pass(tick, { timing, found });
    if ("refused" in pass) return (await this.leave(tick, pass)) ? undefined : "contested";
    if ("waits" in pass) return this.#again(turnMs);
    if ("contested" in pass) return "contested";
    const delayMs = delayOf(schedule.delay, tick);
    const facts = {
      engine,
      job,
      timing,
      startedAt: clock.now(),
      endedAt: undefined,
      outcome: "running",
      ...(delayMs > 0 && found?.record.by === undefined && { delayMs }),
      ...cutOff(found?.record),
    } as const;
    const begun =
      pass.found === undefined ? await ledger.add(tick, facts) : await ledger.change(unexplained(pass.found), facts);
    return begun === undefined ? "contested" : this.#noteLate(begun);
  }

  #noteLate(begun: KnownTick): KnownTick {
    const { timing, startedAt = 0, plannedAt } = begun.record;
    if (timing === "late")
      this.#options.log.warn({ ...about(begun.record), lateMs: startedAt - plannedAt }, "A tick runs late.");
    return begun;
  }

  async #miss(tick: Tick): Promise<undefined> {
    const detail = "No engine was there in time; its job was still in the queue when one started.";
    await this.#options.ledger.miss(tick.pipeline, { listed: [tick.plannedAt] }, detail);
    this.#options.log.warn(about(tick), "A planned tick was missed.");
    return undefined;
  }

  async #record(tick: Tick, ending: Ending): Promise<Again> {
    const isEnd = ending.facts.parkedSince === undefined;
    const known = isEnd ? await this.#end(ending) : await changeSurely(ending.begun, ending.facts, this.#options);
    if (known === undefined)
      this.#options.log.warn(about(tick), "Another engine took this tick over while it ran here.");
    return isEnd || known === undefined ? undefined : this.#again(againMs);
  }

  async #end({ begun, facts }: Ending): Promise<KnownTick | undefined> {
    const { clock, log, tell, ended } = this.#options;
    const end = { endedAt: clock.now(), parkedSince: undefined, ...facts };
    const known = await changeSurely(begun, end, this.#options);
    if (known === undefined) return undefined;
    const { record } = known;
    if (record.outcome === "failed") log.error({ ...about(record), cause: record.detail }, "A tick failed.");
    tell(record);
    await ended(record);
    return known;
  }

  async #lookAtParked(known: KnownTick): Promise<Again> {
    if (await this.settle(known)) return undefined;
    const sinceMs = this.#options.clock.now() - (known.record.parkedSince ?? 0);
    return this.#again(Math.min(longestAgainMs, Math.max(againMs, Math.round(sinceMs / 4))));
  }

  #again(afterMs: number): { runAgainAt: number } {
    return { runAgainAt: this.#options.clock.now() + afterMs };
  }

  #ownAgain(): { runAgainAt: number; isOwn: boolean } {
    return { ...this.#again(againMs), isOwn: true };
  }
}

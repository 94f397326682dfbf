// Runs the ticks of one registered schedule: recorded before they fire, and again when they ended.
// Not here: what becomes of a tick whose job starts (tick.ts), whether it may begin (gate.ts), when it is due (planner.ts).
import { messageOf } from "../errors/error.ts";
import type { Tick, TickEnd, TickRecord, TickTiming } from "./contracts.ts";
import { isOpen, type KnownTick, type TickFacts } from "./ledger.ts";
import type { TickRunnerOptions, TickServices } from "./runner-options.ts";
import { changeSurely } from "./sure-change.ts";
import { about, cutOff, endOf, unbegun, unexplained } from "./tick-facts.ts";
import { decideTick, delayOf, type TickDecision } from "./tick.ts";
import type { Again } from "./tick-batch.ts";

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
const tooLate = "No engine could run it within a minute of being asked.";
const longestAgainMs = 30_000;
/** How often a tick that waits for another one looks whether its turn has come, should nobody have told it. */
const turnMs = 10_000;

export class TickRunner {
  readonly #options: TickRunnerOptions;
  readonly #services: TickServices;
  readonly #running = new Map<string, Promise<Again>>();
  #isClosing = false;

  constructor(options: TickRunnerOptions, services: TickServices) {
    this.#options = options;
    this.#services = services;
  }

  /** Looks at a tick that `job` brought: runs it, if that is what is to be done. */
  run(tick: Tick, job: string): Promise<Again> {
    // A job whose lock was lost is given out again while its first run goes on: both wait for the same end.
    const known = this.#running.get(tick.id);
    if (known !== undefined) return known;
    if (this.#isClosing) return Promise.resolve(this.#ownAgain());
    const run = this.#runOnce({ tick, job });
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
    const { ledger, log, tell, engine } = this.#services;
    const facts = { engine, ...unbegun, timing: "skipped", outcome: "none", detail: refused } as const;
    const left = found === undefined ? await ledger.add(tick, facts) : await ledger.change(found, facts);
    if (left === undefined) return false;
    log.info({ ...about(tick), cause: refused }, "A tick is skipped.");
    tell(left.record);
    return true;
  }

  /** Ends a running tick of which only parked messages were left, once none is; answers whether it has an end. */
  async settle(known: KnownTick): Promise<boolean> {
    const { parked } = this.#services;
    const { record } = known;
    if (record.parkedSince === undefined) return !isOpen(record);
    if (await parked.waits(record)) return false;
    await this.#end({ begun: known, facts: endOf(await parked.died(record)) });
    return true;
  }

  async #runOnce(brought: Brought): Promise<Again> {
    try {
      const begun = (await this.#beginNew(brought)) ?? (await this.#begin(brought));
      if (begun === undefined || "runAgainAt" in begun) return begun;
      return await this.#fire(brought.tick, begun);
    } finally {
      this.#running.delete(brought.tick.id);
    }
  }

  async #fire(tick: Tick, begun: KnownTick): Promise<Again> {
    const { log, tell } = this.#services;
    this.#noteLate(begun);
    log.debug(about(tick), "A tick runs.");
    tell(begun.record);
    let facts: Partial<TickFacts>;
    try {
      facts = this.#factsOf(tick, await this.#options.fire(tick));
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
    return { parkedSince: this.#services.clock.now(), messages };
  }

  /** Most ticks are new to the ledger, which is asked only when that proves wrong; then the answer is undefined. */
  async #beginNew(brought: Brought): Promise<KnownTick | undefined> {
    const { overlap = "allow" } = this.#options.schedule;
    const decision = this.#decide(brought, undefined);
    if (overlap !== "allow" || decision.action !== "fire") return undefined;
    return this.#services.begin({ tick: brought.tick, facts: this.#beginOf(brought, decision.timing) });
  }

  async #begin(brought: Brought): Promise<KnownTick | Again> {
    const { tick } = brought;
    const found = await this.#services.ledger.find(tick.id);
    const decision = this.#decide(brought, found?.record);
    switch (decision.action) {
      case "skip":
        return undefined;
      case "miss":
        return this.#miss(tick);
      case "leave":
        return (await this.leave(tick, { refused: tooLate, found })) ? undefined : this.#ownAgain();
      case "settle":
        return found === undefined ? undefined : this.#lookAtParked(found);
      case "fire": {
        const begun = await this.#enter(brought, decision, found);
        return begun === "contested" ? this.#ownAgain() : begun;
      }
    }
  }

  #decide({ tick, job }: Brought, record: TickRecord | undefined): TickDecision {
    const { schedule, registeredAt, answersAfter } = this.#options;
    const { lateMs, catchUp, delay } = schedule;
    const [now, dueAt] = [
      this.#services.clock.now(),
      tick.plannedAt + (record?.by === undefined ? delayOf(delay, tick) : 0),
    ];
    const decision = decideTick({ dueAt, now, lateMs, registeredAt, record, job });
    // Its job outlived all engines and nobody has said yet that it was missed: it is caught up as it would have been.
    const isWithin = catchUp !== undefined && tick.plannedAt > Math.max(answersAfter, now - catchUp.withinMs - 1);
    return decision.action === "miss" && isWithin ? { action: "fire", timing: "caught-up" } : decision;
  }

  /** Records the begin of a tick, if it may begin. */
  async #enter(
    brought: Brought,
    { timing }: Extract<TickDecision, { action: "fire" }>,
    found: KnownTick | undefined,
  ): Promise<KnownTick | Again | "contested"> {
    const { ledger, gate } = this.#services;
    const { tick } = brought;
    const isRepeated = found?.record.outcome === "running";
    const pass = isRepeated
      ? { found }
      : await gate.pass(tick, { overlap: this.#options.schedule.overlap ?? "allow", timing, found });
    if ("refused" in pass) return (await this.leave(tick, pass)) ? undefined : "contested";
    if ("waits" in pass) return this.#again(turnMs);
    if ("contested" in pass) return "contested";
    const facts = this.#beginOf(brought, timing, found?.record);
    const begun =
      pass.found === undefined ? await ledger.add(tick, facts) : await ledger.change(unexplained(pass.found), facts);
    return begun ?? "contested";
  }

  /** What is recorded of a tick that begins now. */
  #beginOf({ tick, job }: Brought, timing: TickTiming, record?: TickRecord): TickFacts {
    const { clock, engine } = this.#services;
    const begin = { engine, job, timing, startedAt: clock.now(), endedAt: undefined, outcome: "running" } as const;
    const delayMs = record?.by === undefined ? delayOf(this.#options.schedule.delay, tick) : 0;
    return { ...begin, ...(delayMs > 0 && { delayMs }), ...cutOff(record) };
  }

  #noteLate({ record }: KnownTick): void {
    const { timing, startedAt = 0, plannedAt } = record;
    if (timing === "late")
      this.#services.log.warn({ ...about(record), lateMs: startedAt - plannedAt }, "A tick runs late.");
  }

  async #miss(tick: Tick): Promise<undefined> {
    const detail = "No engine was there in time; its job was still in the queue when one started.";
    await this.#services.ledger.miss(tick.pipeline, { listed: [tick.plannedAt] }, { detail });
    this.#services.log.warn(about(tick), "A planned tick was missed.");
    return undefined;
  }

  async #record(tick: Tick, ending: Ending): Promise<Again> {
    const isEnd = ending.facts.parkedSince === undefined;
    const known = isEnd ? await this.#end(ending) : await changeSurely(ending.begun, ending.facts, this.#services);
    if (known === undefined)
      this.#services.log.warn(about(tick), "Another engine took this tick over while it ran here.");
    return isEnd || known === undefined ? undefined : this.#again(againMs);
  }

  async #end({ begun, facts }: Ending): Promise<KnownTick | undefined> {
    const { clock, log, tell, ended } = this.#services;
    const end = { endedAt: clock.now(), parkedSince: undefined, ...facts };
    const known = await changeSurely(begun, end, this.#services);
    if (known === undefined) return undefined;
    const { record } = known;
    if (record.outcome === "failed") log.error({ ...about(record), cause: record.detail }, "A tick failed.");
    tell(record);
    await ended(record, this.#options.schedule);
    return known;
  }

  async #lookAtParked(known: KnownTick): Promise<Again> {
    if (await this.settle(known)) return undefined;
    const sinceMs = this.#services.clock.now() - (known.record.parkedSince ?? 0);
    return this.#again(Math.min(longestAgainMs, Math.max(againMs, Math.round(sinceMs / 4))));
  }

  #again(afterMs: number): { runAgainAt: number } {
    return { runAgainAt: this.#services.clock.now() + afterMs };
  }

  #ownAgain(): { runAgainAt: number; isOwn: boolean } {
    return { ...this.#again(againMs), isOwn: true };
  }
}

// The engines of a simulation, what is deployed on them, and what befalls them.
import type { CrashPoint } from "../crashing-ports.ts";
import { createCommands } from "../../commands/commands.ts";
import type { Command } from "../../commands/contracts.ts";
import { messageOf } from "../../errors/error.ts";
import { silentLogger } from "../../log.ts";
import type { TickRecord } from "../../schedules/contracts.ts";
import { createTickLedger } from "../../schedules/ledger.ts";
import type { Random } from "../random.ts";
import { type Book, type Order, plainWords, revisionOf, type Revision, type Words } from "./book.ts";
import { EngineProcess, retention } from "./engine-process.ts";
import type { FarSide } from "./far-side.ts";
import { ordersOf } from "./orders.ts";
import type { Timetable } from "./timetables.ts";
import type { World } from "./world.ts";

export interface FleetOptions {
  readonly world: World;
  readonly book: Book;
  readonly farSide: FarSide;
  readonly random: Random;
  readonly size: number;
}

export class Fleet {
  readonly #options: FleetOptions;
  readonly #seats: (EngineProcess | undefined)[];
  readonly #deployed = new Map<string, Revision>();
  #starts = 0;
  #messages = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#seats = Array.from({ length: options.size }, () => undefined);
    options.farSide.onReport = (report) => {
      for (const process of this.#seats) process?.hear(report);
    };
  }

  get deployed(): ReadonlyMap<string, Revision> {
    return this.#deployed;
  }

  get size(): number {
    return this.#seats.length;
  }

  /** Sees that an engine runs in this seat. */
  start(seat: number): void {
    if (this.#seats[seat]?.isAlive === true) return;
    this.#starts += 1;
    const { world, book, farSide, random } = this.#options;
    const name = `engine-${seat + 1}#${this.#starts}`;
    const onDeath = (process: EngineProcess): void => this.#noteDeath(process);
    const process = new EngineProcess({
      world,
      book,
      farSide,
      random: random.fork(name),
      common: random,
      name,
      onDeath,
    });
    this.#seats[seat] = process;
    void process.start(this.#deployed);
  }

  /** Kills the engine of a seat, at this use of its store or now. */
  kill(seat: number, point?: CrashPoint): void {
    const process = this.#seats[seat];
    if (process?.isAlive === true) process.crash(point);
  }

  stop(seat: number): void {
    const process = this.#seats[seat];
    // What it could not end in its time is left as a killed one leaves it.
    if (process?.isAlive === true) void process.stop().then(() => this.#noteDeath(process));
  }

  isUp(seat: number): boolean {
    return this.#seats[seat]?.isAlive === true;
  }

  /** Changes what is deployed under a name; the engines follow one after the other. */
  deploy(pipeline: string, table: Timetable | undefined, words: Words = plainWords): void {
    const { world, book, random } = this.#options;
    const old = this.#deployed.get(pipeline);
    const former = words.renamedFrom === undefined ? undefined : this.#deployed.get(words.renamedFrom);
    const revision = table === undefined ? undefined : revisionOf(pipeline, { table, words, before: former ?? old });
    const what = revision === undefined ? "removed" : `${revision.plan.description} ${JSON.stringify(words)}`;
    world.journal.event(`${pipeline} is now ${what}`);
    if (revision === undefined) {
      this.#deployed.delete(pipeline);
    } else {
      if (former !== undefined) this.#deployed.delete(former.pipeline);
      this.#deployed.set(pipeline, revision);
      book.revisions.push(revision);
    }
    const change = { from: world.clock.now(), to: Infinity };
    for (const each of [old, former, revision]) each?.changes.push(change);
    const follow = this.#seats.map(async (process) => {
      await new Promise<void>((resolve) => void world.time.clock.setTimer(resolve, random.between(0, 30_000)));
      if (process?.isAlive === true) await Promise.race([process.deploy(pipeline, this.#deployed), process.gone]);
    });
    void Promise.all(follow).then(() => {
      change.to = world.clock.now();
    });
  }

  /** A message that leads to commands comes to some engine, and again to another until one has taken it. */
  order(): void {
    const { world, random } = this.#options;
    this.#messages += 1;
    const orders = ordersOf(`message-${this.#messages}`, "on-call", { random, now: world.clock.now() });
    void this.#hand(orders);
  }

  /** What a pipeline of this name is called by now; undefined when it is gone. */
  nameNow(pipeline: string): string | undefined {
    return [...this.#deployed.values()].find(({ names }) => names.has(pipeline))?.pipeline;
  }

  /** Asks some engine for something; undefined when it did not say that it is done. */
  async ask<T>(about: string, ask: (process: EngineProcess) => Promise<T>): Promise<T | undefined> {
    const { world, random } = this.#options;
    const up = this.#seats.filter((each) => each?.isAlive === true);
    const process = up.length === 0 ? undefined : random.pick(up);
    if (process === undefined) return undefined;
    try {
      return await Promise.race([ask(process), process.gone.then(() => undefined)]);
    } catch (error) {
      world.journal.event(`${about}: ${process.name} refuses: ${messageOf(error)}`);
      return undefined;
    }
  }

  async #hand(orders: readonly Order["command"][]): Promise<void> {
    const { world, random } = this.#options;
    for (;;) {
      const up = this.#seats.filter((each) => each?.isAlive === true);
      const process = up.length === 0 ? undefined : random.pick(up);
      if (process !== undefined && (await Promise.race([process.accept(orders).then(() => true), process.gone])))
        return;
      await new Promise<void>((resolve) => void world.time.clock.setTimer(resolve, 10_000));
    }
  }

  // The memory store answers a query with what it holds at the call: this is how things stood at the death.
  #noteDeath({ name, running }: EngineProcess): void {
    const { world, book, farSide } = this.#options;
    const ledgers = readLedgers(world);
    const open = [...running];
    void ledgers.commands({ state: "sent" }).then((sent) => {
      for (const { key } of sent) {
        const last = farSide.arrivals.findLast((arrival) => arrival.key === key);
        // What another engine has under way at this moment is its own affair.
        const isOthers = last !== undefined && last.answer === undefined && last.engine !== name;
        if (isOthers) continue;
        book.cut.add(key);
        world.journal.note(key, `is left between sending and recording by ${name}`);
      }
    });
    for (const [id, firing] of open) {
      void ledgers.tick(id).then((record) => {
        if (record?.outcome !== "running") return;
        firing.isCut = true;
        world.journal.note(id, `is cut off by the end of ${name}`);
      });
    }
  }
}

export interface Ledgers {
  tick(id: string): Promise<TickRecord | undefined>;
  ticks(pipeline: string): Promise<readonly TickRecord[]>;
  commands(filter: { state?: Command["state"] }): Promise<readonly Command[]>;
}

const most = 10_000;

/** The ledgers, read by nobody's engine. */
export function readLedgers({ ports, clock }: World): Ledgers {
  const base = { ...ports, clock, log: silentLogger, retention };
  const commands = createCommands(base);
  const ledger = createTickLedger({ ...base, engine: "reader" });
  return {
    tick: async (id) => (await ledger.find(id))?.record,
    ticks: (pipeline) => ledger.history(pipeline, most),
    commands: (filter) => commands.list({ ...filter, limit: most }),
  };
}

// One engine as a process that can be killed: the real services over ports that die with it, its handlers and its sender.
import { setMaxListeners } from "node:events";
import { type Clock, sleep } from "../../clock.ts";
import { createCommands, type CommandsService } from "../../commands/commands.ts";
import type { NewCommand } from "../../commands/contracts.ts";
import { silentLogger } from "../../log.ts";
import type { ScheduleRegistration, Tick } from "../../schedules/contracts.ts";
import { createSchedules, type SchedulesService } from "../../schedules/schedules.ts";
import { type CrashingPorts, crashingPorts, type CrashPoint } from "../crashing-ports.ts";
import type { Random } from "../random.ts";
import type { Book, Firing, Presence, Revision } from "./book.ts";
import type { FarSide, Report } from "./far-side.ts";
import { mortalClock } from "./mortal-clock.ts";
import { ordersOf } from "./orders.ts";
import type { World } from "./world.ts";

const againMs = 5_000;
const dayMs = 86_400_000;
/** Two thousand times a year an engine are enough. */
const upkeepMs = 4 * 3_600_000;
export const lateMs = 10_000;
/** Longer than anything else here is under way, shorter than what a year of ticks would weigh. */
export const retention = { ageMs: 10 * 86_400_000, rows: 20_000 };

export interface ProcessOptions {
  readonly world: World;
  readonly book: Book;
  readonly farSide: FarSide;
  /** For what this process does by chance. */
  readonly random: Random;
  /** For what must be the same on each engine. */
  readonly common: Random;
  readonly name: string;
  /** Told once, when the process has died, before anyone else moves. */
  readonly onDeath: (process: EngineProcess) => void;
}

interface Held {
  readonly revision: Revision;
  registration?: ScheduleRegistration;
  presence?: Presence;
  readonly stop: AbortController;
  /** What its handlers say by rejecting is then: not now. */
  isClosing: boolean;
}

export class EngineProcess {
  readonly name: string;
  readonly #options: ProcessOptions;
  readonly #ports: CrashingPorts;
  readonly #clock: Clock;
  readonly #schedules: SchedulesService;
  readonly #commands: CommandsService;
  readonly #held = new Map<string, Held>();
  readonly #changes = new Map<string, Promise<void>>();
  /** Handlers whose end is not in the ledger yet, by tick. */
  readonly running = new Map<string, Firing>();
  readonly #stopped: Promise<void>;
  #tellStopped: () => void = () => undefined;
  #isStopped = false;

  constructor(options: ProcessOptions) {
    const { world, name, random } = options;
    this.name = name;
    this.#options = options;
    this.#ports = crashingPorts(world.faulty);
    this.#clock = mortalClock(world.clock, this.#ports.isCrashed);
    const { store, queue } = this.#ports;
    const base = { store, queue, clock: this.#clock, log: silentLogger, retention, upkeepMs };
    this.#schedules = createSchedules({ ...base, engine: name });
    this.#commands = createCommands({ ...base, random: random.next, refreshMs: dayMs });
    this.#schedules.onChange(({ id, outcome }) => {
      if (outcome !== "running") this.running.delete(id);
    });
    this.#stopped = new Promise((resolve) => {
      this.#tellStopped = resolve;
    });
    void this.#ports.crashed.then(() => this.#die());
  }

  /** False once the process is gone. */
  get gone(): Promise<false> {
    return Promise.race([this.#ports.crashed, this.#stopped]).then(() => false);
  }

  get isAlive(): boolean {
    return !this.#isStopped && !this.#ports.isCrashed();
  }

  /** Starts as an engine does: what fails for now is tried again, and what is deployed meanwhile is what counts. */
  async start(deployed: ReadonlyMap<string, Revision>): Promise<void> {
    const { world, farSide } = this.#options;
    world.journal.event(`${this.name} starts`);
    await this.#insist(() => this.#schedules.open());
    await this.#insist(() => this.#commands.open());
    this.#commands.register(
      "akenza",
      farSide.sender({ engine: this.name, clock: this.#clock, isDead: this.#ports.isCrashed }),
    );
    for (const pipeline of deployed.keys()) await this.deploy(pipeline, deployed);
    await this.#retire();
  }

  /** Makes what it has under a name what is deployed under it, one change of a name after the other. */
  deploy(pipeline: string, deployed: ReadonlyMap<string, Revision>): Promise<void> {
    const before = this.#changes.get(pipeline) ?? Promise.resolve();
    const change = before.then(() => this.#change(pipeline, deployed.get(pipeline)));
    this.#changes.set(pipeline, change);
    return change;
  }

  async #change(pipeline: string, revision: Revision | undefined): Promise<void> {
    if (revision !== undefined && this.#held.get(pipeline)?.revision === revision) return;
    await this.#withdraw(pipeline, revision !== undefined);
    const { renamedFrom } = revision?.words ?? {};
    if (renamedFrom !== undefined) await this.#withdraw(renamedFrom, true);
    if (revision === undefined) await this.#retire();
    if (revision === undefined || !this.isAlive) return;
    const held: Held = { revision, stop: new AbortController(), isClosing: false };
    // Each tick that is at work listens.
    setMaxListeners(0, held.stop.signal);
    this.#held.set(pipeline, held);
    const { clock } = this.#options.world;
    revision.firstAskedAt = Math.min(revision.firstAskedAt, clock.now());
    const schedule = { pipeline, plan: revision.plan, lateMs, ...revision.words };
    const fire = (tick: Tick): Promise<void> => this.#fire(tick, held);
    const from = clock.now();
    held.registration = await this.#insist(() => this.#schedules.register(schedule, fire));
    if (!this.isAlive || this.#held.get(pipeline) !== held) return;
    held.presence = { engine: this.name, from: Math.max(from, clock.now()), until: undefined };
    revision.presences.push(held.presence);
  }

  crash(point?: CrashPoint): void {
    if (point === undefined) this.#ports.crash();
    else this.#ports.crashAt(point);
  }

  /** Stops as SIGTERM makes it. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#options.world.journal.event(`${this.name} stops`);
    await Promise.all([...this.#held.keys()].map((pipeline) => this.#withdraw(pipeline, true)));
    await this.#schedules.close();
    await this.#commands.close();
    this.#tellStopped();
  }

  /** What a person does with schedules. */
  get control(): SchedulesService["control"] {
    return this.#schedules.control;
  }

  /** What a person does with commands. */
  get commands(): Pick<CommandsService, "cancel" | "resend" | "list"> {
    return this.#commands;
  }

  /** Hears a device. */
  hear({ key, device }: Report): void {
    const at = this.#clock.now();
    if (this.isAlive) this.#commands.observe("akenza", { device, at, body: { confirms: key } });
  }

  /** Hands orders over until they are taken. */
  async accept(orders: readonly NewCommand[]): Promise<void> {
    const { book, world } = this.#options;
    const askedAt = world.time.clock.now();
    for (const command of orders) {
      if (!book.orders.has(command.key)) book.orders.set(command.key, { command, askedAt, acceptedAt: undefined });
    }
    await this.#insist(() => this.#commands.accept(orders));
    for (const { key } of orders) {
      const order = book.orders.get(key);
      if (order === undefined || order.acceptedAt !== undefined) continue;
      order.acceptedAt = world.time.clock.now();
      world.journal.note(key, `accepted into the ledger by ${this.name}`);
    }
  }

  async #withdraw(pipeline: string, isTurningAway: boolean): Promise<void> {
    const held = this.#held.get(pipeline);
    if (held === undefined) return;
    this.#held.delete(pipeline);
    this.#leave(held);
    held.isClosing = true;
    const closed = held.registration?.close();
    if (isTurningAway) held.stop.abort();
    await closed;
  }

  #retire(): Promise<void> {
    return this.#insist(() => this.#schedules.control.keepOnly([...this.#held.keys()]));
  }

  #leave({ presence }: Held): void {
    if (presence !== undefined) presence.until ??= this.#options.world.clock.now();
  }

  async #fire(tick: Tick, held: Held): Promise<void> {
    // What a dead process would do next, nobody sees.
    if (this.#ports.isCrashed()) return new Promise(() => undefined);
    const { world, book, random, common } = this.#options;
    const firing: Firing = { engine: this.name, at: world.clock.now(), end: undefined, isCut: false };
    book.firings.set(tick.id, [...(book.firings.get(tick.id) ?? []), firing]);
    this.running.set(tick.id, firing);
    world.journal.note(tick.id, `fires on ${this.name}`);
    await sleep(this.#clock, world.isQuiet ? 0 : drawDurationMs(random), held.stop.signal);
    if (held.stop.signal.aborted) {
      firing.end = "turned away";
      world.journal.note(tick.id, `is turned away by ${this.name}`);
      throw new Error("the pipeline stopped");
    }
    if (!world.isQuiet && common.fork(tick.id).chance(0.25))
      await this.accept(ordersOf(tick.id, tick.pipeline, { random: common, now: tick.plannedAt }));
    const isGood = !random.chance(0.03);
    firing.end = isGood ? "succeeded" : held.isClosing ? "turned away" : "failed";
    world.journal.note(tick.id, `${firing.end} on ${this.name}`);
    if (!isGood) throw new Error("a message became a dead letter");
  }

  #die(): void {
    this.#options.world.journal.event(`${this.name} is killed`);
    for (const held of this.#held.values()) this.#leave(held);
    this.#options.onDeath(this);
  }

  async #insist<T>(call: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await call();
      } catch {
        await sleep(this.#clock, againMs);
      }
    }
  }
}

function drawDurationMs(random: Random): number {
  const drawn = random.next();
  if (drawn < 0.7) return 0;
  if (drawn < 0.95) return random.between(10, 5_000);
  return drawn < 0.998 ? random.between(5_000, 180_000) : random.between(180_000, 3 * 3_600_000);
}

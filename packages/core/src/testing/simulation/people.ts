// What people do with schedules and commands, through whatever engine is there.
import type { Random } from "../random.ts";
import type { Book, ByHand, PausedSpan } from "./book.ts";
import type { Fleet } from "./fleet.ts";
import type { World } from "./world.ts";

export interface PeopleOptions {
  readonly world: World;
  readonly book: Book;
  readonly fleet: Fleet;
}

const operator = "operator";
const againMs = 10_000;
/** Of so many of the latest commands one is cancelled: older ones have ended. */
const latest = 30;
/** What came earlier leaves the ledger soon after its end, maybe before anybody has read that. */
const latestMs = 5 * 86_400_000;

export class People {
  readonly #options: PeopleOptions;

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  runNow(pipeline: string): void {
    const { world, book, fleet } = this.#options;
    book.askedOf.set(pipeline, Math.min(world.clock.now(), book.askedOf.get(pipeline) ?? Infinity));
    void fleet
      .ask(pipeline, ({ control }) => control.runNow(pipeline, operator))
      .then((tick) => tick !== undefined && book.asked.add(tick.id));
  }

  /** Pauses a schedule, and resumes it later. */
  pause(pipeline: string, forMs: number): void {
    const { world, book, fleet } = this.#options;
    const { time, clock, journal } = world;
    const span = spanOf(pipeline, clock.now());
    book.pauses.push(span);
    journal.event(`${pipeline} is to be paused`);
    void fleet
      .ask(pipeline, ({ control }) => control.pause(pipeline, operator, "a test"))
      .then((done) => {
        if (done !== undefined) span.pausedAt = clock.now();
        time.clock.setTimer(() => void this.#resume(span), forMs);
      });
  }

  /** Resumes a schedule, paused or not, whoever paused it. */
  resume(pipeline: string): void {
    void this.#resume(spanOf(pipeline, this.#options.world.clock.now()));
  }

  /** Takes one of the latest commands back, if it still waits. */
  cancel(random: Random): void {
    const keys = [...this.#options.book.orders.keys()].slice(-latest);
    if (keys.length > 0) void this.#askOfCommand(random.pick(keys), "cancel");
  }

  /** Looks at what came to no good end, and has one of it sent again. */
  resend(random: Random): void {
    const { fleet, world } = this.#options;
    const state = random.pick(["unknown", "failed"] as const);
    const since = world.clock.now() - latestMs;
    void fleet
      .ask(`commands ${state}`, ({ commands }) => commands.list({ state, since, limit: latest }))
      .then((commands = []) => {
        if (commands.length > 0) void this.#askOfCommand(random.pick(commands).key, "resend");
      });
  }

  async #askOfCommand(key: string, what: ByHand["what"]): Promise<void> {
    const { world, book, fleet } = this.#options;
    const { time, journal } = world;
    const wish: ByHand = { what, askedAt: time.clock.now(), doneAt: undefined };
    book.byHand.set(key, [...(book.byHand.get(key) ?? []), wish]);
    journal.note(key, `a person asks for: ${what}`);
    const done = await fleet.ask(key, ({ commands }) => commands[what](key, operator));
    if (done === undefined) return;
    wish.doneAt = time.clock.now();
    journal.note(key, `${what}: done`);
  }

  async #resume(span: PausedSpan): Promise<void> {
    const { world, book, fleet } = this.#options;
    const { time, clock, journal } = world;
    const { pipeline } = span;
    // Whoever paused it besides, and under whatever name: this lets it go on.
    for (const each of book.pauses) {
      const isSame = each.pipeline === pipeline || fleet.nameNow(each.pipeline) === fleet.nameNow(pipeline);
      if (isSame) each.resumeAskedAt = Math.min(each.resumeAskedAt, clock.now());
    }
    journal.event(`${pipeline} is to be resumed`);
    // Until it is done; a schedule that is gone meanwhile has nothing to resume.
    for (let name = fleet.nameNow(pipeline); name !== undefined; name = fleet.nameNow(pipeline)) {
      const now = name;
      if ((await fleet.ask(now, ({ control }) => control.resume(now, operator))) !== undefined) break;
      await new Promise<void>((resolve) => void time.clock.setTimer(resolve, againMs));
    }
    span.resumedAt = clock.now();
  }
}

function spanOf(pipeline: string, askedAt: number): PausedSpan {
  return { pipeline, askedAt, pausedAt: Infinity, resumeAskedAt: Infinity, resumedAt: Infinity };
}

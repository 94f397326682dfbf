// One seed, one simulated year: engines with schedules and commands in virtual time, and what broke.
import type { Command } from "../../commands/contracts.ts";
import type { TickRecord } from "../../schedules/contracts.ts";
import type { OpenInVirtualTime } from "../ledgers/schedule-world.ts";
import { createRandom, type Random } from "../random.ts";
import { type Book, createBook, type Disturbance } from "./book.ts";
import { judgeCommands } from "./command-oracle.ts";
import { FarSide } from "./far-side.ts";
import { Fleet, type Ledgers, readLedgers } from "./fleet.ts";
import { drawHappenings, drawWords, type Simulated } from "./happenings.ts";
import { People } from "./people.ts";
import { judgeTicks, type Violation } from "./tick-oracle.ts";
import { drawTimetable } from "./timetables.ts";
import { createWorld, type World } from "./world.ts";

const dayMs = 86_400_000;
const defaultDays = 365;
/** Nothing goes wrong in the last days: everything must come to its end. */
const quietDays = 3;
/** Well within what the ledgers keep. */
const auditMs = 4 * dayMs;
const first = Date.UTC(2026, 0, 1);

export interface SimulationOptions {
  readonly seed: number;
  /** Default a year. */
  readonly days?: number;
  readonly open: OpenInVirtualTime;
}

export interface SimulationResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** What happened to a violation's subject, oldest first. */
  readonly story: (subject: string) => readonly string[];
  readonly counts: Readonly<Record<"ticks" | "fired" | "missed" | "commands" | "requests" | "unknown", number>>;
  /** What went wrong, or was changed, meanwhile. */
  readonly troubles: Readonly<Record<keyof typeof troubleTexts, number>>;
  /** Equal for two runs of one seed. */
  readonly digest: number;
}

/** How the journal tells of them. */
const troubleTexts = {
  kills: " is killed",
  stops: " stops",
  outages: "the store: away",
  lostAnswers: "the store: lost answers",
  clockJumps: "the clock is set",
  deployments: " is now ",
} as const;

export async function simulate({ seed, days = defaultDays, open }: SimulationOptions): Promise<SimulationResult> {
  const random = createRandom(seed);
  // Seeds begin all over the year, so that shorter ones meet the changes of clocks too.
  const world = createWorld(open, random, first + random.between(0, 364) * dayMs);
  const book = createBook();
  const farSide = new FarSide(world, random.fork("far side"));
  const fleet = new Fleet({ world, book, farSide, random: random.fork("fleet"), size: random.between(1, 3) });
  const audit = new Audit(book, readLedgers(world));
  const people = new People({ world, book, fleet });
  const the: Simulated = { world, fleet, farSide, people, ...troubles(world, book) };
  deployFirst(random.fork("deployed"), the);
  const begin = world.time.clock.now();
  const happenings = drawHappenings(random.fork("happenings"), (days - quietDays) * dayMs);
  the.later((days - 1) * dayMs, () => {
    world.isQuiet = true;
  });
  let nextAudit = begin + auditMs;
  for (const { at, run } of [...happenings, { at: days * dayMs, run: () => undefined }]) {
    for (; nextAudit < begin + at; nextAudit += auditMs) {
      await world.time.runUntil(nextAudit);
      await audit.take();
    }
    await world.time.runUntil(begin + at);
    run(the);
  }
  await finish(the, audit);
  const story = (subject: string): readonly string[] => tellStory(subject, world, audit);
  const { journal } = world;
  const told = Object.entries(troubleTexts).map(([name, text]) => [name, journal.count(text)]);
  const found = Object.fromEntries(told) as SimulationResult["troubles"];
  return { ...judge(seed, { book, farSide, audit }), troubles: found, story, digest: journal.digest() };
}

function tellStory(subject: string, { journal }: World, { ticks, commands }: Audit): readonly string[] {
  const record = ticks.get(subject) ?? commands.get(subject);
  const [, about = "", time = ""] = /^([^@!/]+)[@!]([^/]+)/.exec(subject) ?? [];
  const at = Date.parse(time) || Date.parse(commands.get(subject)?.at ?? "") || 0;
  return [...journal.story(subject, { at, about }), `the ledger's last word: ${JSON.stringify(record)}`];
}

function troubles(world: World, book: Book): Pick<Simulated, "later" | "setClock" | "disturb"> {
  const disturb = (what: Disturbance["what"]): (() => void) => {
    const disturbance = { what, from: world.clock.now(), to: Infinity };
    book.disturbances.push(disturbance);
    world.journal.event(`the store: ${what}`);
    return () => {
      disturbance.to = Math.max(disturbance.to === Infinity ? 0 : disturbance.to, world.clock.now());
      world.journal.event(`the store is well: no more ${what}`);
    };
  };
  return {
    disturb,
    later: (delayMs, run) => void world.time.clock.setTimer(run, delayMs),
    setClock(byMs) {
      const before = world.clock.now();
      if (byMs < 0) book.setBack.push(world.time.clock.now());
      world.setClock(byMs);
      const [from, to] = [Math.min(before, before + byMs), Math.max(before, before + byMs)];
      // Planners look at the clock every ten minutes, whatever it shows.
      book.disturbances.push({ what: "clock", from, to: to + 11 * 60_000 });
      world.journal.event(`the clock is set by ${byMs / 1_000} s`);
      // A queue looks at the clock every few seconds.
      for (const topic of ["ticks", "commands"]) void world.ports.queue.add(topic, []);
    },
  };
}

function deployFirst(random: Random, { fleet, world }: Simulated): void {
  for (let count = random.between(2, 5); count > 0; count -= 1) {
    fleet.deploy(`schedule-${count}`, drawTimetable(random, world.clock.now()), drawWords(random));
  }
  for (let seat = 0; seat < fleet.size; seat += 1) fleet.start(seat);
}

async function finish({ world, fleet }: Simulated, audit: Audit): Promise<void> {
  for (let seat = 0; seat < fleet.size; seat += 1) fleet.stop(seat);
  await world.time.runUntil(world.time.clock.now() + 60_000);
  await audit.take();
}

function judge(
  seed: number,
  { book, farSide, audit }: { book: Book; farSide: FarSide; audit: Audit },
): Pick<SimulationResult, "seed" | "violations" | "counts"> {
  const { ticks, commands } = audit;
  const violations = [...audit.violations, ...judgeTicks(book, ticks), ...judgeCommands({ book, farSide }, commands)];
  const counts = {
    ticks: ticks.size,
    fired: book.firings.size,
    missed: [...ticks.values()].filter(({ timing }) => timing === "missed").length,
    commands: commands.size,
    requests: farSide.arrivals.length,
    unknown: [...commands.values()].filter(({ state }) => state === "unknown").length,
  };
  return { seed, violations, counts };
}

/** Reads the ledgers before they forget, and sees that what has ended stays as it is. */
class Audit {
  readonly ticks = new Map<string, TickRecord>();
  readonly commands = new Map<string, Command>();
  readonly violations: Violation[] = [];
  readonly #book: Book;
  readonly #ledgers: Ledgers;

  constructor(book: Book, ledgers: Ledgers) {
    this.#book = book;
    this.#ledgers = ledgers;
  }

  async take(): Promise<void> {
    for (const pipeline of new Set(this.#book.revisions.map((revision) => revision.pipeline))) {
      for (const record of await this.#ledgers.ticks(pipeline)) {
        const before = this.ticks.get(record.id);
        const hadEnded = before?.outcome === "succeeded" || before?.outcome === "failed";
        if (hadEnded && before.outcome !== record.outcome)
          this.violations.push({ what: `${before.outcome} first, ${record.outcome} later`, subject: record.id });
        this.ticks.set(record.id, record);
      }
    }
    for (const record of await this.#ledgers.commands({})) this.commands.set(record.key, record);
  }
}

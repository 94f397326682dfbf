// What happens in a simulated year, drawn from its seed before it begins.
import type { Random } from "../random.ts";
import type { Disturbance, Words } from "./book.ts";
import { type FarSide, goodMood } from "./far-side.ts";
import type { Fleet } from "./fleet.ts";
import type { People } from "./people.ts";
import { drawBurst, drawTimetable } from "./timetables.ts";
import type { World } from "./world.ts";

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** What happenings have to do with. */
export interface Simulated {
  readonly world: World;
  readonly fleet: Fleet;
  readonly farSide: FarSide;
  readonly people: People;
  later(delayMs: number, run: () => void): void;
  setClock(byMs: number): void;
  /** From now on ticks may be late or missed; answers how to say that it is over. */
  disturb(what: Disturbance["what"]): () => void;
}

export interface Happening {
  /** Milliseconds after the begin. */
  readonly at: number;
  run(the: Simulated): void;
}

type Draw = (random: Random, the: Simulated) => void;

interface Kind {
  readonly perYear: number;
  readonly draw: Draw;
}

const yearMs = 365 * 24 * hourMs;

const kinds: readonly Kind[] = [
  { perYear: 60, draw: kill },
  { perYear: 20, draw: stop },
  { perYear: 10, draw: killAll },
  { perYear: 25, draw: outage },
  { perYear: 20, draw: loseAnswers },
  { perYear: 8, draw: setClock },
  { perYear: 40, draw: redeploy },
  { perYear: 6, draw: rename },
  { perYear: 8, draw: burst },
  { perYear: 12, draw: pause },
  { perYear: 6, draw: resume },
  { perYear: 20, draw: runNow },
  { perYear: 60, draw: (random, { people }) => people.cancel(random) },
  { perYear: 40, draw: (random, { people }) => people.resend(random) },
  { perYear: 30, draw: worsen },
  { perYear: 400, draw: (_random, { fleet }) => fleet.order() },
  { perYear: 60, draw: orderMany },
];

/** All that happens, in order of time. Half of it is aimed at a planned time: that is where engines have something to lose. */
export function drawHappenings(random: Random, lengthMs: number): readonly Happening[] {
  const all = kinds.flatMap(({ perYear, draw }, index) => {
    const own = random.fork(`kind ${index}`);
    return Array.from({ length: Math.round((perYear * lengthMs) / yearMs) }, (): Happening => {
      const isAimed = own.chance(0.5);
      const run = (the: Simulated): void => (isAimed ? aim(own, the, draw) : draw(own, the));
      return { at: own.between(0, lengthMs), run };
    });
  });
  return all.sort((a, b) => a.at - b.at);
}

function aim(random: Random, the: Simulated, draw: Draw): void {
  const { clock } = the.world;
  const next = [...the.fleet.deployed.values()].map(({ plan }) => plan.next(clock.now()) ?? Infinity);
  const waitMs = Math.min(...next) - clock.now() + random.pick([-3_000, -1, 0, 0, 0, 500, 4_000]);
  if (waitMs > 0 && Number.isFinite(waitMs)) the.later(waitMs, () => draw(random, the));
  else draw(random, the);
}

function kill(random: Random, the: Simulated): void {
  const seat = random.between(0, the.fleet.size - 1);
  // At one of its next uses of the store, or else within the hour.
  the.fleet.kill(seat, { call: random.between(1, 12), side: random.pick(["before", "after"]) });
  the.later(random.between(0, hourMs), () => {
    the.fleet.kill(seat);
    bringBack(random, the, seat);
  });
}

function killAll(random: Random, the: Simulated): void {
  for (let seat = 0; seat < the.fleet.size; seat += 1) {
    the.fleet.kill(seat);
    bringBack(random, the, seat);
  }
}

function stop(random: Random, the: Simulated): void {
  const seat = random.between(0, the.fleet.size - 1);
  the.fleet.stop(seat);
  bringBack(random, the, seat);
}

function bringBack(random: Random, the: Simulated, seat: number): void {
  const awayMs = random.pick([1, 20, 900, 7_200]) * random.between(100, 1_000);
  the.later(awayMs, () => the.fleet.start(seat));
}

function outage(random: Random, { world, later, disturb }: Simulated): void {
  if (world.faults.isAway) return;
  world.faults.isAway = true;
  const end = disturb("away");
  later(random.pick([1, 10, 60, 600]) * random.between(100, 1_000), () => {
    world.faults.isAway = false;
    end();
  });
}

function loseAnswers(random: Random, { world, later, disturb }: Simulated): void {
  if (world.faults.lostAnswers > 0) return;
  world.faults.lostAnswers = random.pick([0.02, 0.1, 0.4]);
  const end = disturb("lost answers");
  later(random.between(secondMs, 10 * minuteMs), () => {
    world.faults.lostAnswers = 0;
    end();
  });
}

function setClock(random: Random, the: Simulated): void {
  const byMs = random.pick([-1, 1]) * random.pick([secondMs, minuteMs, hourMs]) * random.between(1, 2);
  the.setClock(byMs);
}

function redeploy(random: Random, { fleet, world }: Simulated): void {
  const names = [...fleet.deployed.keys()];
  const isNew = names.length < 3 || (names.length < 7 && random.chance(0.3));
  // A new one has a name of its own: one that comes back while another says it had it is a mistake of the project.
  const name = isNew ? `schedule-${world.time.clock.now()}` : random.pick(names);
  if (!isNew && random.chance(0.2)) return fleet.deploy(name, undefined);
  fleet.deploy(name, drawTimetable(random, world.clock.now()), drawWords(random));
}

function rename(random: Random, { fleet, world }: Simulated): void {
  const names = [...fleet.deployed.keys()].filter((name) => name !== "burst");
  if (names.length === 0) return;
  const old = fleet.deployed.get(random.pick(names));
  if (old === undefined) return;
  const { renamedFrom: _before, ...words } = old.words;
  fleet.deploy(`renamed-${world.time.clock.now()}`, old.table, { ...words, renamedFrom: old.pipeline });
}

export function drawWords(random: Random): Words {
  const withinMs = random.pick([10 * minuteMs, 2 * hourMs, 24 * hourMs]);
  const kind = random.pick(["jitter", "spread"] as const);
  return {
    overlap: random.pick(["allow", "allow", "skip", "queue"]),
    catchUp: random.chance(0.4) ? { last: random.pick([1, 3, 100]), withinMs } : undefined,
    pauseAfter: random.chance(0.1) ? random.between(1, 3) : undefined,
    delay: random.chance(0.2) ? { kind, upToMs: random.pick([secondMs, minuteMs]) } : undefined,
  };
}

function pause(random: Random, { fleet, people }: Simulated): void {
  const names = [...fleet.deployed.keys()];
  if (names.length > 0) people.pause(random.pick(names), random.between(minuteMs, 48 * hourMs));
}

function resume(random: Random, { fleet, people }: Simulated): void {
  const names = [...fleet.deployed.keys()];
  if (names.length > 0) people.resume(random.pick(names));
}

/** Often two at a time, and often beside a planned one. */
function runNow(random: Random, { fleet, people }: Simulated): void {
  const names = [...fleet.deployed.keys()];
  if (names.length === 0) return;
  const name = random.pick(names);
  for (let count = random.between(1, 2); count > 0; count -= 1) people.runNow(name);
}

function burst(random: Random, { fleet, later }: Simulated): void {
  fleet.deploy("burst", drawBurst(random), drawWords(random));
  later(random.between(minuteMs, 40 * minuteMs), () => fleet.deploy("burst", undefined));
}

function worsen(random: Random, { farSide, world, later }: Simulated): void {
  const share = (): number => random.pick([0, 0, 0.1, 0.5, 1]);
  farSide.mood = { refused: share(), rejected: share() / 10, unanswered: share() / 2, slow: share(), busy: share() };
  world.journal.event("the far side is in a bad mood");
  later(random.between(minuteMs, 2 * hourMs), () => {
    farSide.mood = goodMood;
    world.journal.event("the far side is well again");
  });
}

function orderMany(random: Random, { fleet, later }: Simulated): void {
  for (let count = random.between(5, 20); count > 0; count -= 1)
    later(random.between(0, minuteMs), () => fleet.order());
}

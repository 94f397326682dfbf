import { type Fault, type FaultClass, faultClasses, describeFault, restFaults, socketFaults } from "./faults.ts";
import { seconds } from "../proving/text.ts";
import { linkMoods, type Mood } from "./moods.ts";
import type { Random } from "@signalbox/core/testing";

/** Something that goes wrong, and when: milliseconds since the round began. */
export interface PlannedFault {
  readonly atMs: number;
  readonly fault: Fault;
}

export interface PlanOptions {
  readonly random: Random;
  readonly durationMs: number;
  readonly classes: ReadonlySet<FaultClass>;
  /** Receiving systems by the way they are reached. */
  readonly receivers: { readonly http: readonly string[]; readonly link: readonly string[] };
  /** Moods of the receivers that are reached over HTTP. */
  readonly requestMoods: readonly Mood[];
  /** Time between two kills; undefined: drawn. */
  readonly killEveryMs: number | undefined;
}

/** Average time between two faults of a class. */
const everyMs: Readonly<Record<FaultClass, number>> = {
  sinks: 900,
  store: 9_000,
  stop: 9_000,
  kill: 6_000,
  socket: 4_000,
  rest: 2_500,
  clock: 4_000,
  reload: 3_000,
};

/** The faults of one round, in order of time. A class draws from a stream of its own: the others stay when it is left out. */
export function planRound(options: PlanOptions): readonly PlannedFault[] {
  const { random, durationMs, classes, killEveryMs } = options;
  const planned: PlannedFault[] = [];
  for (const name of faultClasses) {
    if (!classes.has(name)) continue;
    const own = random.fork(name);
    const drawn = (): number => Math.round(everyMs[name] * (0.3 + 1.4 * own.next()));
    const step = name === "kill" && killEveryMs !== undefined ? () => killEveryMs : drawn;
    for (let atMs = step(); atMs < durationMs; atMs += step())
      planned.push({ atMs, fault: drawFault(name, own, options) });
  }
  return planned.sort((a, b) => a.atMs - b.atMs);
}

function drawFault(name: FaultClass, random: Random, options: PlanOptions): Fault {
  switch (name) {
    case "sinks":
      return drawMood(random, options);
    case "store":
      return { class: name, how: random.pick(["restart", "crash", "freeze"]), forMs: random.between(0, 2_000) };
    case "stop":
      return { class: name, forMs: random.between(0, 3_000) };
    case "kill":
      return { class: name, forMs: options.killEveryMs === undefined ? random.between(0, 3_000) : 0 };
    case "socket":
      return { class: name, how: random.pick(socketFaults), forMs: random.between(200, 4_000) };
    case "rest":
      return { class: name, how: random.pick(restFaults), times: random.between(1, 4) };
    case "clock":
      return { class: name, shiftMs: random.pick([0, -1, 1]) * random.between(500, 20_000) };
    case "reload":
      return { class: name };
  }
}

function drawMood(random: Random, { receivers: { http, link }, requestMoods }: PlanOptions): Fault {
  const receiver = random.pick([...http, ...link]);
  const mood = random.pick(link.includes(receiver) ? linkMoods : requestMoods);
  return { class: "sinks", receiver, mood, forMs: random.between(300, 4_000) };
}

/** A line per fault. */
export function describePlan(planned: readonly PlannedFault[]): string {
  return planned.map(({ atMs, fault }) => `  +${seconds(atMs).padStart(6)}  ${describeFault(fault)}`).join("\n");
}

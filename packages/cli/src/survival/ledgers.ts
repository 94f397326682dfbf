// What the engines say of their ticks and commands, over the control API.
import { type Command, type ControlClient, sleep, systemClock, type TickRecord } from "@signalbox/core";
import { seconds } from "../proving/text.ts";
import type { SurvivalSchedule } from "./project.ts";

export interface Ledgers {
  /** By pipeline. */
  readonly ticks: ReadonlyMap<string, readonly TickRecord[]>;
  readonly commands: readonly Command[];
}

/** When the schedules were stopped: asked before `from`, and no tick begins after `to`. */
export interface Stop {
  readonly from: number;
  readonly to: number;
}

const settledWithinMs = 150_000;
const pollMs = 250;
/** A tick that was due longer ago and has no end is behind its time. */
const behindMs = 5_000;
const page = 1_000;

/** Pauses every schedule: from then on ticks are recorded as skipped. */
export async function stopSchedules({ schedules }: ControlClient, all: readonly SurvivalSchedule[]): Promise<Stop> {
  const from = systemClock.now();
  for (const { pipeline } of all) await schedules.pause(pipeline, "the survival run", "The run is over.");
  return { from, to: systemClock.now() };
}

/** Resolves when no tick is behind its time any more, or when that takes too long; with what is behind then. */
export function caughtUp(control: ControlClient, all: readonly SurvivalSchedule[]): Promise<readonly string[]> {
  return emptied("the schedules were not caught up", () => openTicks(control, all, systemClock.now() - behindMs));
}

/** Resolves when every tick and command has an end, or when that takes too long; with what has none then. */
export function settled(control: ControlClient, all: readonly SurvivalSchedule[]): Promise<readonly string[]> {
  return emptied("not settled", async () => [
    ...(await openTicks(control, all, Infinity)),
    ...(await openCommands(control)),
  ]);
}

async function emptied(complaint: string, look: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const startedAt = systemClock.monotonic();
  for (;;) {
    const open = await look();
    if (open.length === 0) return [];
    if (systemClock.monotonic() - startedAt > settledWithinMs)
      return [`${complaint} within ${seconds(settledWithinMs)}: ${open.join("; ")}`];
    await sleep(systemClock, pollMs);
  }
}

async function openTicks(
  { schedules }: ControlClient,
  all: readonly SurvivalSchedule[],
  before: number,
): Promise<readonly string[]> {
  for (const { pipeline } of all) {
    const { open } = await schedules.get(pipeline);
    const behind = open.find(({ plannedAt }) => plannedAt < before);
    if (behind !== undefined) return [`${behind.id} is ${behind.outcome}`];
  }
  return [];
}

async function openCommands({ commands }: ControlClient): Promise<readonly string[]> {
  for (const state of ["queued", "sent"] as const) {
    const [first] = (await commands.list({ state, limit: 1 })).commands;
    if (first !== undefined) return [`the command of ${first.message} is ${state}`];
  }
  return [];
}

export async function readLedgers(control: ControlClient, all: readonly SurvivalSchedule[]): Promise<Ledgers> {
  const ticks = new Map<string, readonly TickRecord[]>();
  for (const { pipeline } of all) {
    const history = await control.schedules.history(pipeline, page);
    if (history.length === page) throw new Error(`${pipeline} had more ticks than an engine tells of`);
    ticks.set(pipeline, history);
  }
  return { ticks, commands: await readCommands(control) };
}

async function readCommands({ commands }: ControlClient): Promise<readonly Command[]> {
  const found: Command[] = [];
  let after: string | undefined;
  do {
    const query = { order: "oldest", limit: page, ...(after !== undefined && { after }) } as const;
    const list = await commands.list(query);
    found.push(...list.commands);
    after = list.next;
  } while (after !== undefined);
  return found;
}

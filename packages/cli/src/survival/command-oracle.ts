import type { Command } from "@signalbox/core";
import { cutBetween, type Observed } from "./observed.ts";
import type { SurvivalSchedule } from "./project.ts";
import type { Violation } from "./violation.ts";

/** Of two commands whose entries were written at the same time, either may be first. */
const sameTimeMs = 1_000;

interface Case {
  readonly schedule: SurvivalSchedule;
  readonly command: Command;
  readonly accepted: readonly number[];
}

/** Judges the command of each tick by what akenza accepted. */
export function judgeCommands(observed: Observed): readonly Violation[] {
  const { schedules, commands, accepted } = observed;
  const byTick = new Map<string, Command[]>();
  for (const command of commands) byTick.set(command.message, [...(byTick.get(command.message) ?? []), command]);
  const violations: Violation[] = [];
  for (const schedule of schedules) {
    const cases: Case[] = [];
    for (const { id, outcome } of observed.ticks.get(schedule.pipeline) ?? []) {
      const [command, ...others] = byTick.get(id) ?? [];
      byTick.delete(id);
      if (command !== undefined) cases.push({ schedule, command, accepted: accepted.get(id) ?? [] });
      violations.push(
        ...judgeCount(outcome, command === undefined ? 0 : 1 + others.length).map((what) => ({ what, subject: id })),
      );
    }
    violations.push(...cases.flatMap((each) => judgeCommand(each, observed)), ...judgeOrder(cases));
  }
  const known = new Set(commands.map(({ message }) => message));
  const unknown = [...accepted.keys()].filter((id) => !known.has(id));
  return [
    ...violations,
    ...[...byTick.keys()].map((subject) => ({ what: "a command of no tick in the ledger", subject })),
    ...unknown.map((subject) => ({ what: "a command was accepted that the ledger does not know", subject })),
  ];
}

function judgeCount(outcome: string, count: number): string[] {
  const due = outcome === "none" ? 0 : 1;
  return count === due ? [] : [`it led to ${count} commands, and ${due} was due`];
}

function judgeCommand({ schedule, command, accepted }: Case, observed: Observed): Violation[] {
  const found: string[] = [];
  const { state, history, message: subject } = command;
  const isAsking = schedule.onUnknown === "ask";
  if (state !== "accepted" && !(isAsking && state === "unknown")) found.push(`its command ended as ${state}`);
  if (state === "accepted" && accepted.length === 0) found.push("its command is recorded as accepted, and never was");
  if (isAsking && accepted.length > 1)
    found.push(`its command was accepted ${accepted.length} times under onUnknown: ask`);
  const recordedAt = history.find((change) => change.state === "accepted")?.at;
  if (recordedAt !== undefined && accepted.some((at) => at > Date.parse(recordedAt)))
    found.push("its command was sent again after it was recorded as accepted");
  const isLostAlone = history.some(({ state }, index) => state === "unknown" && !wasCut(index, command, observed));
  if (isLostAlone) found.push("its command is unknown, though nothing cut it off");
  return found.map((what) => ({ what, subject }));
}

/** Between a sending and the change that says that nobody knows what became of it. */
function wasCut(index: number, { history }: Command, observed: Observed): boolean {
  const [from = 0, to = 0] = [history[index - 1]?.at ?? "", history[index]?.at ?? ""].map((at) => Date.parse(at));
  return cutBetween(from, to, observed) !== undefined;
}

/** Of a device, what was taken in earlier has left before a later one leaves. */
function judgeOrder(cases: readonly Case[]): Violation[] {
  const byTime = cases
    .flatMap(({ command, accepted }) => accepted.map((at) => ({ command, at, takenAt: takenAt(command) })))
    .sort((a, b) => a.at - b.at);
  const violations: Violation[] = [];
  let latest = 0;
  for (const { command, takenAt } of byTime) {
    if (takenAt + sameTimeMs < latest)
      violations.push({
        what: "its command left after one of its device that was taken in later",
        subject: command.message,
      });
    latest = Math.max(latest, takenAt);
  }
  return violations;
}

function takenAt({ history: [first] }: Command): number {
  return Date.parse(first?.at ?? "");
}

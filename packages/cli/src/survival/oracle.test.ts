import type { Command, CommandState, TickRecord } from "@signalbox/core";
import { expect, test } from "vitest";
import { judgeCommands } from "./command-oracle.ts";
import { figuresOf } from "./figures.ts";
import { type Observed, tickId } from "./observed.ts";
import type { SurvivalSchedule } from "./project.ts";
import { judgeTicks } from "./tick-oracle.ts";

const start = Date.UTC(2026, 0, 1);
const schedule: SurvivalSchedule = { pipeline: "p", device: "d", onUnknown: "ask", isCatchingUp: false };
const iso = (ms: number): string => new Date(start + ms).toISOString();
const id = (second: number): string => tickId("p", start + second * 1000);

/** A tick that was planned for a second of the run, begun in time, and run. */
function tick(second: number, facts: Partial<TickRecord> = {}): TickRecord {
  const plannedAt = start + second * 1000;
  const end = { startedAt: plannedAt + 10, endedAt: plannedAt + 50, timing: "on-time", outcome: "succeeded" } as const;
  return { id: id(second), pipeline: "p", plannedAt, engine: "e", ...end, ...facts };
}

/** The command of that tick; `states` with their times, in milliseconds of the run. */
function command(second: number, states: readonly (readonly [CommandState, number])[]): Command {
  const order = { pipeline: "p", sink: "s", connection: "akenza", device: "d", payload: {} };
  const retry = { maxAttempts: 9, backoffMs: 1, maxBackoffMs: 1 };
  const history = states.map(([state, at], index) => ({ state, at: iso(at), attempt: index }));
  const state = states.at(-1)?.[0] ?? "queued";
  return { key: `k${second}`, message: id(second), ...order, ...retry, state, attempts: 1, at: iso(0), history };
}

const taken = (second: number): Command =>
  command(second, [
    ["queued", second * 1000 + 20],
    ["sent", second * 1000 + 30],
    ["accepted", second * 1000 + 140],
  ]);

/** A good run of three seconds, in which an engine is killed after the second one. */
function observed(changes: Partial<Observed> = {}): Observed {
  const seconds = [1, 2, 3];
  return {
    schedules: [schedule],
    runsFrom: start + 500,
    stop: { from: start + 3_400, to: start + 3_500 },
    kills: [{ engine: "engine-1", at: start + 2_100, runsAt: start + 2_900 }],
    lostHolds: [],
    hasOthers: true,
    ticks: new Map([["p", seconds.map((second) => tick(second))]]),
    fired: new Map(seconds.map((second) => [id(second), [start + second * 1000 + 15]])),
    commands: seconds.map(taken),
    accepted: new Map(seconds.map((second) => [id(second), [start + second * 1000 + 60]])),
    refused: 0,
    ...changes,
  };
}

const withTick = (second: number, facts: Partial<TickRecord>): Pick<Observed, "ticks"> => ({
  ticks: new Map([["p", [1, 2, 3].map((each) => tick(each, each === second ? facts : {}))]]),
});
const withCommand = (second: number, one: Command): Pick<Observed, "commands"> => ({
  commands: [1, 2, 3].map((each) => (each === second ? one : taken(each))),
});
const at = (name: "fired" | "accepted", second: number, times: readonly number[]): Partial<Observed> => ({
  [name]: new Map([...observed()[name], [id(second), times.map((ms) => start + ms)]]),
});

function judge(changes: Partial<Observed>): readonly string[] {
  const the = observed(changes);
  return [...judgeTicks(the), ...judgeCommands(the)].map(({ what, subject }) => `${subject.slice(-6, -1)}: ${what}`);
}

const again = { detail: `Run again: its run of ${iso(2_010)} on e was cut off.`, startedAt: start + 8_000 };
const notRun = { timing: "missed", outcome: "none", startedAt: undefined, endedAt: undefined } as const;

test("a run that kept every promise has no violation, and its figures", () => {
  expect(judge({})).toEqual([]);
  expect(figuresOf(observed())).toEqual({
    ticks: new Map([["on-time and succeeded", 3]]),
    runAgain: new Map(),
    commands: new Map([["ask: accepted", 3]]),
    accepted: 3,
    acceptedTwice: { ask: 0, resend: 0 },
    unknownAccepted: 0,
    refused: 0,
    lateness: { count: 2, p50: 10, p99: 10, max: 10 },
  });
});

test("a tick that was cut off is run again", () => {
  expect(judge({ ...withTick(2, again), ...at("fired", 2, [2_015, 8_010]) })).toEqual([]);
  expect(judge({ ...withTick(2, again), kills: [], lostHolds: [start + 9_000] })).toEqual([]);
  expect(judge({ ...withTick(2, again), kills: [] })).toEqual(["2.000: run again, though nothing cut it off"]);
});

test.each<[string, Partial<Observed>]>([
  ["lost: it is in no state at all", { ticks: new Map([["p", [tick(1), tick(3)]]]) }],
  ["in the ledger 2 times", { ticks: new Map([["p", [tick(1), tick(2), tick(2), tick(3)]]]) }],
  ["on-time, failed", withTick(2, { outcome: "failed" })],
  ["on-time, running", withTick(2, { outcome: "running" })],
  [
    "skipped, none",
    { ...withTick(2, { ...notRun, timing: "skipped" }), stop: { from: start + 60_000, to: start + 60_500 } },
  ],
  ["missed, though an engine was there", withTick(2, notRun)],
  ["fired, and recorded as not run", withTick(2, notRun)],
  ["recorded as run, and never fired", at("fired", 2, [])],
  ["fired 2 times, and does not say so", at("fired", 2, [2_015, 2_016])],
  ["run, and its entry says: No engine was there.", withTick(2, { detail: "No engine was there." })],
  ["fired, and the ledger does not know it", { ticks: new Map([["p", [tick(1), tick(3)]]]) }],
  ["after its schedule was paused", at("fired", 4, [4_010])],
])("a tick: %s", (what, changes) => {
  expect(judge(changes).join("\n")).toContain(what);
});

test("what is planned while the only engine is down may be missed, unless it is caught up", () => {
  const missed = { ...withTick(2, notRun), hasOthers: false };
  const quiet = { fired: new Map([1, 3].map((second) => [id(second), [start]])), commands: [taken(1), taken(3)] };
  const accepted = new Map([1, 3].map((second) => [id(second), [start + second * 1000 + 60]]));
  expect(judge({ ...missed, ...quiet, accepted })).toEqual([]);
  const schedules = [{ ...schedule, isCatchingUp: true }];
  expect(judge({ ...missed, ...quiet, accepted, schedules })).toEqual(["2.000: missed, none"]);
});

const unknown = command(2, [
  ["queued", 2_020],
  ["sent", 2_030],
  ["unknown", 8_000],
]);

test("a command that a kill cut off may be unknown, whether akenza accepted it or not", () => {
  expect(judge(withCommand(2, unknown))).toEqual([]);
  expect(judge({ ...withCommand(2, unknown), ...at("accepted", 2, []) })).toEqual([]);
  expect(judge({ ...withCommand(2, unknown), kills: [] })).toEqual([
    "2.000: its command is unknown, though nothing cut it off",
  ]);
});

test("under resend a command may be accepted twice, and never ends as unknown", () => {
  const schedules = [{ ...schedule, onUnknown: "resend" } as const];
  const resent = command(2, [
    ["queued", 2_020],
    ["sent", 2_030],
    ["unknown", 8_000],
    ["queued", 8_000],
    ["sent", 8_010],
    ["accepted", 8_100],
  ]);
  const twice = {
    ...withCommand(2, resent),
    accepted: new Map([...observed().accepted, [id(2), [start + 2_060, start + 8_050]], [id(3), [start + 9_000]]]),
  };
  const last = withLast(twice.commands);
  expect(judge({ schedules, ...twice, ...last })).toEqual([]);
  expect(judge({ schedules, ...withCommand(2, unknown) })).toEqual(["2.000: its command ended as unknown"]);
});

/** The third command leaves after the second one was sent again. */
function withLast(commands: readonly Command[]): Pick<Observed, "commands"> {
  const late = command(3, [
    ["queued", 3_020],
    ["sent", 8_990],
    ["accepted", 9_100],
  ]);
  return { commands: [...commands.slice(0, 2), late] };
}

test.each<[string, Partial<Observed>]>([
  ["it led to 0 commands, and 1 was due", { commands: [taken(1), taken(3)] }],
  ["it led to 2 commands, and 1 was due", { commands: [taken(1), taken(2), taken(2), taken(3)] }],
  ["it led to 1 commands, and 0 was due", withTick(2, notRun)],
  ["a command of no tick in the ledger", { ticks: new Map([["p", [tick(1), tick(3)]]]) }],
  ["a command was accepted that the ledger does not know", { commands: [taken(1), taken(3)] }],
  ["its command ended as failed", withCommand(2, command(2, [["failed", 2_020]]))],
  ["recorded as accepted, and never was", at("accepted", 2, [])],
  ["accepted 2 times under onUnknown: ask", at("accepted", 2, [2_060, 2_070])],
  ["sent again after it was recorded as accepted", at("accepted", 2, [2_060, 2_200])],
  ["left after one of its device that was taken in later", at("accepted", 1, [3_100])],
])("a command: %s", (what, changes) => {
  expect(judge(changes).join("\n")).toContain(what);
});

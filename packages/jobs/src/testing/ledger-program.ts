import { createCommands, createSchedules, type NewCommand, silentLogger, systemClock } from "@signalbox/core";
import { every } from "@signalbox/core/testing";
import { createBackend } from "../backend.ts";
import type { BackendSettings } from "../settings.ts";

// A program for the kill test of the ledgers: a schedule whose ticks send commands, saying what it does until it is killed.
// As `victim` it gets stuck in its second command and its third tick; as `heir` it goes on. Not a part of the API.

const [settings = "", role = ""] = process.argv.slice(2);
const isVictim = role === "victim";
const clock = systemClock;
const log = silentLogger;
const backend = createBackend(JSON.parse(settings) as BackendSettings, { clock, log, projectDir: "." });
const { store, queue } = backend;
await store.open();
await queue.open();
const commands = createCommands({ store, queue, clock, log });
const schedules = createSchedules({ store, queue, clock, log, engine: role });
await commands.open();
await schedules.open();

let sends = 0;
commands.register("air", {
  send({ key }) {
    sends += 1;
    say(`sent ${key}`);
    return isVictim && sends === 2 ? forever() : Promise.resolve({ status: "accepted" });
  },
});
commands.onChange(({ key, state }) => say(`command ${state} ${key}`));
schedules.onChange(({ id, outcome }) => say(`tick ${outcome} ${id}`));

let fires = 0;
await schedules.register({ pipeline: "valves", plan: every(250), lateMs: 60_000 }, async ({ id }) => {
  fires += 1;
  say(`fired ${id}`);
  if (isVictim && fires === 3) return forever();
  await commands.accept([orderOf(id)]);
});

function orderOf(tick: string): NewCommand {
  const where = { pipeline: "valves", sink: "air", message: tick, connection: "air", device: "valve" };
  return { key: tick, ...where, payload: {}, maxAttempts: 5, backoffMs: 10, maxBackoffMs: 20 };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Keeps the process alive as well. */
function forever(): Promise<never> {
  return new Promise(() => setInterval(() => undefined, 60_000));
}

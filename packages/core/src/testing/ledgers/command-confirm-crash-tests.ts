import type { CommandSender, Confirmation, NewCommand } from "../../commands/contracts.ts";
import { crashingPorts, type CrashPoint } from "../crashing-ports.ts";
import type { TestKit } from "../test-kit.ts";
import { accepted, type CommandWorld, createCommandWorld, minuteMs, order, radio, start } from "./command-world.ts";
import type { OpenInVirtualTime } from "./schedule-world.ts";

const confirm: Confirmation = { expect: "open = true", withinMs: 5 * minuteMs, otherwise: "retry" };

/** `old` is put off, so that a crash between its successor and the end of its own shows only at its turn. */
const scenarioAt = (begin: number): readonly NewCommand[] => [
  { ...order("silent", "a"), confirm, maxAttempts: 2 },
  { ...order("heard", "b"), confirm },
  { ...order("old", "c"), supersedeKey: "target", notBefore: begin + 10 * minuteMs },
  { ...order("new", "c"), supersedeKey: "target", confirm: { ...confirm, otherwise: "alert" } },
];

/** Rule 13 over crashes at every step while commands supersede one another and wait for their uplinks. */
export function commandConfirmCrashTests({ test, expect }: TestKit, open: OpenInVirtualTime): void {
  test("a process that dies at any step leaves no command open, and none sent more often than it may be", async () => {
    const whole = await survive(createCommandWorld(open), { call: Number.MAX_SAFE_INTEGER, side: "before" });
    expect(whole.states).toEqual({ silent: "unconfirmed", heard: "confirmed", old: "superseded", new: "confirmed" });
    expect(whole.sent).toEqual({ silent: 2, heard: 1, new: 1 });
    for (let call = 1; call <= whole.calls; call += 1) {
      for (const side of ["before", "after"] as const) {
        const { states, sent, cut } = await survive(createCommandWorld(open), { call, side });
        const where = `dying ${side} call ${call}`;
        // Its uplink shows also what became of a command whose answer the crash cut off.
        expect(states["heard"], where).toBe("confirmed");
        expect(states["new"], where).toBe("confirmed");
        expect(states["old"], where).toBe("superseded");
        expect(states["silent"], where).toBe(cut.includes("silent") ? "unknown" : "unconfirmed");
        for (const [key, count] of Object.entries(sent)) expect(count, where).toBeLessThanOrEqual(whole.sent[key] ?? 0);
      }
    }
  });
}

interface Survival {
  readonly states: Readonly<Record<string, string | undefined>>;
  /** Requests per command, over both processes. */
  readonly sent: Readonly<Record<string, number>>;
  /** Commands that a process left as sent. */
  readonly cut: readonly string[];
  /** Uses of the ports by the first process. */
  readonly calls: number;
}

/** Two processes one after the other; the devices `b` and `c` report each minute that they are open, `a` never does. */
async function survive(the: CommandWorld, point: CrashPoint): Promise<Survival> {
  const scenario = scenarioAt(the.time.clock.now());
  const air = radio(the, () => accepted);
  const dying = crashingPorts(the);
  dying.crashAt(point);
  const first = live({ ...the, store: dying.store, queue: dying.queue }, air, scenario);
  await Promise.race([dying.crashed, first]);
  const calls = dying.calls();
  dying.crash();
  await the.time.settle();
  const second = await start(the);
  const cut = (await second.list({ state: "sent", limit: 10 })).map(({ key }) => key);
  second.register("akenza", air);
  await second.accept(scenario);
  await report(the, second);
  const states: Record<string, string | undefined> = {};
  for (const { key } of scenario) states[key] = (await second.get(key))?.state;
  const sent: Record<string, number> = {};
  for (const { key } of air.log) sent[key] = (sent[key] ?? 0) + 1;
  await second.close();
  return { states, sent, cut, calls };
}

/** A process that goes on until the time of all confirmations is over, if it lives to see that. */
async function live(the: CommandWorld, air: CommandSender, scenario: readonly NewCommand[]): Promise<void> {
  const commands = await start(the);
  commands.register("akenza", air);
  await commands.accept(scenario);
  await report(the, commands);
}

async function report(the: CommandWorld, commands: Awaited<ReturnType<typeof start>>): Promise<void> {
  for (let minute = 0; minute < 20; minute += 1) {
    await the.time.runUntil(the.time.clock.now() + minuteMs);
    for (const device of ["b", "c"]) {
      commands.observe("akenza", { device, at: the.time.clock.now(), body: { open: true } });
    }
  }
}

import { createCommands } from "../../commands/commands.ts";
import { silentLogger } from "../../log.ts";
import type { TestKit } from "../test-kit.ts";
import { accepted, createCommandWorld, dayMs, minuteMs, order, radio, retryable, start } from "./command-world.ts";
import type { OpenInVirtualTime } from "./schedule-world.ts";

/** Rule 13 over time: retries, stops and what the ledger keeps. */
export function commandFlowTests({ test, expect }: TestKit, open: OpenInVirtualTime): void {
  test("retries come after the backoff, or when the other side said", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const answers = [retryable(), retryable(), retryable(90_000), accepted];
    const air = radio(the, () => answers.shift() ?? accepted);
    const commands = await start(the);
    commands.register("akenza", air);
    await commands.accept([order("a1", "d1")]);
    await the.time.runUntil(begin + 5 * minuteMs);
    // Without chance a wait is half of its range: 1 s, then 2 s; then 90 s as asked.
    expect(air.log.map(({ at }) => at - begin)).toEqual([0, 1_000, 3_000, 93_000]);
    expect((await commands.get("a1"))?.state).toBe("accepted");
  });

  test("a stop gives requests under way a moment for their answers, then cuts them", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const commands = await start(the);
    commands.register("akenza", {
      send: ({ key }, signal) =>
        new Promise((resolve, reject) => {
          if (key === "quick") the.time.clock.setTimer(() => resolve(accepted), 2_000);
          signal.addEventListener("abort", () => reject(new Error("cut")));
        }),
    });
    await commands.accept([order("quick", "d1"), order("slow", "d2"), order("next", "d1")]);
    await the.time.settle();
    const closed = commands.close();
    await the.time.runUntil(begin + minuteMs);
    await closed;
    const states = await Promise.all(["quick", "slow", "next"].map(async (key) => (await commands.get(key))?.state));
    expect(states).toEqual(["accepted", "unknown", "queued"]);
  });

  test("a command whose turn comes only when the engine stops is left queued", async () => {
    const the = createCommandWorld(open);
    const commands = await start(the);
    const air = radio(the, () => accepted);
    const patient = { ...air, ready: (_command: unknown, signal: AbortSignal) => untilAborted(signal) };
    commands.register("akenza", patient);
    await commands.accept([order("a1", "d1")]);
    await the.time.settle();
    await commands.close();
    expect(air.log).toEqual([]);
    expect(await commands.get("a1")).toMatchObject({ state: "queued", attempts: 0 });
  });

  test("the ledger forgets what ended a month ago, and nothing that waits", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const commands = await start(the);
    const air = radio(the, ({ device }) => (device === "d1" ? accepted : retryable(60 * dayMs)));
    commands.register("akenza", air);
    await commands.accept([order("old", "d1"), order("waiting", "d2")]);
    await the.time.runUntil(begin + 29 * dayMs);
    expect((await commands.get("old"))?.state).toBe("accepted");
    await the.time.runUntil(begin + 31 * dayMs);
    expect(await commands.get("old")).toBeUndefined();
    expect((await commands.get("waiting"))?.state).toBe("queued");
  });

  test("a command that is sent again by hand is forgotten a month after that, and not after it was taken", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const commands = await start(the);
    const answers = [retryable(), accepted];
    const air = radio(the, () => answers.shift() ?? accepted);
    commands.register("akenza", air);
    await commands.accept([{ ...order("again", "d1"), maxAttempts: 1 }]);
    await the.time.runUntil(begin + 29 * dayMs);
    await commands.resend("again", "ada");
    await the.time.runUntil(begin + 58 * dayMs);
    expect((await commands.get("again"))?.state).toBe("accepted");
    await the.time.runUntil(begin + 60 * dayMs);
    expect(await commands.get("again")).toBeUndefined();
  });

  test("of more ended commands than are kept those go that ended first, whenever they were taken", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const retention = { ageMs: 30 * dayMs, rows: 2 };
    const commands = createCommands({ ...the, clock: the.time.clock, log: silentLogger, retention });
    await commands.open();
    const answers = [retryable()];
    const air = radio(the, () => answers.shift() ?? accepted);
    commands.register("akenza", air);
    await commands.accept([{ ...order("a", "d1"), maxAttempts: 1 }]);
    await the.time.runUntil(begin + minuteMs);
    await commands.accept(["b", "c", "d"].map((key) => order(key, "d1")));
    await the.time.runUntil(begin + 2 * minuteMs);
    await commands.resend("a", "ada");
    await the.time.runUntil(begin + 2 * 3_600_000);
    const left = await commands.list({ limit: 10 });
    expect(left.map(({ key }) => key)).toEqual(["d", "a"]);
  });

  test("the ledger keeps a bounded number of ended commands, the latest", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const retention = { ageMs: 30 * dayMs, rows: 3 };
    const commands = createCommands({ ...the, clock: the.time.clock, log: silentLogger, retention });
    await commands.open();
    commands.register(
      "akenza",
      radio(the, ({ device }) => (device === "d1" ? accepted : retryable(dayMs))),
    );
    await commands.accept([order("w", "d2"), ...["a", "b", "c", "d", "e"].map((key) => order(key, "d1"))]);
    await the.time.runUntil(begin + 2 * 3_600_000);
    const left = await commands.list({ limit: 10 });
    expect(left.map(({ key }) => key)).toEqual(["e", "d", "c", "w"]);
  });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
}

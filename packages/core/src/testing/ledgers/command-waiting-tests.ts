import type { TestKit } from "../test-kit.ts";
import { sleep } from "../../clock.ts";
import { crashingPorts } from "../crashing-ports.ts";
import {
  accepted,
  type CommandWorld,
  createCommandWorld,
  minuteMs,
  order,
  radio,
  retryable,
  start,
} from "./command-world.ts";
import { slowChanges } from "./faulty-ports.ts";
import type { OpenInVirtualTime } from "./schedule-world.ts";

const states = (command: { history: readonly { state: string }[] } | undefined): readonly string[] =>
  command?.history.map(({ state }) => state) ?? [];

/** Rule 13 while commands wait: their time, what takes their place, and people. */
export function commandWaitingTests({ test, expect }: TestKit, open: OpenInVirtualTime): void {
  test("a command that is put off is sent at its time, and holds back nothing that comes before", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const commands = await start(the);
    const air = radio(the, () => accepted);
    commands.register("akenza", air);
    await commands.accept([{ ...order("later", "d1"), notBefore: begin + minuteMs }, order("now", "d1")]);
    await commands.accept([order("next", "d1")]);
    expect(await commands.get("later")).toMatchObject({ state: "queued", dueAt: begin + minuteMs });
    await the.time.runUntil(begin + 2 * minuteMs);
    expect(air.log.map(({ key, at }) => [key, at - begin])).toEqual([
      ["now", 0],
      ["next", 0],
      ["later", minuteMs],
    ]);
  });

  test("an expired command is never sent: not while it waits for a retry, its sender or its place", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const commands = await start(the);
    const air = radio(the, () => retryable(10 * minuteMs));
    let isReady: () => void = () => undefined;
    const ready = ({ key }: { key: string }): Promise<void> =>
      key === "at-sender" ? new Promise((resolve) => (isReady = resolve)) : Promise.resolve();
    commands.register("akenza", { ...air, ready });
    const expiresAt = begin + minuteMs;
    await commands.accept([
      { ...order("retried", "d1"), expiresAt },
      { ...order("behind", "d1"), expiresAt },
      { ...order("at-sender", "d2"), expiresAt },
      { ...order("put-off", "d3"), notBefore: begin + 2 * minuteMs, expiresAt },
    ]);
    await the.time.runUntil(begin + minuteMs);
    isReady();
    await the.time.runUntil(begin + 20 * minuteMs);
    expect(air.log.map(({ key }) => key)).toEqual(["retried"]);
    for (const key of ["retried", "behind", "at-sender", "put-off"]) {
      const command = await commands.get(key);
      expect(command?.state, key).toBe("expired");
      expect(Date.parse(command?.history.at(-1)?.at ?? ""), key).toBeGreaterThanOrEqual(expiresAt);
    }
  });

  test("a command that expires while the store records its sending is not sent", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const slow = slowChanges(the.store, () => sleep(the.time.clock, 2 * minuteMs));
    const commands = await start({ ...the, store: slow });
    const air = radio(the, () => accepted);
    commands.register("akenza", air);
    await commands.accept([{ ...order("a1", "d1"), expiresAt: begin + minuteMs }]);
    await the.time.runUntil(begin + 10 * minuteMs);
    expect(air.log).toEqual([]);
    expect(await commands.get("a1")).toMatchObject({ state: "expired", attempts: 0 });
  });

  test("a command whose connection has no sender expires all the same, within the hour", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const commands = await start(the);
    await commands.accept([{ ...order("a1", "d1"), expiresAt: begin + minuteMs }]);
    await the.time.runUntil(begin + 61 * minuteMs);
    expect((await commands.get("a1"))?.state).toBe("expired");
  });

  test("a newer command of the same device and key takes the place of one that waits, and of no other", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const commands = await start(the);
    await commands.accept([
      { ...order("old", "d1"), supersedeKey: "target" },
      { ...order("other-key", "d1"), supersedeKey: "mode" },
      order("no-key", "d1"),
      { ...order("other-device", "d2"), supersedeKey: "target" },
      { ...order("dry", "d1"), supersedeKey: "target", isDryRun: true },
      { ...order("new", "d1"), supersedeKey: "target" },
    ]);
    const air = radio(the, () => accepted);
    commands.register("akenza", air);
    await the.time.runUntil(begin + minuteMs);
    expect(air.log.map(({ key }) => key).toSorted()).toEqual(["new", "no-key", "other-device", "other-key"]);
    expect((await commands.get("old"))?.history.at(-1)).toMatchObject({ state: "superseded", supersededBy: "new" });
    expect((await commands.get("dry"))?.state).toBe("planned");
  });

  test("a command that was sent is not superseded", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const commands = await start(the);
    const sent: string[] = [];
    commands.register("akenza", {
      send: ({ key }) => {
        sent.push(key);
        return new Promise((resolve) => void the.time.clock.setTimer(() => resolve(accepted), 5_000));
      },
    });
    await commands.accept([{ ...order("old", "d1"), supersedeKey: "target" }]);
    await the.time.runUntil(begin + 1_000);
    await commands.accept([{ ...order("new", "d1"), supersedeKey: "target" }]);
    await the.time.runUntil(begin + minuteMs);
    expect(sent).toEqual(["old", "new"]);
    expect((await commands.get("old"))?.state).toBe("accepted");
  });

  test("a stream of newer commands that are put off does not keep the device waiting", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const commands = await start(the);
    const air = radio(the, () => accepted);
    commands.register("akenza", air);
    for (let minute = 0; minute < 30; minute += 5) {
      const notBefore = begin + (minute + 10) * minuteMs;
      await commands.accept([{ ...order(`m${minute}`, "d1"), notBefore, supersedeKey: "target" }]);
      await the.time.runUntil(begin + (minute + 5) * minuteMs);
    }
    await the.time.runUntil(begin + 60 * minuteMs);
    expect(air.log.map(({ key, at }) => [key, (at - begin) / minuteMs])).toEqual([
      ["m5", 10],
      ["m15", 20],
      ["m25", 30],
    ]);
  });

  test("a crash between a newer command and the older ones leaves none of the older to be sent", async () => {
    for (let call = 1; call <= 6; call += 1) {
      const the = createCommandWorld(open);
      const { sent, old } = await dieWhileSuperseding(the, call);
      expect(
        sent.filter((key) => key === "old" && old === "superseded"),
        `dying at call ${call}`,
      ).toEqual([]);
      expect(sent, `dying at call ${call}`).toContain(sent.includes("new") ? "new" : "old");
      if (sent.includes("new")) expect(sent, `dying at call ${call}`).not.toContain("old");
    }
  });

  test("a person takes a waiting command back, and the next one of its device goes out", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const commands = await start(the);
    const air = radio(the, ({ key }) => (key === "a1" ? retryable(60 * minuteMs) : accepted));
    commands.register("akenza", air);
    await commands.accept([order("a1", "d1"), order("a2", "d1")]);
    await the.time.runUntil(begin + minuteMs);
    const cancelled = await commands.cancel("a1", "ada");
    expect(cancelled.history.at(-1)).toMatchObject({ state: "cancelled", by: "ada", attempt: 1 });
    await the.time.runUntil(begin + 2 * minuteMs);
    expect(air.log.map(({ key }) => key)).toEqual(["a1", "a2"]);
    await expect(commands.cancel("a2", "ada")).rejects.toMatchObject({ code: "COMMAND_STATE_REFUSED" });
    await expect(commands.cancel("a3", "ada")).rejects.toMatchObject({ code: "COMMAND_KEY_UNKNOWN" });
  });

  test("a person sends a failed command again under its key, for one more try", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const commands = await start(the);
    let isUp = false;
    const air = radio(the, () => (isUp ? accepted : retryable()));
    commands.register("akenza", air);
    await commands.accept([{ ...order("a1", "d1"), maxAttempts: 1 }]);
    await the.time.runUntil(begin + minuteMs);
    await commands.resend("a1", "ada");
    await the.time.runUntil(begin + 2 * minuteMs);
    expect(await commands.get("a1")).toMatchObject({ state: "failed", attempts: 2 });
    isUp = true;
    await commands.resend("a1", "bob");
    await the.time.runUntil(begin + 3 * minuteMs);
    const command = await commands.get("a1");
    expect(states(command)).toEqual([
      "queued",
      "sent",
      "failed",
      "queued",
      "sent",
      "failed",
      "queued",
      "sent",
      "accepted",
    ]);
    expect(command?.history[6]).toMatchObject({ by: "bob", attempt: 2 });
    await expect(commands.resend("a1", "bob")).rejects.toMatchObject({ code: "COMMAND_STATE_REFUSED" });
  });

  test("a dry run is recorded as planned and never sent", async () => {
    const the = createCommandWorld(open);
    const commands = await start(the);
    const air = radio(the, () => accepted);
    commands.register("akenza", air);
    await commands.accept([{ ...order("a1", "d1"), isDryRun: true }]);
    await the.time.runUntil(the.time.clock.now() + 2 * 60 * minuteMs);
    expect(states(await commands.get("a1"))).toEqual(["planned"]);
    expect(air.log).toEqual([]);
  });
}

/** A process that dies at a use of its ports while it takes a newer command in, and one that goes on. */
async function dieWhileSuperseding(
  the: CommandWorld,
  call: number,
): Promise<{ sent: string[]; old: string | undefined }> {
  const dying = crashingPorts(the);
  const first = await start({ ...the, ...dying });
  await first.accept([{ ...order("old", "d1"), supersedeKey: "target" }]);
  dying.crashAt({ call, side: "before" });
  void first.accept([{ ...order("new", "d1"), supersedeKey: "target" }]);
  await Promise.race([dying.crashed, the.time.runUntil(the.time.clock.now() + 1_000)]);
  dying.crash();
  const second = await start(the);
  const air = radio(the, () => accepted);
  second.register("akenza", air);
  await the.time.runUntil(the.time.clock.now() + minuteMs);
  return { sent: air.log.map(({ key }) => key), old: (await second.get("old"))?.state };
}

import type { Command, Confirmation, NewCommand, SendResult } from "../../commands/contracts.ts";
import { SignalboxError } from "../../errors/error.ts";
import { crashingPorts } from "../crashing-ports.ts";
import type { TestKit } from "../test-kit.ts";
import { accepted, createCommandWorld, minuteMs, order, radio, rejected, retryable, start } from "./command-world.ts";
import type { OpenInVirtualTime } from "./schedule-world.ts";

const unanswered: SendResult = { status: "unknown", cause: new SignalboxError("COMMAND_SEND_FAILED", "timed out") };
const isOpen: Confirmation = {
  expect: "data.open = $command.payload.open",
  withinMs: 30 * minuteMs,
  otherwise: "alert",
};

function asked(key: string, device: string, confirm: Partial<Confirmation> = {}): NewCommand {
  return { ...order(key, device), confirm: { ...isOpen, ...confirm } };
}

const again = ["queued", "sent", "unknown", "queued", "sent", "accepted"];

const statesOf = (command: Command | undefined): readonly string[] => command?.history.map(({ state }) => state) ?? [];

/** Rule 13 on what is not known: answers that never came, and what the device itself says. */
export function commandConfirmTests({ test, expect }: TestKit, open: OpenInVirtualTime): void {
  test("an uplink of the device confirms its command, once it says what is expected", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const commands = await start(the);
    const watches: number[] = [];
    commands.onWatched("akenza", () => watches.push(commands.watched("akenza").length));
    commands.register(
      "akenza",
      radio(the, () => accepted),
    );
    await commands.accept([asked("a1", "d1"), order("b1", "d2")]);
    await the.time.runUntil(begin + minuteMs);
    expect(await commands.get("a1")).toMatchObject({ state: "accepted", confirmBy: begin + 30 * minuteMs });
    expect(commands.watched("akenza")).toEqual([{ device: "d1", since: begin }]);
    const at = begin + minuteMs;
    commands.observe("akenza", { device: "d1", at, body: { data: { open: false } } });
    commands.observe("akenza", { device: "d2", at, body: { data: { open: true } } });
    commands.observe("other", { device: "d1", at, body: { data: { open: true } } });
    commands.observe("akenza", { device: "d1", at: begin - 1, body: { data: { open: true } } });
    await the.time.settle();
    expect((await commands.get("a1"))?.state).toBe("accepted");
    commands.observe("akenza", { device: "d1", at, body: { data: { open: true } } });
    await the.time.settle();
    expect(statesOf(await commands.get("a1"))).toEqual(["queued", "sent", "accepted", "confirmed"]);
    expect(commands.watched("akenza")).toEqual([]);
    expect(watches).toEqual([1, 0]);
    await the.time.runUntil(begin + 60 * minuteMs);
    expect((await commands.get("a1"))?.state).toBe("confirmed");
  });

  test("an uplink that is quicker than the answer confirms as well", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const commands = await start(the);
    commands.register("akenza", {
      send: () => new Promise((resolve) => void the.time.clock.setTimer(() => resolve(accepted), 5_000)),
    });
    await commands.accept([asked("a1", "d1")]);
    await the.time.runUntil(begin + 1_000);
    commands.observe("akenza", { device: "d1", at: begin + 500, body: { data: { open: true } } });
    await the.time.runUntil(begin + minuteMs);
    expect(statesOf(await commands.get("a1"))).toEqual(["queued", "sent", "accepted", "confirmed"]);
  });

  test("without an uplink in time a command is unconfirmed, also when its engine has died meanwhile", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const dying = crashingPorts(the);
    const first = await start({ ...the, ...dying });
    first.register(
      "akenza",
      radio(the, () => accepted),
    );
    await first.accept([asked("late", "d1"), asked("heard", "d2")]);
    await the.time.runUntil(begin + minuteMs);
    dying.crash();
    const second = await start(the);
    expect(
      second
        .watched("akenza")
        .map(({ device }) => device)
        .toSorted(),
    ).toEqual(["d1", "d2"]);
    second.observe("akenza", { device: "d2", at: begin + minuteMs, body: { data: { open: true } } });
    await the.time.runUntil(begin + 30 * minuteMs - 1);
    expect((await second.get("late"))?.state).toBe("accepted");
    await the.time.runUntil(begin + 31 * minuteMs);
    expect((await second.get("late"))?.state).toBe("unconfirmed");
    expect((await second.get("heard"))?.state).toBe("confirmed");
  });

  test("another engine hears what a dead one waited for, within a minute or so", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const other = await start(the);
    const dying = crashingPorts(the);
    const first = await start({ ...the, ...dying });
    first.register(
      "akenza",
      radio(the, () => accepted),
    );
    await first.accept([asked("a1", "d1")]);
    await the.time.runUntil(begin + 1_000);
    dying.crash();
    await the.time.runUntil(begin + 2 * minuteMs);
    expect(other.watched("akenza")).toEqual([{ device: "d1", since: begin }]);
    other.observe("akenza", { device: "d1", at: begin + 2 * minuteMs, body: { data: { open: true } } });
    await the.time.settle();
    expect((await other.get("a1"))?.state).toBe("confirmed");
  });

  test("otherwise: retry sends again while attempts are left", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const commands = await start(the);
    const air = radio(the, () => accepted);
    commands.register("akenza", air);
    await commands.accept([{ ...asked("a1", "d1", { otherwise: "retry" }), maxAttempts: 2 }]);
    await the.time.runUntil(begin + 120 * minuteMs);
    expect(air.log.map(({ at }) => (at - begin) / minuteMs)).toEqual([0, 30]);
    const command = await commands.get("a1");
    const once = ["queued", "sent", "accepted", "unconfirmed"];
    expect(statesOf(command)).toEqual([...once, ...once]);
    expect(command?.history.at(-1)?.detail).toContain("attempts are spent");
  });

  test("D13 one that akenza took and whose second try came too late is unconfirmed: there was an answer", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const commands = await start(the);
    let isFirst = true;
    const air = radio(the, () => {
      const answer = isFirst ? accepted : retryable();
      isFirst = false;
      return answer;
    });
    commands.register("akenza", air);
    const expiresAt = begin + 40 * minuteMs;
    await commands.accept([{ ...asked("a1", "d1", { otherwise: "retry" }), maxAttempts: 1_000, expiresAt }]);
    await the.time.runUntil(begin + 120 * minuteMs);
    expect(air.log.length).toBeGreaterThan(2);
    expect((await commands.get("a1"))?.history.at(-1)).toMatchObject({
      state: "unconfirmed",
      detail: expect.stringContaining("it is not sent again"),
    });
  });

  test("otherwise: retry undoes no later command, and keeps to the time to live", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const commands = await start(the);
    const air = radio(the, () => accepted);
    commands.register("akenza", air);
    const confirm = { otherwise: "retry" } as const;
    await commands.accept([
      asked("open", "d1", confirm),
      order("close", "d1"),
      { ...asked("brief", "d2", confirm), expiresAt: begin + 20 * minuteMs },
    ]);
    await the.time.runUntil(begin + 120 * minuteMs);
    expect(air.log.map(({ key }) => key).toSorted()).toEqual(["brief", "close", "open"]);
    expect((await commands.get("open"))?.history.at(-1)).toMatchObject({
      state: "unconfirmed",
      detail: expect.stringContaining("a later command"),
    });
    expect((await commands.get("brief"))?.state).toBe("unconfirmed");
  });

  test("D13 a retry undoes no later command that another engine gave the same place", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const engines = [await start(the), await start(the)] as const;
    const air = radio(the, () => accepted);
    for (const engine of engines) engine.register("akenza", air);
    // Of two that come in one millisecond the second one's place is in the next, in which the other engine's command comes.
    await engines[0].accept([order("a1", "d1"), asked("a2", "d1", { otherwise: "retry" })]);
    await the.time.runUntil(begin + 1);
    await engines[1].accept([order("b1", "d1")]);
    await the.time.runUntil(begin + 120 * minuteMs);
    expect((await engines[0].get("a2"))?.at).toBe((await engines[1].get("b1"))?.at);
    expect(air.log.map(({ key }) => key)).toEqual(["a1", "a2", "b1"]);
    expect((await engines[0].get("a2"))?.history.at(-1)?.detail).toContain("a later command");
  });

  test("an uplink shows what became of a command without an answer", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const commands = await start(the);
    commands.register(
      "akenza",
      radio(the, () => unanswered),
    );
    await commands.accept([asked("a1", "d1"), asked("b1", "d2")]);
    await the.time.runUntil(begin + minuteMs);
    expect((await commands.get("a1"))?.state).toBe("unknown");
    commands.observe("akenza", { device: "d1", at: begin + minuteMs, body: { data: { open: true } } });
    await the.time.runUntil(begin + 60 * minuteMs);
    expect((await commands.get("a1"))?.state).toBe("confirmed");
    expect((await commands.get("b1"))?.state).toBe("unknown");
    expect(commands.watched("akenza")).toEqual([]);
  });

  test("a condition that fails on an uplink confirms nothing and ends nothing", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const commands = await start(the);
    commands.register(
      "akenza",
      radio(the, () => accepted),
    );
    await commands.accept([asked("a1", "d1", { expect: "$number(data.open) = 1" })]);
    await the.time.settle();
    commands.observe("akenza", { device: "d1", at: begin + 1, body: { data: { open: "no number" } } });
    commands.observe("akenza", { device: "d1", at: begin + 2, body: { data: { open: "1" } } });
    await the.time.settle();
    expect((await commands.get("a1"))?.state).toBe("confirmed");
  });

  test("onUnknown: resend sends again what has no answer, and never says that none was carried out", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const commands = await start(the);
    const answers = new Map<string, SendResult[]>([
      ["ends-well", [unanswered, accepted]],
      ["spent", [unanswered, retryable(), unanswered, retryable()]],
      ["refused", [unanswered, rejected]],
      ["asked", [unanswered]],
    ]);
    const air = radio(the, ({ key }) => answers.get(key)?.shift() ?? accepted);
    commands.register("akenza", air);
    const onUnknown = "resend";
    await commands.accept([
      { ...order("ends-well", "d1"), onUnknown },
      { ...order("spent", "d2"), onUnknown },
      { ...order("refused", "d3"), onUnknown },
      { ...order("asked", "d4"), onUnknown: "ask" },
    ]);
    await the.time.runUntil(begin + 60 * minuteMs);
    expect(statesOf(await commands.get("ends-well"))).toEqual(again);
    expect((await commands.get("spent"))?.state).toBe("unknown");
    expect((await commands.get("refused"))?.state).toBe("rejected");
    expect((await commands.get("asked"))?.state).toBe("unknown");
    expect(air.log.filter(({ key }) => key === "spent")).toHaveLength(4);
    expect(air.log.filter(({ key }) => key === "asked")).toHaveLength(1);
  });

  test("onUnknown: resend sends again what a dead engine cut, before later ones of the device", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const dying = crashingPorts(the);
    const first = await start({ ...the, ...dying });
    first.register("akenza", { send: () => new Promise(() => undefined) });
    await first.accept([{ ...order("a1", "d1"), onUnknown: "resend" }, order("a2", "d1")]);
    await the.time.settle();
    dying.crash();
    const second = await start(the);
    const air = radio(the, () => accepted);
    second.register("akenza", air);
    await the.time.runUntil(begin + 60 * minuteMs);
    expect(air.log.map(({ key }) => key)).toEqual(["a1", "a2"]);
    expect(statesOf(await second.get("a1"))).toEqual(again);
  });
}

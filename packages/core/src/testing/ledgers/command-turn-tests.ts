import type { SendResult } from "../../commands/contracts.ts";
import { SignalboxError } from "../../errors/error.ts";
import type { TestKit } from "../test-kit.ts";
import { accepted, type CommandWorld, createCommandWorld, minuteMs, order, radio, start } from "./command-world.ts";
import { refusingChanges } from "./faulty-ports.ts";
import type { OpenInVirtualTime } from "./schedule-world.ts";

/** Rule 13 over what happens while a command waits for its turn at the sender. */
export function commandTurnTests({ test, expect }: TestKit, open: OpenInVirtualTime): void {
  test("what waits for its turn is not sent once a newer one has its place, though that came in two steps", async () => {
    const the = createCommandWorld(open);
    let isAway = false;
    const commands = await start({ ...the, store: refusingChanges(the.store, () => isAway) });
    const { air, letGo } = inTurn(the);
    commands.register("akenza", air);
    const [older, newer] = [order("a1", "d1"), order("a2", "d1")].map((each) => ({ ...each, supersedeKey: "valve" }));
    if (older === undefined || newer === undefined) throw new Error("there are two");
    await commands.accept([older]);
    await the.time.settle();
    isAway = true;
    await expect(commands.accept([newer])).rejects.toThrow("away");
    isAway = false;
    await commands.accept([newer]);
    letGo();
    await the.time.runUntil(the.time.clock.now() + minuteMs);
    expect(air.log.map(({ key }) => key)).toEqual(["a2"]);
    expect((await commands.get("a1"))?.state).toBe("superseded");
  });

  test("what is sent again goes before a later command of its device that waits for its turn", async () => {
    const the = createCommandWorld(open);
    const commands = await start(the);
    const { air, letGo } = inTurn(the, ({ key }) => (key === "a1" ? unknown : accepted));
    letGo();
    commands.register("akenza", air);
    await commands.accept([order("a1", "d1")]);
    await the.time.settle();
    const again = inTurn(the, () => accepted);
    commands.register("akenza", again.air);
    await commands.accept([order("a2", "d1")]);
    await the.time.settle();
    await commands.resend("a1", "ada");
    again.letGo();
    await the.time.runUntil(the.time.clock.now() + minuteMs);
    expect([...air.log, ...again.air.log].map(({ key }) => key)).toEqual(["a1", "a1", "a2"]);
  });
}

const unknown: SendResult = { status: "unknown", cause: new SignalboxError("COMMAND_SEND_FAILED", "no answer") };

/** A sender that lets nothing go until it is told to. */
function inTurn(
  the: CommandWorld,
  answer: Parameters<typeof radio>[1] = () => accepted,
): { air: ReturnType<typeof radio>; letGo: () => void } {
  let letGo: () => void = () => undefined;
  const turn = new Promise<void>((resolve) => (letGo = resolve));
  return { air: { ...radio(the, answer), ready: () => turn }, letGo };
}

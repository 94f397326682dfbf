import type { CommandsService } from "../../commands/commands.ts";
import type { Command, SendResult } from "../../commands/contracts.ts";
import { collect } from "../ledger-fixture.ts";
import type { TestKit } from "../test-kit.ts";
import { order, recorder } from "./command-orders.ts";

const accepted: SendResult = { status: "accepted" };

/** What a real store must carry of rule 13: places, pages, what takes the place of what, and open confirmations. */
export function commandStoreTests({ test, expect }: TestKit, start: () => Promise<CommandsService>): void {
  test("D13 a newer command takes the place of one that waits, and an expired one is not sent", async () => {
    const commands = await start();
    const supersedeKey = "target";
    await commands.accept([{ ...order("newer", "d1", 0), supersedeKey }, order("newer", "d1", 1)]);
    await commands.accept([
      { ...order("newer", "d1", 2), supersedeKey },
      { ...order("newer", "d2", 3), expiresAt: Date.now() - 1 },
      { ...order("newer", "d1", 4), isDryRun: true, supersedeKey },
    ]);
    const sender = recorder(() => accepted);
    const isOver = ({ connection, state }: Command): boolean =>
      connection === "newer" && (state === "accepted" || state === "expired");
    const done = collect(commands, 3, isOver);
    commands.register("newer", sender);
    await done;
    const found = await commands.list({ pipeline: "p newer", oldestFirst: true, limit: 10 });
    await commands.close();
    expect(sender.sent.toSorted()).toEqual(["newer d1 1", "newer d1 2"]);
    expect(Object.fromEntries(found.map(({ key, state }) => [key, state]))).toEqual({
      "newer d1 0": "superseded",
      "newer d1 1": "accepted",
      "newer d1 2": "accepted",
      "newer d2 3": "expired",
      "newer d1 4": "planned",
    });
  });

  test("D13 commands are found by message, device, pipeline, state and time, page by page", async () => {
    const commands = await start();
    const orders = Array.from({ length: 7 }, (_none, index) => ({
      ...order("paged", `d${index % 2}`, index),
      message: `paged ${index % 3}`,
    }));
    await commands.accept(orders);
    const keys: string[] = [];
    const query = { pipeline: "p paged", state: "queued", oldestFirst: true, limit: 3 } as const;
    for (let page = await commands.list(query); page.length > 0;) {
      keys.push(...page.map(({ key }) => key));
      const { at = "", key = "" } = page.at(-1) ?? {};
      page = await commands.list({ ...query, after: { at, key } });
    }
    expect(keys).toHaveLength(7);
    expect(new Set(keys)).toEqual(new Set(orders.map(({ key }) => key)));
    expect(await commands.list({ message: "paged 0", device: "d1", limit: 10 })).toMatchObject([{ key: "paged d1 3" }]);
    const [first] = await commands.list({ ...query, limit: 1 });
    const at = Date.parse(first?.at ?? "");
    expect(await commands.list({ pipeline: "p paged", until: at, limit: 10 })).toEqual([]);
    expect(await commands.list({ pipeline: "p paged", since: at, limit: 10 })).toHaveLength(7);
    await commands.close();
  });

  test("D13 a command waits for its uplink over a restart", async () => {
    const first = await start();
    first.register(
      "heard",
      recorder(() => accepted),
    );
    const isAccepted = collect(first, 1, ({ connection, state }) => connection === "heard" && state === "accepted");
    const confirm = { expect: "open = $command.payload.index", withinMs: 60_000, otherwise: "alert" } as const;
    await first.accept([{ ...order("heard", "d1", 0), confirm }]);
    await isAccepted;
    await first.close();
    const second = await start();
    expect(second.watched("heard")).toMatchObject([{ device: "d1" }]);
    const confirmed = collect(second, 1, ({ connection }) => connection === "heard");
    second.observe("heard", { device: "d1", at: Date.now(), body: { open: 1 } });
    second.observe("heard", { device: "d1", at: Date.now(), body: { open: 0 } });
    expect((await confirmed)[0]).toMatchObject({ state: "confirmed", attempts: 1 });
    expect(second.watched("heard")).toEqual([]);
    await second.close();
  });

  test("D13 people cancel what waits and send what is unknown again", async () => {
    const commands = await start();
    const answers: SendResult[] = [];
    const sender = recorder(() => answers.shift() ?? accepted);
    const away = commands.register("hands", {
      send: () => Promise.reject(new Error("nobody knows")),
    });
    const isUnknown = collect(commands, 1, ({ connection, state }) => connection === "hands" && state === "unknown");
    await commands.accept([order("hands", "d1", 0)]);
    await isUnknown;
    away();
    await commands.accept([order("hands", "d1", 1), order("hands", "d1", 2)]);
    await commands.cancel("hands d1 1", "ada");
    expect(await commands.resend("hands d1 0", "ada")).toMatchObject({ state: "queued", attempts: 1 });
    const done = collect(commands, 2, ({ connection, state }) => connection === "hands" && state === "accepted");
    commands.register("hands", sender);
    await done;
    await commands.close();
    // The older one keeps its place.
    expect(sender.sent).toEqual(["hands d1 0", "hands d1 2"]);
  });
}

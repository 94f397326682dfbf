import { systemClock } from "../../clock.ts";
import { createCommands, type CommandsService } from "../../commands/commands.ts";
import type { Command, NewCommand, SendResult } from "../../commands/contracts.ts";
import { CommandLedger } from "../../commands/ledger.ts";
import { change } from "../../commands/transitions.ts";
import { SignalboxError } from "../../errors/error.ts";
import { silentLogger } from "../../log.ts";
import { crashingPorts } from "../crashing-ports.ts";
import { collect, type LedgerFixture, type LedgerSuite } from "../ledger-fixture.ts";
import { createManualClock } from "../manual-clock.ts";
import type { TestKit } from "../test-kit.ts";
import { isEnded, order, recorder } from "./command-orders.ts";
import { commandStoreTests } from "./command-store-tests.ts";

const cause = new SignalboxError("COMMAND_SEND_FAILED", "503 Service Unavailable", { isRetryable: true });
const accepted: SendResult = { status: "accepted", detail: "202" };
const retryable: SendResult = { status: "retryable", cause };

/** Rule 13 of the law on a real store and queue in real time. The same number of tests for each. */
export function commandsSuite(kit: TestKit, suite: LedgerSuite): void {
  const { describe, beforeAll, afterAll, test, expect } = kit;
  const title = suite.skip === undefined ? suite.name : `${suite.name} (skipped: ${suite.skip})`;

  describe.skipIf(suite.skip !== undefined)(`commands: ${title}`, () => {
    let fixture: LedgerFixture;
    beforeAll(async () => {
      fixture = await suite.setup();
    });
    afterAll(() => fixture.stop());

    async function start(ports: Pick<LedgerFixture, "store" | "queue"> = fixture): Promise<CommandsService> {
      const { store, queue } = ports;
      const commands = createCommands({ store, queue, clock: systemClock, log: silentLogger, random: () => 0 });
      await commands.open();
      return commands;
    }

    /** Each test has a connection of its own, so that none takes what another left. */
    function orders(connection: string, devices: readonly string[]): NewCommand[] {
      return devices.map((device, index) => order(connection, device, index));
    }

    function end(commands: CommandsService, connection: string, count: number): Promise<readonly Command[]> {
      return collect(commands, count, (change) => change.connection === connection && isEnded(change));
    }

    test("D13 a command is recorded as sent before it leaves, and accepted with the answer", async () => {
      const commands = await start();
      const during: (string | undefined)[] = [];
      commands.register("plain", {
        async send({ key, payload }) {
          during.push((await commands.get(key))?.state);
          return { status: "accepted", detail: JSON.stringify(payload) };
        },
      });
      const done = end(commands, "plain", 1);
      await commands.accept(orders("plain", ["d1"]));
      const [command] = await done;
      expect(during).toEqual(["sent"]);
      expect(command?.history.map(({ state, attempt }) => [state, attempt])).toEqual([
        ["queued", 0],
        ["sent", 1],
        ["accepted", 1],
      ]);
      expect(command?.history.at(-1)?.detail).toBe('{"index":0}');
      expect(await commands.get("plain d1 0")).toEqual(command);
      expect(await commands.list({ device: "d1", pipeline: "p plain", state: "accepted", limit: 5 })).toEqual([
        command,
      ]);
      expect(await commands.list({ device: "d1", pipeline: "p plain", state: "queued", limit: 5 })).toEqual([]);
      await commands.close();
    });

    test("D13 a key that is known is not taken twice", async () => {
      const commands = await start();
      const sender = recorder(() => accepted);
      commands.register("twice", sender);
      const done = end(commands, "twice", 2);
      const [first, second] = orders("twice", ["d1", "d2"]);
      if (first === undefined || second === undefined) throw new Error("two orders");
      await commands.accept([first]);
      await commands.accept([first, second, first]);
      await done;
      await commands.accept([first]);
      await commands.close();
      expect(sender.sent.toSorted()).toEqual([first.key, second.key]);
    });

    test("D13 the commands of a device go out in order, also over a retry; other devices do not wait", async () => {
      const commands = await start();
      const other = end(commands, "order", 1);
      // The first command of `slow` is refused at least once, and until the other device has got its own.
      let isFree = false;
      let refusals = 0;
      void other.then(() => (isFree = true));
      const sender = recorder(({ device }) => {
        if (device === "fast" || (isFree && refusals > 0)) return accepted;
        refusals += 1;
        return retryable;
      });
      commands.register("order", sender);
      const done = end(commands, "order", 6);
      await commands.accept(orders("order", ["slow", "slow", "slow", "slow", "slow", "fast"]));
      await done;
      await commands.close();
      const slow = sender.sent.filter((key) => key.includes("slow"));
      expect([...new Set(slow)]).toEqual([0, 1, 2, 3, 4].map((index) => `order slow ${index}`));
      expect(slow).toEqual(slow.toSorted());
      const [first] = (await commands.list({ device: "slow", limit: 5 })).toReversed();
      expect(first?.attempts).toBeGreaterThan(1);
      expect(first?.history[2]).toMatchObject({
        state: "queued",
        detail: "COMMAND_SEND_FAILED: 503 Service Unavailable",
      });
    });

    test("D13 refused, spent and unanswered commands end as what they are and are not sent again", async () => {
      const commands = await start();
      const sender = recorder(({ device }) => {
        if (device === "spent") return retryable;
        if (device === "refused") return { status: "rejected", cause };
        if (device === "silent") return { status: "unknown", cause };
        throw new Error("the sender broke");
      });
      commands.register("ends", sender);
      const done = end(commands, "ends", 4);
      const four = orders("ends", ["spent", "refused", "silent", "broken"]).map((each) => ({
        ...each,
        maxAttempts: 3,
      }));
      await commands.accept(four);
      await done;
      await commands.accept(four);
      await commands.close();
      const states = await Promise.all(
        ["spent 0", "refused 1", "silent 2", "broken 3"].map(async (key) => (await commands.get(`ends ${key}`))?.state),
      );
      expect(states).toEqual(["failed", "rejected", "unknown", "unknown"]);
      expect(sender.sent.filter((key) => key === "ends spent 0")).toHaveLength(3);
      expect(sender.sent).toHaveLength(6);
    });

    test("D13 a command without a sender waits, and goes out when there is one", async () => {
      const commands = await start();
      await commands.accept(orders("late", ["d1"]));
      expect(await commands.get("late d1 0")).toMatchObject({ state: "queued", attempts: 0 });
      const sender = recorder(() => accepted);
      const done = end(commands, "late", 1);
      const away = commands.register("late", sender);
      await done;
      away();
      await commands.close();
      expect(sender.sent).toEqual(["late d1 0"]);
    });

    test("D13 a process that dies after a request left leaves it unknown, never sent again; the next one goes on", async () => {
      const dying = crashingPorts(fixture);
      const first = await start(dying);
      const left = new Promise<string>((resolve) => {
        first.register("cut", {
          send({ key }) {
            resolve(key);
            return new Promise(() => undefined);
          },
        });
      });
      await first.accept(orders("cut", ["d1", "d1"]));
      expect(await left).toBe("cut d1 0");
      dying.crash();
      const second = await start();
      const sender = recorder(() => accepted);
      const done = end(second, "cut", 2);
      second.register("cut", sender);
      const ended = await done;
      await second.close();
      expect(ended.map(({ key, state }) => [key, state])).toEqual([
        ["cut d1 0", "unknown"],
        ["cut d1 1", "accepted"],
      ]);
      expect(sender.sent).toEqual(["cut d1 1"]);
    });

    test("D13 a process that waits for its turn to send leaves its commands queued when it dies", async () => {
      const dying = crashingPorts(fixture);
      const first = await start(dying);
      const isWaiting = new Promise<void>((resolve) => {
        first.register("turn", {
          ready() {
            resolve();
            return new Promise(() => undefined);
          },
          send: () => Promise.reject(new Error("it is not its turn")),
        });
      });
      await first.accept(orders("turn", ["d1"]));
      await isWaiting;
      dying.crash();
      const second = await start();
      const sender = recorder(() => accepted);
      const done = end(second, "turn", 1);
      second.register("turn", sender);
      expect((await done).map(({ state, attempts }) => [state, attempts])).toEqual([["accepted", 1]]);
      await second.close();
    });

    test("D13 a command recorded by a process that died before it was queued goes out", async () => {
      const dying = crashingPorts(fixture);
      const first = await start(dying);
      dying.crashAt({ call: 2, side: "before" });
      void first.accept(orders("lost", ["d1"]));
      await dying.crashed;
      const second = await start();
      expect(await second.get("lost d1 0")).toMatchObject({ state: "queued", attempts: 0 });
      const done = end(second, "lost", 1);
      second.register(
        "lost",
        recorder(() => accepted),
      );
      expect((await done).map(({ state }) => state)).toEqual(["accepted"]);
      await second.close();
    });

    test("D13 of two engines one sends each command", async () => {
      const engines = [await start(), await start()];
      const sender = recorder(() => accepted);
      const devices = Array.from({ length: 40 }, (_none, index) => `d${index % 10}`);
      let left = devices.length;
      const done = new Promise<void>((resolve) => {
        for (const engine of engines) {
          engine.onChange((change) => {
            if (change.connection === "pair" && isEnded(change) && --left === 0) resolve();
          });
          engine.register("pair", sender);
        }
      });
      const all = orders("pair", devices);
      await Promise.all(engines.map((engine) => engine.accept(all)));
      await done;
      await Promise.all(engines.map((engine) => engine.close()));
      expect(sender.sent.toSorted()).toEqual(all.map(({ key }) => key).toSorted());
    });

    commandStoreTests(kit, start);

    test("D13 an ended command is forgotten by the time of its last end, not of its being taken", async () => {
      // A time of its own, long past: what other tests left is younger.
      const clock = createManualClock(Date.UTC(2001, 0, 1));
      const ledger = new CommandLedger(fixture.store, clock);
      const dayMs = 86_400_000;
      const retention = { ageMs: 30 * dayMs, rows: 1_000_000 };
      const keys = ["once", "again"].map((name) => `forgotten ${name} 0`);
      const taken = await ledger.add([order("forgotten", "once", 0), order("forgotten", "again", 0)]);
      for (const held of taken) await ledger.change(held, change(held.record, "failed", { now: clock.now() }));
      clock.advance(29 * dayMs);
      const again = await ledger.get("forgotten again 0");
      if (again === undefined) throw new Error("it was not taken");
      await ledger.change(again, change(again.record, "accepted", { now: clock.now(), by: "ada" }));
      const left = async (): Promise<readonly boolean[]> =>
        Promise.all(keys.map(async (key) => (await ledger.get(key)) !== undefined));
      clock.advance(2 * dayMs);
      expect([await ledger.prune(retention), await left()]).toEqual([1, [false, true]]);
      clock.advance(29 * dayMs);
      expect([await ledger.prune(retention), await left()]).toEqual([1, [false, false]]);
    });
  });
}

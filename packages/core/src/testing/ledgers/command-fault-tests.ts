import type { Queue } from "../../ports/queue.ts";
import type { Store } from "../../ports/store.ts";
import type { CommandSender, SendResult } from "../../commands/contracts.ts";
import { crashingPorts, type CrashPoint } from "../crashing-ports.ts";
import type { TestKit } from "../test-kit.ts";
import {
  accepted,
  type CommandWorld,
  createCommandWorld,
  ledger,
  minuteMs,
  order,
  radio,
  rejected,
  retryable,
  type Sent,
  start,
} from "./command-world.ts";
import { givingOutTwice, handingOver, losingAnswers, refusingChanges, refusingJobs } from "./faulty-ports.ts";
import type { OpenInVirtualTime } from "./schedule-world.ts";

/** Rule 13 over crashes at every step, outages and engines that take each other's work over. */
export function commandFaultTests({ test, expect }: TestKit, open: OpenInVirtualTime): void {
  test("a store that is away when the answer comes gets it later, and nothing is sent again", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    let isAway = false;
    const air = radio(the, () => {
      isAway = true;
      return accepted;
    });
    const commands = await start({ ...the, store: refusingChanges(the.store, () => isAway) });
    commands.register("akenza", air);
    await commands.accept([order("a1", "d1"), order("a2", "d1")]);
    await the.time.runUntil(begin + 20_000);
    expect(await commands.get("a1")).toMatchObject({ state: "sent", attempts: 1 });
    isAway = false;
    await the.time.runUntil(begin + 24_000);
    isAway = false;
    await the.time.runUntil(begin + 2 * minuteMs);
    expect(air.log.map(({ key }) => key)).toEqual(["a1", "a2"]);
    expect(await commands.get("a1")).toMatchObject({ state: "accepted", attempts: 1 });
  });

  test("an acceptance that failed halfway is completed when it is repeated", async () => {
    const the = createCommandWorld(open);
    let isAway = true;
    const queue = refusingJobs(the.queue, () => isAway);
    const commands = await start({ ...the, queue });
    const air = radio(the, () => accepted);
    commands.register("akenza", air);
    await the.time.settle();
    await expect(commands.accept([order("a1", "d1")])).rejects.toThrow("away");
    isAway = false;
    await commands.accept([order("a1", "d1")]);
    await the.time.settle();
    expect(air.log.map(({ key }) => key)).toEqual(["a1"]);
    expect((await commands.get("a1"))?.state).toBe("accepted");
  });

  test("a sender that comes while the queue is away gets its waiting commands once the queue is back", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    let isAway = false;
    const queue = refusingJobs(the.queue, () => isAway);
    const commands = await start({ ...the, queue });
    await commands.accept([order("a1", "d1")]);
    await the.time.runUntil(begin + minuteMs);
    expect(await the.queue.remove("commands-akenza", "akenza/d1")).toBe(true);
    isAway = true;
    const air = radio(the, () => accepted);
    commands.register("akenza", air);
    await the.time.runUntil(begin + 2 * minuteMs);
    expect(air.log).toEqual([]);
    isAway = false;
    await the.time.runUntil(begin + 2 * minuteMs + 6_000);
    expect(air.log.map(({ key }) => key)).toEqual(["a1"]);
  });

  test("a store that took the sending and could not say so makes no command unknown, on whatever engine", async () => {
    const the = createCommandWorld(open);
    const air = radio(the, () => accepted);
    let lost = 0;
    const ports = { ...the, store: losingAnswers(the.store, () => (lost += 1) === 1) };
    const [commands, beside] = [await start(ports), await start(ports)];
    commands.register("akenza", air);
    beside.register("akenza", air);
    await commands.accept([order("a1", "d1"), order("a2", "d1")]);
    await the.time.runUntil(the.time.clock.now() + minuteMs);
    expect(air.log.map(({ key }) => key)).toEqual(["a1", "a2"]);
    const { history = [], attempts } = (await commands.get("a1")) ?? {};
    expect(history.map(({ state }) => state)).toEqual(["queued", "sent", "accepted"]);
    expect(attempts).toBe(1);
  });

  test("D13 what a newer one replaces while its sending is recorded is not sent any more", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    let isLost = true;
    const air = radio(the, () => accepted);
    const slow = await start({ ...the, store: losingAnswers(the.store, () => isLost) });
    const other = await start(the);
    slow.register("akenza", air);
    await slow.accept([{ ...order("open", "d1"), supersedeKey: "valve" }]);
    await the.time.runUntil(begin + 500);
    expect((await other.get("open"))?.state).toBe("sent");
    await other.accept([{ ...order("close", "d1"), supersedeKey: "valve" }]);
    isLost = false;
    await the.time.runUntil(begin + minuteMs);
    expect(air.log.map(({ key }) => key)).toEqual(["close"]);
    expect(await other.get("open")).toMatchObject({ state: "superseded", attempts: 0 });
  });

  test("an answer that the store does not take for a while is kept from engines that would give the command up", async () => {
    const the = createCommandWorld(open);
    let isAway = false;
    const air = radio(the, () => {
      isAway = true;
      return accepted;
    });
    const ports = { ...the, store: refusingChanges(the.store, () => isAway) };
    const [commands, beside] = [await start(ports), await start(the)];
    commands.register("akenza", air);
    beside.register("akenza", air);
    await commands.accept([{ ...order("a1", "d1"), onUnknown: "resend" }]);
    await the.time.runUntil(the.time.clock.now() + minuteMs);
    isAway = false;
    await the.time.runUntil(the.time.clock.now() + minuteMs);
    expect(air.log).toHaveLength(1);
    const { history = [] } = (await commands.get("a1")) ?? {};
    expect(history.map(({ state }) => state)).toEqual(["queued", "sent", "accepted"]);
  });

  test("a job given out twice sends its command once", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    const sent: string[] = [];
    const commands = await start({ ...the, queue: givingOutTwice(the.queue) });
    commands.register("akenza", {
      send: ({ key }) => {
        sent.push(key);
        return new Promise((resolve) => void the.time.clock.setTimer(() => resolve(accepted), 5_000));
      },
    });
    await commands.accept([order("a1", "d1")]);
    await the.time.runUntil(begin + minuteMs);
    expect(sent).toEqual(["a1"]);
    const { history = [] } = (await commands.get("a1")) ?? {};
    expect(history.map(({ state }) => state)).toEqual(["queued", "sent", "accepted"]);
  });

  test("an answer that comes after another engine gave the command up is recorded all the same", async () => {
    const the = createCommandWorld(open);
    const begin = the.time.clock.now();
    let answer: (result: SendResult) => void = () => undefined;
    const slow = await start(the);
    slow.register("akenza", { send: () => new Promise((resolve) => (answer = resolve)) });
    await slow.accept([order("a1", "d1")]);
    await the.time.settle();
    // The queue takes the job from an engine that stood still, and another one finds the command sent.
    const job = { topic: "commands-akenza", id: "akenza/d1" };
    const other = await start({ ...the, queue: handingOver(the.queue, job) });
    other.register(
      "akenza",
      radio(the, () => accepted),
    );
    await the.time.settle();
    expect((await other.get("a1"))?.state).toBe("unknown");
    answer(accepted);
    await the.time.runUntil(begin + minuteMs);
    const command = await other.get("a1");
    expect(command?.history.map(({ state }) => state)).toEqual(["queued", "sent", "unknown", "accepted"]);
  });

  test("a process that dies at any step loses no command and sends none again after its acceptance", async () => {
    const whole = await survive(createCommandWorld(open), { call: Number.MAX_SAFE_INTEGER, side: "before" });
    expect(whole.calls).toBeGreaterThan(25);
    expect(whole.states).toEqual({ a1: "accepted", a2: "accepted", b1: "rejected", c1: "failed" });
    for (let call = 1; call <= whole.calls; call += 1) {
      for (const side of ["before", "after"] as const) {
        const { states, log, cut } = await survive(createCommandWorld(open), { call, side });
        const where = `dying ${side} call ${call}`;
        const sends = (key: string): readonly Sent[] => log.filter((sent) => sent.key === key);
        for (const [key, state] of Object.entries(states)) {
          // Unknown is what the crash cut between sending and recording, and nothing else.
          if (state === "unknown") expect(cut, `${where}: ${key}`).toContain(key);
          else expect(state, `${where}: ${key}`).toBe(whole.states[key]);
          const last = sends(key).findIndex(({ result }) => result.status !== "retryable");
          if (last !== -1) expect(sends(key), `${where}: ${key}`).toHaveLength(last + 1);
        }
        const keys = log.map(({ key }) => key);
        if (keys.includes("a2")) expect(keys.lastIndexOf("a1"), where).toBeLessThan(keys.indexOf("a2"));
      }
    }
  });
}

const scenario = [order("a1", "a"), order("a2", "a"), order("b1", "b"), order("c1", "c")];

/** Two processes one after the other; the source delivers again what the first had not taken durably. */
async function survive(the: CommandWorld, point: CrashPoint): Promise<Survival> {
  const tries = new Map<string, number>();
  const air = radio(the, ({ key }) => {
    const attempt = (tries.get(key) ?? 0) + 1;
    tries.set(key, attempt);
    if (key === "a1") return attempt === 1 ? retryable() : accepted;
    if (key === "b1") return rejected;
    return key === "c1" ? retryable() : accepted;
  });
  const dying = crashingPorts(the);
  dying.crashAt(point);
  void live(the, dying, air);
  const begin = the.time.clock.now();
  await Promise.race([dying.crashed, the.time.runUntil(begin + 5 * minuteMs)]);
  const calls = dying.calls();
  dying.crash();
  await the.time.settle();
  const cut = (await ledger(the).list({ state: "sent", limit: 10 })).map(({ key }) => key);
  const left = await start(the);
  left.register("akenza", air);
  await left.accept(scenario);
  await the.time.runUntil(the.time.clock.now() + 10 * minuteMs);
  const states: Record<string, string | undefined> = {};
  for (const { key } of scenario) states[key] = (await left.get(key))?.state;
  await left.close();
  return { states, log: air.log, cut, calls };
}

async function live(the: CommandWorld, ports: { store: Store; queue: Queue }, air: CommandSender): Promise<void> {
  const commands = await start({ ...the, ...ports });
  commands.register("akenza", air);
  await commands.accept(scenario);
}

interface Survival {
  readonly states: Readonly<Record<string, string | undefined>>;
  /** Requests as they arrived at the other side, over both processes. */
  readonly log: readonly Sent[];
  /** Commands the first process left as sent. */
  readonly cut: readonly string[];
  /** Uses of the ports by the first process. */
  readonly calls: number;
}

import { webhookRows } from "../components/sources/webhook-rows.ts";
import { crashingPorts } from "./crashing-ports.ts";
import type { LedgerFixture } from "./ledger-fixture.ts";
import type { TestKit } from "./test-kit.ts";
import { answerless, claimingStore, type RunningWebhook, type WebhookEngines } from "./webhook-engines.ts";

const minuteMs = 60_000;
const settlement = { delivered: 1, discarded: 0, deadLettered: 0, parked: 0 };

/** What a webhook's window of remembered ids promises, on a real store. Not here: what was answered and is not settled. */
export function webhookWindowTests(
  { test, expect }: TestKit,
  { engines, fixture }: { engines: WebhookEngines; fixture: () => LedgerFixture },
): void {
  const { start, clock } = engines;
  const rows = () => webhookRows(fixture().store);

  /** Sees that nothing but `key` comes out of the source. */
  async function expectNext(running: RunningWebhook, key: string): Promise<void> {
    const answer = running.post(key, key);
    const { message, ack } = await running.next();
    expect(message.id).toBe(key);
    ack(settlement);
    await answer;
  }

  /** Waits until `count` rows are found; `stepMs` passes each time that they are not. */
  async function untilCount(where: Readonly<Record<string, string>>, count: number, stepMs = 0): Promise<void> {
    while ((await rows().count(where)) !== count) {
      clock.advance(stepMs);
      // A store in memory would let nothing else have a turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  const untilAnswered = (pipeline: string, count: number, stepMs?: number): Promise<void> =>
    untilCount({ answered: pipeline }, count, stepMs);

  for (const [respond, status, body] of [
    ["accepted", 202, { id: "k1" }],
    ["settled", 200, { id: "k1", ...settlement }],
  ] as const) {
    const name = (test: string): string => `window-${respond}-${test}`;
    const fields = `respond: ${respond}`;

    test(`D6 ${respond}: a repetition gets the first answer and makes no message, also of the next engine`, async () => {
      const first = await start(name("again"), { fields });
      const answer = first.post("k1", 1);
      (await first.next()).ack(settlement);
      expect(await answer).toEqual({ status, body, isReplayed: false });
      expect(await first.post("k1", 1)).toEqual({ status, body, isReplayed: true });
      await first.stop();
      const second = await start(name("again"), { fields });
      expect(await second.post("k1", 1)).toEqual({ status, body, isReplayed: true });
      await expectNext(second, "k2");
      expect(second.source.status?.().detail).toContain("1 messages taken, 1 repeated, 0 requests refused");
    });

    test(`D6 ${respond}: a key that comes again with another request is 422, before and after it is settled`, async () => {
      const running = await start(name("other"), { fields });
      const answer = running.post("k1", { a: 1 });
      const { ack } = await running.next();
      const refusal = { status: 422, body: { code: "WEBHOOK_KEY_REUSED" } };
      expect(await running.post("k1", { a: 2 })).toMatchObject(refusal);
      ack(settlement);
      await answer;
      await running.stop();
      const next = await start(name("other"), { fields });
      expect(await next.post("k1", { a: 2 })).toMatchObject(refusal);
      expect(await next.post("k1", { a: 1 }, "/hook/d2")).toMatchObject(refusal);
      expect(await next.post("k1", { a: 1 }, "/hook/d1?x=1")).toMatchObject(refusal);
      expect(await next.post("k1", { a: 1 })).toMatchObject({ status, isReplayed: true });
      await expectNext(next, "k2");
    });

    test(`D6 ${respond}: where the author says what the id is, the rest of the request may differ`, async () => {
      const running = await start(name("own"), { fields: `${fields}, id: event` });
      const answer = running.post(undefined, { event: "k1", try: 1 });
      (await running.next()).ack(settlement);
      await answer;
      const again = await running.post("a key of the sender", { event: "k1", try: 2 });
      expect(again).toEqual({ status, body, isReplayed: true });
    });

    test(`D6 ${respond}: answers go by age and by number, and requests without an id leave nothing`, async () => {
      const pipeline = name("pruned");
      const running = await start(pipeline, { fields: `${fields}, idempotency: { window: 90m, keep: 2 }` });
      const nameless = running.post(undefined, 0);
      (await running.next()).ack(settlement);
      await nameless;
      for (const key of ["k1", "k2", "k3"]) {
        await expectNext(running, key);
        // In order to the millisecond.
        clock.advance(1);
      }
      await untilAnswered(pipeline, 3);
      await untilAnswered(pipeline, 2, minuteMs);
      const agedFrom = clock.now();
      await expectNext(running, "k1");
      expect(await running.post("k3", "k3")).toMatchObject({ isReplayed: true });
      await untilAnswered(pipeline, 0, minuteMs);
      expect(clock.now() - agedFrom).toBeGreaterThanOrEqual(90 * minuteMs);
      await expectNext(running, "k3");
      await running.stop();
      expect(await rows().count({ pipeline })).toBe(0);
    });

    test(`D6 ${respond}: idempotency: off forgets an id with its message`, async () => {
      const running = await start(name("off"), { fields: `${fields}, idempotency: off` });
      await expectNext(running, "k1");
      await expectNext(running, "k1");
      await running.stop();
      expect(await rows().count({ pipeline: name("off") })).toBe(0);
    });

    test(`D5 D6 ${respond}: a process that dies once the answer is remembered leaves no second message`, async () => {
      const ports = crashingPorts(fixture());
      const dying = await start(name("after"), { fields, store: ports.store });
      dying.post("k1", 1).catch(() => undefined);
      const { ack } = await dying.next();
      ports.crashAt({ call: 1, side: "after" });
      ack(settlement);
      await ports.crashed;
      clock.advance(20_000);
      expect(await rows().count({ pipeline: name("after") })).toBe(0);
      const heir = await start(name("after"), { fields });
      expect(await heir.post("k1", 1)).toEqual({ status, body, isReplayed: true });
      await expectNext(heir, "k2");
    });

    test(`D6 ${respond}: an answer that cannot be remembered at once is remembered later`, async () => {
      let isDown = false;
      const store = answerless(fixture().store, () => isDown);
      const running = await start(name("late"), { fields, store });
      const answer = running.post("k1", 1);
      const { ack } = await running.next();
      isDown = true;
      ack(settlement);
      await clock.whenTimer((delayMs) => delayMs === 1_000);
      isDown = false;
      clock.advance(1_000);
      expect(await answer).toMatchObject({ status, isReplayed: false });
      await untilAnswered(name("late"), 1);
      expect(await running.post("k1", 1)).toEqual({ status, body, isReplayed: true });
    });
  }

  test("D5 D6 accepted: a process that dies before the answer is remembered leaves the message, under its id", async () => {
    const ports = crashingPorts(fixture());
    const dying = await start("window-before", { store: ports.store });
    expect(await dying.post("k1", 1)).toMatchObject({ status: 202 });
    const { ack } = await dying.next();
    ports.crashAt({ call: 1, side: "before" });
    ack(settlement);
    await ports.crashed;
    clock.advance(20_000);
    const heir = await start("window-before");
    expect(await heir.post("k1", 1)).toMatchObject({ status: 202, body: { id: "k1" }, isReplayed: true });
    const again = await heir.next();
    expect(again.message).toMatchObject({ id: "k1", body: 1 });
    again.ack(settlement);
    await expectNext(heir, "k2");
  });

  test("D6 a repetition that comes while its message is being taken over makes no second one", async () => {
    const pipeline = "window-claimed";
    const ports = crashingPorts(fixture());
    expect(await (await start(pipeline, { store: ports.store })).post("k1", 1)).toMatchObject({ status: 202 });
    ports.crash();
    clock.advance(20_000);
    let open: (heir: RunningWebhook) => void = () => undefined;
    const opened = new Promise<RunningWebhook>((resolve) => (open = resolve));
    const answers: unknown[] = [];
    const onClaim = async (): Promise<void> => void answers.push(await (await opened).post("k1", 1));
    const heir = await start(pipeline, { store: claimingStore(fixture().store, onClaim) });
    open(heir);
    const { message, ack } = await heir.next();
    expect(message.id).toBe("k1");
    expect(answers).toEqual([{ status: 202, body: { id: "k1" }, isReplayed: true }]);
    await expectNext(heir, "k2");
    ack(settlement);
  });

  test("D5 D6 settled: a process that dies before the answer is remembered lets its caller try again", async () => {
    const ports = crashingPorts(fixture());
    const fields = "respond: settled";
    const dying = await start("window-unanswered", { fields, store: ports.store });
    let isAnswered = false;
    const answer = dying.post("k1", "k1").then(() => (isAnswered = true));
    answer.catch(() => undefined);
    const { ack } = await dying.next();
    ports.crashAt({ call: 1, side: "before" });
    ack(settlement);
    await ports.crashed;
    await expectNext(await start("window-unanswered", { fields }), "k1");
    // Else it would have no reason to try again.
    expect(isAnswered).toBe(false);
  });

  test("D6 an answer that says that a request was not taken is not remembered", async () => {
    const running = await start("window-refused", { fields: "respond: settled" });
    const answer = running.post("k1", "k1");
    (await running.next()).nack(new Error("stopping"));
    expect(await answer).toMatchObject({ status: 503 });
    await expectNext(running, "k1");
  });

  test("D6 a repetition that the store could not be asked about takes nothing away from the first answer", async () => {
    let isDown = false;
    const pipeline = "window-doubtful";
    const running = await start(pipeline, { store: answerless(fixture().store, () => isDown) });
    await expectNext(running, "k1");
    await untilAnswered(pipeline, 1);
    isDown = true;
    expect(await running.post("k1", "k1")).toMatchObject({ status: 503 });
    expect(await running.post("k2", "k2")).toMatchObject({ status: 503 });
    isDown = false;
    // The one that was refused and got into the store all the same goes at the next beat.
    await untilCount({ pipeline }, 0, 5_000);
    expect(await running.post("k1", "k1")).toMatchObject({ status: 202, isReplayed: true });
    await expectNext(running, "k2");
  });

  test("D6 two engines that get one request each make one message of it", async () => {
    const [first, second] = [await start("window-two"), await start("window-two")];
    const answers = await Promise.all([first.post("k1", 1), second.post("k1", 1)]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(answers.filter(({ isReplayed }) => isReplayed).length).toBe(1);
    const loser = answers[0].isReplayed ? first : second;
    await expectNext(loser, "k2");
  });
}

import { webhookRows } from "../components/sources/webhook-rows.ts";
import { SignalboxError } from "../errors/error.ts";
import { crashingPorts } from "./crashing-ports.ts";
import type { LedgerFixture } from "./ledger-fixture.ts";
import type { TestKit } from "./test-kit.ts";
import { answerless, claimingStore, type RunningWebhook, type WebhookEngines } from "./webhook-engines.ts";

const beatMs = 5_000;
const hourMs = 3_600_000;

/** In which order a webhook's messages come over restarts and steps of the clock, and what callers hear meanwhile. */
export function webhookOrderTests(
  { test, expect }: TestKit,
  { engines, fixture }: { engines: WebhookEngines; fixture: () => LedgerFixture },
): void {
  const { start, clock } = engines;

  async function nextIds(running: RunningWebhook, count: number): Promise<string[]> {
    const ids: string[] = [];
    while (ids.length < count) {
      const { message, ack } = await running.next();
      ids.push(message.id);
      ack();
    }
    return ids;
  }

  test("D7 kept messages come in order of arrival, within one millisecond and when the clock steps back", async () => {
    let ahead = 0;
    const aheadMs = (): number => ahead;
    const first = await start("stepped", { aheadMs });
    // Their keys are in the opposite order.
    for (const id of ["f", "e"]) await first.post(id, id);
    ahead = -hourMs;
    await first.post("d", "d");
    await first.stop();
    const second = await start("stepped", { aheadMs });
    for (const id of ["c", "b"]) await second.post(id, id);
    ahead = -2 * hourMs;
    await second.post("a", "a");
    await second.stop();
    expect(await nextIds(await start("stepped"), 6)).toEqual(["f", "e", "d", "c", "b", "a"]);
  });

  for (const respond of ["accepted", "settled"]) {
    test(`D5 D7 ${respond}: what a stopped engine left comes before what comes anew, whatever it answered`, async () => {
      const pipeline = `left-${respond}`;
      const first = await start(pipeline);
      for (const id of ["k1", "k2"]) await first.post(id, id);
      await first.stop();
      let call: () => void = () => undefined;
      const called = new Promise<void>((resolve) => (call = resolve));
      const fields = `respond: ${respond}`;
      const heir = await start(pipeline, { fields, store: claimingStore(fixture().store, () => called) });
      const answer = heir.post("k3", "k3");
      // An `accepted` one has its answer while the others are still to be taken over.
      if (respond === "accepted") expect(await answer).toMatchObject({ status: 202 });
      call();
      expect(await nextIds(heir, 3)).toEqual(["k1", "k2", "k3"]);
      expect(await answer).toMatchObject({ status: respond === "accepted" ? 202 : 200 });
    });
  }

  test("D5 what a killed engine left is taken over in time, also when its clock was an hour ahead", async () => {
    const ports = crashingPorts(fixture());
    const dying = await start("ahead", { store: ports.store, aheadMs: () => hourMs });
    await dying.post("m1", 1);
    ports.crash();
    const heir = await start("ahead");
    const diedAt = clock.now();
    const taken = nextIds(heir, 1).then(() => clock.now() - diedAt);
    const isTaken = taken.then(() => true);
    do {
      clock.advance(beatMs);
      await webhookRows(fixture().store).count();
    } while (!(await Promise.race([isTaken, Promise.resolve(false)])));
    expect(await taken).toBeGreaterThanOrEqual(15_000);
    expect(await taken).toBeLessThan(hourMs);
  });

  test("a store that is away when a webhook opens, or closes under it, is no fault of its callers", async () => {
    const first = await start("away");
    await first.post("k1", "k1");
    await first.stop();
    let isDown = true;
    const away = await start("away", { store: answerless(fixture().store, () => isDown) });
    expect(away.source.status?.().state).toBe("connecting");
    const refusal = { status: 503, retryAfter: "1" };
    expect(await away.post("k2", "k2")).toMatchObject({ ...refusal, body: { code: "STORE_UNREACHABLE" } });
    isDown = false;
    expect(await away.post("k2", "k2")).toMatchObject({ status: 202 });
    clock.advance(beatMs);
    expect(await nextIds(away, 2)).toEqual(["k1", "k2"]);
    expect(away.source.status?.().state).toBe("live");

    const notOpen = new SignalboxError("STORE_NOT_OPEN", "the store is not open");
    const closing = await start("closing", { store: answerless(fixture().store, () => true, notOpen) });
    expect(await closing.post("k1", "k1")).toMatchObject({ ...refusal, body: { code: "STORE_NOT_OPEN" } });
  });
}

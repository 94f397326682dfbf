// What a webhook with `respond: accepted` promises, on a real store: what was answered 202 is delivered, by whomever.
// Not here: what a repetition gets (webhook-window-tests.ts), order (webhook-order-tests.ts), requests and other answers (components/sources/webhook.test.ts).
import { webhookRows } from "../components/sources/webhook-rows.ts";
import { crashingPorts } from "./crashing-ports.ts";
import type { LedgerFixture, LedgerSuite } from "./ledger-fixture.ts";
import type { TestKit } from "./test-kit.ts";
import { answerless, createWebhookEngines } from "./webhook-engines.ts";
import { webhookEngineTests } from "./webhook-engine-tests.ts";
import { webhookOrderTests } from "./webhook-order-tests.ts";
import { webhookRemovedTests } from "./webhook-removed-tests.ts";
import { webhookWindowTests } from "./webhook-window-tests.ts";

const beatMs = 5_000;

/** What a webhook promises with `respond: accepted`, on a real store: 202 means that the message survives. */
export function webhookSuite(kit: TestKit, suite: LedgerSuite): void {
  const { describe, beforeAll, afterAll, test, expect } = kit;
  const title = suite.skip === undefined ? suite.name : `${suite.name} (skipped: ${suite.skip})`;

  describe.skipIf(suite.skip !== undefined)(`webhook: ${title}`, () => {
    let fixture: LedgerFixture;
    const engines = createWebhookEngines(() => fixture.store);
    const { clock, start } = engines;
    beforeAll(async () => {
      fixture = await suite.setup();
    });
    afterAll(async () => {
      await engines.stop();
      await fixture.stop();
    });

    const parts = { engines, fixture: () => fixture };
    webhookWindowTests(kit, parts);
    webhookOrderTests(kit, parts);
    webhookEngineTests(kit, () => fixture);

    test("D5 answers 202 once the message is in the store, and the next engine has nothing left when it is settled", async () => {
      const first = await start("plain");
      const answer = await first.post("m1", { a: 1 });
      expect(answer).toEqual({ status: 202, body: { id: "m1" }, isReplayed: false });
      const { message, ack } = await first.next();
      expect(message).toMatchObject({ id: "m1", body: { a: 1 }, meta: { pipeline: "plain", source: "webhook" } });
      ack();
      await first.stop();
      const second = await start("plain");
      await second.post("m2", 2);
      expect((await second.next()).message.id).toBe("m2");
    });

    test("D5 what a stopped engine did not settle is delivered by the next one, unchanged and in order", async () => {
      const first = await start("stopped");
      for (const id of ["m1", "m2", "m3"]) {
        await first.post(id, { id });
      }
      const before = [await first.next(), await first.next()].map(({ message }) => message);
      await first.stop();
      const second = await start("stopped");
      const after = [await second.next(), await second.next(), await second.next()];
      expect(after.map(({ message }) => message.id)).toEqual(["m1", "m2", "m3"]);
      expect(after.slice(0, 2).map(({ message }) => message)).toEqual(before);
      for (const { ack } of after) ack();
    });

    test("D5 D14 what a killed engine left is taken over once it is silent for long enough, and not before", async () => {
      const ports = crashingPorts(fixture);
      const dying = await start("killed", { store: ports.store });
      await dying.post("m1", 1);
      await dying.next();
      ports.crash();
      const heir = await start("killed");
      const diedAt = clock.now();
      const taken = heir.next().then(({ message }) => ({ id: message.id, silenceMs: clock.now() - diedAt }));
      const isTaken = taken.then(() => true);
      do {
        clock.advance(beatMs);
        await webhookRows(fixture.store).count();
      } while (!(await Promise.race([isTaken, Promise.resolve(false)])));
      const { id, silenceMs } = await taken;
      expect(id).toBe("m1");
      expect(silenceMs).toBeGreaterThanOrEqual(15_000);
    });

    test("a message that the pipeline turns away is offered again", async () => {
      const running = await start("refused");
      await running.post("m1", 1);
      const { nack } = await running.next();
      nack(new Error("no room"));
      clock.advance(1_000);
      const again = await running.next();
      expect(again.message.id).toBe("m1");
      again.ack();
    });

    test("without the store a request is answered 503, and its second try makes one message", async () => {
      let isDown = false;
      const running = await start("down", { store: answerless(fixture.store, () => isDown) });
      isDown = true;
      expect(await running.post("m1", 1)).toMatchObject({ status: 503, body: { code: "STORE_UNREACHABLE" } });
      isDown = false;
      expect(await running.post("m1", 1)).toMatchObject({ status: 202 });
      expect(await running.post("m2", 2)).toMatchObject({ status: 202 });
      expect([await running.next(), await running.next()].map(({ message }) => message.id)).toEqual(["m1", "m2"]);
    });

    test("D6 a message of an id that is under way is answered and not made again", async () => {
      const running = await start("twice");
      expect(await running.post("m1", 1)).toMatchObject({ status: 202 });
      expect(await running.post("m1", 1)).toMatchObject({ status: 202, body: { id: "m1" }, isReplayed: true });
      const { message, ack } = await running.next();
      await running.post("m2", 2);
      expect([message.id, (await running.next()).message.id]).toEqual(["m1", "m2"]);
      ack();
    });

    // Last, for all others are old by then.
    webhookRemovedTests(kit, parts);
  });
}

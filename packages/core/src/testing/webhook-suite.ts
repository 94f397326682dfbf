// What a webhook with `respond: accepted` promises, on a real store: what was answered 202 is delivered, by whomever.
// Not here: requests and other answers (components/sources/webhook.test.ts).
import { webhookSource } from "../components/sources/webhook.ts";
import type { Source } from "../component/contracts.ts";
import { SignalboxError } from "../errors/error.ts";
import { silentLogger } from "../log.ts";
import type { Delivery } from "../message.ts";
import type { Collection, CollectionDefinition, Store } from "../ports/store.ts";
import { createHttpListener, type HttpListener } from "./services.ts";
import { sourceFrom } from "./component.ts";
import { crashingPorts } from "./crashing-ports.ts";
import type { LedgerFixture, LedgerSuite } from "./ledger-fixture.ts";
import { createManualClock } from "./manual-clock.ts";
import type { TestKit } from "./test-kit.ts";

const beatMs = 5_000;

interface Running {
  readonly source: Source;
  readonly stop: () => Promise<void>;
  next(): Promise<Delivery>;
  post(id: string, body: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
}

/** What a webhook promises with `respond: accepted`, on a real store: 202 means that the message survives. */
export function webhookSuite(kit: TestKit, suite: LedgerSuite): void {
  const { describe, beforeAll, afterAll, test, expect } = kit;
  const title = suite.skip === undefined ? suite.name : `${suite.name} (skipped: ${suite.skip})`;

  describe.skipIf(suite.skip !== undefined)(`webhook: ${title}`, () => {
    let fixture: LedgerFixture;
    const clock = createManualClock();
    const open: Running[] = [];
    beforeAll(async () => {
      fixture = await suite.setup();
    });
    afterAll(async () => {
      await Promise.all(open.map((each) => each.stop()));
      await fixture.stop();
    });

    async function start(pipeline: string, store: Store = fixture.store): Promise<Running> {
      const http = createHttpListener({ host: "127.0.0.1", port: 0, log: silentLogger });
      await http.open();
      const source = sourceFrom(webhookSource, "webhook: { path: /hook }", {
        pipeline,
        clock,
        services: { http, store },
        log: silentLogger,
      });
      await source.open?.(new AbortController().signal);
      const running = runningFrom(source, http);
      // What is crashed cannot say goodbye.
      if (store === fixture.store) open.push(running);
      else open.push({ ...running, stop: () => http.close() });
      return running;
    }

    test("D5 answers 202 once the message is in the store, and the next engine has nothing left when it is settled", async () => {
      const first = await start("plain");
      const answer = await first.post("m1", { a: 1 });
      expect(answer).toEqual({ status: 202, body: { id: "m1" } });
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
        // In order to the millisecond of their arrival.
        clock.advance(1);
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
      const dying = await start("killed", ports.store);
      await dying.post("m1", 1);
      await dying.next();
      ports.crash();
      const heir = await start("killed");
      const diedAt = clock.now();
      const taken = heir.next().then(({ message }) => ({ id: message.id, silenceMs: clock.now() - diedAt }));
      const isTaken = taken.then(() => true);
      do {
        clock.advance(beatMs);
        await fixture.store.collection({ name: "webhook-intake", indexes: ["pipeline"] }).count();
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
      let isDown = true;
      const running = await start(
        "down",
        answerless(fixture.store, () => isDown),
      );
      expect(await running.post("m1", 1)).toMatchObject({ status: 503, body: { code: "STORE_UNREACHABLE" } });
      isDown = false;
      expect(await running.post("m1", 1)).toMatchObject({ status: 202 });
      expect(await running.post("m2", 2)).toMatchObject({ status: 202 });
      expect([await running.next(), await running.next()].map(({ message }) => message.id)).toEqual(["m1", "m2"]);
    });

    test("a message of an id that is under way is answered and not made again", async () => {
      const running = await start("twice");
      expect(await running.post("m1", 1)).toMatchObject({ status: 202 });
      expect(await running.post("m1", 1)).toMatchObject({ status: 202, body: { id: "m1" } });
      const { message, ack } = await running.next();
      await running.post("m2", 2);
      expect([message.id, (await running.next()).message.id]).toEqual(["m1", "m2"]);
      ack();
    });
  });
}

function runningFrom(source: Source, http: HttpListener): Running {
  const batches = source.deliveries(new AbortController().signal)[Symbol.asyncIterator]();
  const waiting: Delivery[] = [];
  return {
    source,
    async next() {
      if (waiting.length === 0) waiting.push(...((await batches.next()).value as readonly Delivery[]));
      const [first] = waiting.splice(0, 1);
      if (first === undefined) throw new Error("the source ended");
      return first;
    },
    async post(id, body) {
      const headers = { "content-type": "application/json", "idempotency-key": id };
      const response = await fetch(`${http.url}/hook`, { method: "POST", headers, body: JSON.stringify(body) });
      return { status: response.status, body: await response.json() };
    },
    async stop() {
      await source.close?.();
      await http.close();
    },
  };
}

/** The store as it looks when answers get lost: what is inserted is there, and nobody hears of it. */
function answerless(store: Store, isDown: () => boolean): Store {
  return {
    kind: store.kind,
    open: (signal) => store.open(signal),
    close: () => store.close(),
    durabilityWarnings: () => store.durabilityWarnings(),
    lanes: store.lanes,
    collection<T>(definition: CollectionDefinition): Collection<T> {
      const inner = store.collection<T>(definition);
      const insert: Collection<T>["insert"] = async (rows) => {
        const answer = await inner.insert(rows);
        if (!isDown()) return answer;
        throw new SignalboxError("STORE_UNREACHABLE", "the store does not answer", { isRetryable: true });
      };
      return {
        insert,
        get: (key) => inner.get(key),
        replace: (key, version, change) => inner.replace(key, version, change),
        put: (row) => inner.put(row),
        remove: (keys) => inner.remove(keys),
        query: (query) => inner.query(query),
        count: (where) => inner.count(where),
        prune: (limit) => inner.prune(limit),
      };
    },
  };
}

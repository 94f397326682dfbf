import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Lanes } from "../../ports/store.ts";
import type { TestKit } from "../test-kit.ts";
import { type DeliveryFixture, startTestEngine, type TestEngine } from "./harness.ts";

/** A request as the server of a test saw it. */
interface Seen {
  readonly key: string;
  readonly path: string;
  readonly members: readonly Body[];
  readonly status: number;
}

interface Body {
  readonly device: string;
  readonly n: number;
}

/** A linger in which all that a test sends comes together, so that the count alone makes its batches. */
const untilFull = "1h";

/** Rule 6: a batch keeps its members, and its key, over every try. */
export function batchTests({ test, expect }: TestKit, fixture: () => DeliveryFixture): void {
  const yaml = (name: string, url: string, { count = 5, linger = untilFull } = {}): string => `name: ${name}
source: { feed: { id: in } }
sinks:
  - http: { url: "${url}" }
    batch: { count: ${count}, linger: ${linger} }
    retry: { attempts: 1000, backoff: 2ms, maxBackoff: 5ms }
    breaker: { failures: 3, openFor: 5ms, maxOpenFor: 10ms }
`;

  test("D6 a batch that fails is tried again with the same members under the same key, whatever arrives meanwhile", async () => {
    let count = 0;
    const server = await serve(() => ((count += 1) % 7 === 0 || count > 60 ? 200 : 503));
    const run = await startTestEngine(fixture(), yaml("frozen", server.url, { linger: "30ms" }));
    for (let n = 0; n < 60; n += 1) await send(run, `d${n % 4}`, n);
    await run.until(() => deliveredBy(server.seen).length === 60);
    await run.until(() => run.counts("frozen").parked === 0);
    expect(tornBatches(server.seen)).toEqual([]);
    expect(server.seen.some(({ status, members }) => status === 503 && members.length > 1)).toBe(true);
    for (let device = 0; device < 4; device += 1) {
      const got = deliveredBy(server.seen).filter((each) => each.device === `d${device}`);
      expect(got.map(({ n }) => n)).toEqual(Array.from({ length: 15 }, (_, index) => index * 4 + device));
    }
    expect(run.writes("frozen", "http")).toMatchObject({ delivered: 60, unaccounted: 0 });
    await run.engine.stop();
    await server.close();
  });

  test("D6 a batch keeps its members and key over a restart", async () => {
    let status = 503;
    const server = await serve(() => status);
    const quiet = yaml("frozen-restart", server.url, { count: 3 }).replace(
      /openFor: 5ms, maxOpenFor: 10ms/,
      "openFor: 1h, maxOpenFor: 1h",
    );
    const first = await startTestEngine(fixture(), quiet.replace("backoff: 2ms, maxBackoff: 5ms", "backoff: 100ms"));
    await Promise.all(Array.from({ length: 3 }, (_, n) => send(first, `d${n}`, n)));
    await Promise.all(Array.from({ length: 3 }, (_, n) => send(first, `d${n}`, n + 10)));
    await first.engine.stop();
    const tried = server.seen.at(0);
    status = 200;
    const second = await startTestEngine(fixture(), quiet);
    await Promise.all(Array.from({ length: 3 }, (_, n) => send(second, `d${n}`, n + 20)));
    await second.until(() => deliveredBy(server.seen).length === 9);
    expect(tried?.members.map(({ n }) => n)).toEqual([0, 1, 2]);
    expect(server.seen.find(({ status: each }) => each === 200)).toEqual({ ...tried, status: 200 });
    expect(tornBatches(server.seen)).toEqual([]);
    for (let device = 0; device < 3; device += 1) {
      const numbers = deliveredBy(server.seen)
        .filter((each) => each.device === `d${device}`)
        .map(({ n }) => n);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    }
    await second.until(() => second.counts("frozen-restart").parked === 0);
    await second.engine.stop();
    await server.close();
  });

  test("D6 of a batch that went out in several requests only those that failed are repeated, under their own keys", async () => {
    let isDown = true;
    const server = await serve((path) => (isDown && path === "/d1" ? 503 : 200));
    const run = await startTestEngine(fixture(), yaml("parts", `${server.url}/{{ device }}`, { count: 4 }));
    await Promise.all([0, 1, 2, 3].map((n) => send(run, `d${n % 2}`, n)));
    await run.until(() => server.seen.filter(({ path }) => path === "/d1").length >= 3);
    isDown = false;
    await run.until(() => run.counts("parts").parked === 0);
    expect(server.seen.filter(({ path }) => path === "/d0")).toHaveLength(1);
    expect(new Set(server.seen.map(({ key }) => key)).size).toBe(2);
    expect(tornBatches(server.seen)).toEqual([]);
    await run.engine.stop();
    await server.close();
  });

  test("D6 what is left of a batch that was tried goes to the store in one call, so that nobody finds a part of it", async () => {
    let isDown = true;
    const server = await serve(() => (isDown ? 503 : 200));
    const { watched, appends } = watchingAppends(fixture());
    const run = await startTestEngine(watched, yaml("whole", server.url));
    await Promise.all([0, 1, 2, 3, 4].map((n) => send(run, `d${n}`, n)));
    isDown = false;
    await run.until(() => run.writes("whole", "http").delivered === 5);
    expect(appends).toEqual([5]);
    await run.engine.stop();
    await server.close();
  });

  test("D6 a batch whose last member is on its way to the store waits for it, though another batch has begun behind it", async () => {
    let isDown = true;
    const server = await serve(() => (isDown ? 503 : 200));
    const { held, hold, letGo } = holdingAppends(fixture());
    const run = await startTestEngine(held, yaml("arriving", server.url, { linger: "300ms" }));
    const sendAll = (numbers: readonly number[]): unknown => Promise.all(numbers.map((n) => send(run, `d${n}`, n)));
    void sendAll([0, 1, 2, 3, 4]);
    await run.until(() => run.counts("arriving").parked === 5);
    void sendAll([5, 6, 7, 8]);
    await run.until(() => run.counts("arriving").parked === 9);
    const isHeld = hold();
    void sendAll([9, 10, 11, 12, 13, 14]);
    await isHeld;
    isDown = false;
    await run.until(() => deliveredBy(server.seen).length >= 5);
    // Time enough to try what was read together with the first batch.
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
    letGo();
    await run.until(() => deliveredBy(server.seen).length === 15);
    const ofNine = server.seen.find(({ status, members }) => status === 200 && members.some(({ n }) => n === 9));
    expect(ofNine?.members.map(({ n }) => n)).toEqual([5, 6, 7, 8, 9]);
    expect(tornBatches(server.seen)).toEqual([]);
    await run.engine.stop();
    await server.close();
  });

  test("D6 the attempts of a batch are those of all its members", async () => {
    const server = await serve(() => 503);
    const few = yaml("spent", server.url).replace("attempts: 1000", "attempts: 4");
    const run = await startTestEngine(fixture(), few);
    await Promise.all([0, 1, 2, 3, 4].map((n) => send(run, `d${n}`, n)));
    await run.until(() => run.writes("spent", "http").deadLettered === 5);
    expect(server.seen).toHaveLength(4);
    const letters = await run.engine.deadLetters.list({ pipeline: "spent", limit: 10 });
    expect(letters.map(({ attempts }) => attempts)).toEqual([4, 4, 4, 4, 4]);
    await run.engine.stop();
    await server.close();
  });
}

/** The same store, with how many entries each append brought. */
function watchingAppends(fixture: DeliveryFixture): { watched: DeliveryFixture; appends: number[] } {
  const appends: number[] = [];
  const watched = withAppend(fixture, (append) => (...args) => {
    appends.push(args[1].length);
    return append(...args);
  });
  return { watched, appends };
}

/** The same store; after `hold`, whose answer comes with the next append, no append arrives until `letGo`. */
function holdingAppends(fixture: DeliveryFixture): {
  readonly held: DeliveryFixture;
  readonly hold: () => Promise<void>;
  readonly letGo: () => void;
} {
  let gate: Promise<void> | undefined;
  let [letGo, tell] = [(): void => undefined, (): void => undefined];
  const held = withAppend(fixture, (append) => async (...args) => {
    if (gate !== undefined) tell();
    await gate;
    return append(...args);
  });
  const hold = (): Promise<void> => {
    gate = new Promise((resolve) => (letGo = resolve));
    return new Promise((resolve) => (tell = resolve));
  };
  return { held, hold, letGo: () => letGo() };
}

function withAppend(fixture: DeliveryFixture, wrap: (append: Lanes["append"]) => Lanes["append"]): DeliveryFixture {
  const create: DeliveryFixture["create"] = () => {
    const backend = fixture.create();
    const { lanes } = backend.store;
    const append = wrap((...args) => lanes.append(...args));
    return { ...backend, store: { ...backend.store, lanes: { ...lanes, append } } };
  };
  return { ...fixture, create };
}

function send(run: TestEngine, device: string, n: number) {
  return run.feed("in").send({ id: `${device}-${n}`, device, body: { device, n } });
}

function deliveredBy(seen: readonly Seen[]): readonly Body[] {
  return seen.filter(({ status }) => status === 200).flatMap(({ members }) => members);
}

/** Requests that repeat a message of an earlier one under another key, or other messages under its key. */
function tornBatches(seen: readonly Seen[]): readonly Seen[] {
  const keyOf = new Map<number, string>();
  const membersOf = new Map<string, string>();
  return seen.filter(({ key, members }) => {
    const text = JSON.stringify(members);
    const isTorn = (membersOf.get(key) ?? text) !== text || members.some(({ n }) => (keyOf.get(n) ?? key) !== key);
    membersOf.set(key, text);
    for (const { n } of members) keyOf.set(n, key);
    return isTorn;
  });
}

async function serve(statusOf: (path: string) => number) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const path = request.url ?? "";
      const status = statusOf(path);
      const members = JSON.parse(Buffer.concat(chunks).toString()) as Body[];
      seen.push({ key: String(request.headers["idempotency-key"]), path, members, status });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

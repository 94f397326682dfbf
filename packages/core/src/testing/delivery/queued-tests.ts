import { SignalboxError } from "../../errors/error.ts";
import { failed } from "../../component/contracts.ts";
import type { TestKit } from "../test-kit.ts";
import { queuedPrefix } from "../../runtime/queued/queued-lanes.ts";
import { type DeliveryFixture, startTestEngine, type TestEngine } from "./harness.ts";

const yaml = (name: string, more = ""): string => `name: ${name}
delivery: queued
order: perKey
source: { feed: { id: in } }
${more}sinks:
  - probe: { id: a }
    retry: { attempts: 9, backoff: 5ms }
`;

const away = new SignalboxError("SINK_WRITE_FAILED", "away", { isRetryable: true });

/** `count` messages, each of one of ten devices, whose bodies count up per device. */
function send(run: TestEngine, count: number): Promise<unknown> {
  const all = Array.from({ length: count }, (_, index) => {
    const body = { device: `d${index % 10}`, at: Math.floor(index / 10) };
    return run.feed("in").send({ id: `m${index}`, device: body.device, body });
  });
  return Promise.all(all);
}

/** The bodies a probe got, by device, in order. */
function byDevice(run: TestEngine): ReadonlyMap<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { body } of run.probe("a").got) {
    const { device, at } = body as { device: string; at: number };
    found.set(device, [...(found.get(device) ?? []), at]);
  }
  return found;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** `delivery: queued`: rules 3, 5, 7, 10 and 11 where messages go through the store first. */
export function queuedTests({ test, expect }: TestKit, fixture: () => DeliveryFixture): void {
  test("D7 queued messages of a device keep their order, and all are accounted for", async () => {
    const run = await startTestEngine(fixture(), yaml("queued-order"));
    await send(run, 2000);
    await run.probe("a").until((got) => got.length === 2000);
    expect([...byDevice(run).values()]).toEqual(Array.from({ length: 10 }, () => upTo(200)));
    await run.until(() => run.counts("queued-order").settled === 2000);
    expect(run.counts("queued-order")).toMatchObject({ received: 2000, handed: 2000, taken: 2000, unaccounted: 0 });
    expect(await run.engine.stop()).toEqual({ parked: 0, unsettled: 0 });
  });

  test("D5 a queued message is acknowledged once it is durable, before any sink has it", async () => {
    const run = await startTestEngine(fixture(), yaml("queued-ack"));
    run.probe("a").answer = () => new Promise(() => undefined);
    expect(await run.feed("in").send({ id: "m", device: "d", body: 1 })).toMatchObject({ delivered: 0, parked: 1 });
    await run.until(() => run.probe("a").tried.length === 1);
    await run.engine.stop();
  });

  test("D10 a batch of queued messages leaves the store when it has ended, whatever comes after it", async () => {
    const name = "queued-removal";
    const run = await startTestEngine(fixture(), yaml(name));
    const { lanes } = run.engine.services.store;
    const batches = async (): Promise<number> =>
      (await lanes.list(queuedPrefix(name))).reduce((sum, { entries }) => sum + entries, 0);
    run.probe("a").answer = ({ body }) => (body === 299 ? new Promise(() => undefined) : { status: "delivered" });
    const bodies = Array.from({ length: 300 }, (_, index) => index);
    await Promise.all(bodies.map((body) => run.feed("in").send({ id: `m${body}`, device: "d", body })));
    await run.probe("a").until((got) => got.length === 299);
    await expect.poll(batches, { timeout: 30_000 }).toBe(1);
    await run.engine.stop();
  });

  test("D10 a stop leaves queued messages it has not begun to the next start", async () => {
    const run = await startTestEngine(fixture(), yaml("queued-stop", "maxInFlight: 50\n"));
    run.probe("a").answer = () => new Promise(() => undefined);
    const sent = send(run, 500);
    await run.until(() => run.probe("a").tried.length > 0);
    const stopped = run.engine.stop();
    await Promise.race([sent, stopped]);
    await stopped;
    const { received, unaccounted } = run.counts("queued-stop");
    expect(unaccounted).toBe(0);

    const next = await startTestEngine(fixture(), yaml("queued-stop"));
    await next.probe("a").until((got) => got.length === received);
    for (const ats of byDevice(next).values()) expect(ats).toEqual(upTo(ats.length));
    await next.until(() => next.counts("queued-stop").inFlight === 0 && next.counts("queued-stop").parked === 0);
    expect(next.counts("queued-stop").unaccounted).toBe(0);
    await next.engine.stop();
  });

  test("D7 a failing device of a queued pipeline waits alone, in order", async () => {
    const run = await startTestEngine(fixture(), yaml("queued-failing"));
    run.probe("a").answer = ({ meta }, nth) =>
      meta.device === "d3" && nth < 3 ? failed(away) : { status: "delivered" };
    await send(run, 300);
    await run.probe("a").until((got) => got.length === 300);
    expect([...byDevice(run).values()]).toEqual(Array.from({ length: 10 }, () => upTo(30)));
    await run.until(() => run.counts("queued-failing").parked === 0);
    expect(run.counts("queued-failing").unaccounted).toBe(0);
    await run.engine.stop();
  });

  test("D11 a pipeline that is no longer queued still delivers what is", async () => {
    const run = await startTestEngine(fixture(), yaml("queued-no-more", "maxInFlight: 20\n"));
    run.probe("a").answer = () => new Promise(() => undefined);
    void send(run, 100);
    await run.until(() => run.counts("queued-no-more").handed > 0);
    await run.engine.stop();
    const { handed } = run.counts("queued-no-more");
    const next = await startTestEngine(fixture(), yaml("queued-no-more").replace("delivery: queued\n", ""));
    await next.probe("a").until((got) => got.length >= handed);
    await next.until(() => next.counts("queued-no-more").inFlight === 0);
    expect(next.counts("queued-no-more").unaccounted).toBe(0);
    await next.engine.stop();
  });
}

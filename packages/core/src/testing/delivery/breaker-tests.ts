import { delivered, failed, type WriteResult } from "../../component/contracts.ts";
import { SignalboxError } from "../../errors/error.ts";
import type { SinkStatus } from "../../runtime/status.ts";
import type { TestKit } from "../test-kit.ts";
import { failedForNow } from "./failures.ts";
import { type DeliveryFixture, startTestEngine, type TestEngine } from "./harness.ts";

const yaml = (name: string, keys: string): string => `name: ${name}
source: { feed: { id: in } }
sinks:
  - probe: { id: a }
    retry: { attempts: 1000, backoff: 5ms, maxBackoff: 10ms }
    ${keys}
`;

/** Rules 4, 7 and 8: a sink that fails is left alone, and what it misses waits in order. */
export function breakerTests({ test, expect }: TestKit, fixture: () => DeliveryFixture): void {
  test("D8 a breaker opens after failures in a row: messages are parked without a try, and no attempt of theirs is spent", async () => {
    const run = await startTestEngine(
      fixture(),
      yaml("left-alone", "breaker: { failures: 3, openFor: 1h, maxOpenFor: 1h }"),
    );
    const probe = run.probe("a");
    // All three fail at one moment: none of them is tried again before the breaker opens.
    let failAll = (): void => undefined;
    const allTried = new Promise<void>((resolve) => (failAll = resolve));
    probe.answer = () => {
      if (probe.tried.length === 3) failAll();
      return allTried.then(() => failedForNow());
    };
    await Promise.all(["d0", "d1", "d2"].map((device) => send(run, device, 0)));
    expect(breaker(run, "left-alone")).toMatchObject({
      state: "open",
      reason: { code: "SINK_WRITE_FAILED", message: "busy" },
      isAccessRefused: false,
    });
    const sent = Array.from({ length: 30 }, (_, index) => send(run, `d${index % 10}`, index + 1));
    expect((await Promise.all(sent)).map(({ parked }) => parked)).toEqual(sent.map(() => 1));
    expect(probe.tried).toHaveLength(3);
    expect(run.counts("left-alone")).toMatchObject({ received: 33, parked: 33, inFlight: 0, unaccounted: 0 });
    await run.engine.stop();

    const next = await startTestEngine(fixture(), yaml("left-alone", ""));
    await next.probe("a").until((got) => got.length === 33);
    for (const device of ["d0", "d5", "d9"]) expect(inOrder(next, device)).toBe(true);
    await next.until(() => next.counts("left-alone").parked === 0);
    await next.engine.stop();
  });

  test("D8 one probe finds a sink well again, and what is parked follows at once and in order", async () => {
    const run = await startTestEngine(
      fixture(),
      yaml("well-again", "breaker: { failures: 2, openFor: 50ms, maxOpenFor: 50ms }"),
    );
    let isDown = true;
    run.probe("a").answer = () => (isDown ? failedForNow() : delivered);
    await send(run, "d0", 0);
    await send(run, "d1", 0);
    const sent = Array.from({ length: 60 }, (_, index) => send(run, `d${index % 12}`, index + 1));
    await Promise.all(sent);
    await run.until(() => run.probe("a").tried.length >= 4);
    isDown = false;
    await run.probe("a").until((got) => got.length === 62);
    await run.until(() => run.counts("well-again").parked === 0);
    for (let device = 0; device < 12; device += 1) expect(inOrder(run, `d${device}`)).toBe(true);
    expect(run.writes("well-again", "probe")).toMatchObject({ delivered: 62, deadLettered: 0, unaccounted: 0 });
    expect(breaker(run, "well-again")).toMatchObject({ state: "closed", reason: undefined });
    expect(await send(run, "d0", 100)).toMatchObject({ delivered: 1 });
    await run.engine.stop();
  });

  test("D8 a sink that refuses our credentials is left alone at once, and says that someone must mend them", async () => {
    const run = await startTestEngine(fixture(), yaml("refused", "breaker: { openFor: 1h, maxOpenFor: 1h }"));
    run.probe("a").answer = () => refused();
    expect(await send(run, "d0", 0)).toMatchObject({ parked: 1 });
    expect(breaker(run, "refused")).toMatchObject({ state: "open", isAccessRefused: true });
    expect(await send(run, "d1", 0)).toMatchObject({ parked: 1 });
    expect(run.probe("a").tried).toHaveLength(1);
    await run.engine.stop();
  });

  test("D8 a sink is left alone for as long as it asks, over a restart too", async () => {
    const asking = yaml("asked", "breaker: { failures: 1 }");
    const first = await startTestEngine(fixture(), asking);
    first.probe("a").answer = () => failedForNow("come back", 3_600_000);
    await send(first, "d0", 0);
    await send(first, "d1", 1);
    const { nextTryAt } = breaker(first, "asked");
    expect(Date.parse(nextTryAt ?? "") - Date.now()).toBeGreaterThan(3_000_000);
    await first.engine.stop();

    const second = await startTestEngine(fixture(), asking);
    expect(await send(second, "d2", 2)).toMatchObject({ delivered: 1 });
    expect(second.probe("a").tried).toEqual([2]);
    expect(second.counts("asked")).toMatchObject({ resumed: 2, parked: 2, unaccounted: 0 });
    await second.engine.stop();
  });
}

function send(run: TestEngine, device: string, body: number) {
  return run.feed("in").send({ id: `${device}-${body}`, device, body });
}

function breaker(run: TestEngine, pipeline: string): SinkStatus["breaker"] {
  const [sink] = run.status(pipeline).sinks;
  if (sink === undefined) throw new Error("the pipeline has no sink");
  return sink.breaker;
}

function refused(): WriteResult {
  return failed(new SignalboxError("HTTP_AUTH_REFUSED", "who are you?", { isRetryable: true, isAccessRefused: true }));
}

function inOrder(run: TestEngine, device: string): boolean {
  const bodies = run
    .probe("a")
    .got.filter(({ meta }) => meta.device === device)
    .map(({ body }) => Number(body));
  return bodies.length > 0 && bodies.every((body, index) => index === 0 || body > (bodies[index - 1] ?? 0));
}

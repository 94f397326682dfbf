import { delivered } from "../../component/contracts.ts";
import type { TestKit } from "../test-kit.ts";
import { failedForNow } from "./failures.ts";
import { type DeliveryFixture, startTestEngine } from "./harness.ts";
import { bodies, marked, send, turn } from "./reload-kit.ts";

/** Rule 11: what is parked by a reload, or before it. */
export function reloadParkedTests({ test, expect }: TestKit, fixture: () => DeliveryFixture): void {
  test("D11 what does not finish in time is parked, and the new revision writes it as it is, first", async () => {
    const run = await startTestEngine(fixture(), marked("hung", 1));
    run.probe("a").answer = () => new Promise(() => undefined);
    const sent = [0, 1, 2].map((n) => send(run, n));
    await run.until(() => run.counts("hung").inFlight === 3);
    const reloaded = run.reload(marked("hung", 2));
    await run.until(() => run.counts("hung").parked === 3);
    run.probe("a").answer = () => delivered;
    await Promise.all([reloaded, ...sent, send(run, 3)]);
    await run.until(() => run.counts("hung").parked === 0);
    expect(bodies(run)).toEqual([0, 1, 2, 3].map((n) => ({ n, mark: n === 3 ? 2 : 1 })));
    expect(run.counts("hung")).toMatchObject({ received: 4, settled: 4, unaccounted: 0 });
    expect(await run.engine.stop()).toEqual({ parked: 0, unsettled: 0 });
  });

  test("D11 messages parked for a sink that a reload removes become dead letters", async () => {
    const two = `${marked("thinned", 1)}  - probe: { id: b }
    name: second
    retry: { attempts: 5, backoff: 1h }
`;
    const run = await startTestEngine(fixture(), two);
    run.probe("b").answer = () => failedForNow();
    expect(await send(run, 0)).toMatchObject({ delivered: 1, parked: 1 });
    await run.reload(marked("thinned", 1));
    expect(await run.engine.deadLetters.list({ pipeline: "thinned", limit: 10 })).toMatchObject([
      { code: "SINK_GONE", sink: "second" },
    ]);
    expect(run.counts("thinned")).toMatchObject({ parked: 0, settled: 1, unaccounted: 0 });
    // It comes back as a sink without a past.
    await run.reload(two);
    run.probe("b").answer = () => delivered;
    expect(await send(run, 1)).toMatchObject({ delivered: 2 });
    expect(run.writes("thinned", "second")).toMatchObject({ due: 1, delivered: 1, unaccounted: 0 });
    await run.engine.stop();
  });

  test("D11 what is parked of a removed pipeline stays, and is written when the pipeline is back", async () => {
    const other = marked("other", 1).replace("{ id: in }", "{ id: other }");
    const run = await startTestEngine(fixture(), `${other}---\n${marked("away", 1)}`);
    run.probe("a").answer = () => failedForNow();
    await send(run, 0);
    const removed = await run.reload(other);
    expect(removed.changes).toMatchObject([
      { pipeline: "away", what: "removed", reason: expect.stringContaining("1 messages stay parked") },
    ]);
    expect(run.probe("a").got).toEqual([]);
    run.probe("a").answer = () => delivered;
    await run.reload(`${other}---\n${marked("away", 2)}`);
    await run.until(() => run.counts("away").parked === 0);
    expect(bodies(run)).toEqual([{ n: 0, mark: 1 }]);
    expect(run.counts("away")).toMatchObject({ resumed: 1, settled: 1, unaccounted: 0 });
    await run.engine.stop();
  });

  test("D11 a stop in the middle of a reload stops in time and loses nothing", async () => {
    const run = await startTestEngine(fixture(), marked("halted", 1));
    run.probe("a").answer = () => new Promise(() => undefined);
    const sent = [0, 1, 2].map((n) => send(run, n));
    await run.until(() => run.counts("halted").inFlight === 3);
    const reloaded = run.reload(marked("halted", 2));
    const queued = run.reload(marked("halted", 3)).catch((error: unknown) => error);
    await turn();
    expect(await run.engine.stop()).toEqual({ parked: 3, unsettled: 0 });
    expect((await reloaded).changes).toMatchObject([{ what: "refused", code: "ENGINE_STOPPING" }]);
    expect(await queued).toMatchObject({ code: "ENGINE_STOPPING" });
    await Promise.all(sent);
    const next = await startTestEngine(fixture(), marked("halted", 2));
    await next.probe("a").until((got) => got.length === 3);
    expect(bodies(next).map(({ n }) => n)).toEqual([0, 1, 2]);
    await next.until(() => next.counts("halted").parked === 0);
    await next.engine.stop();
  });
}

import { delivered } from "../../component/contracts.ts";
import type { TestKit } from "../test-kit.ts";
import { failedForGood, failedForNow } from "./failures.ts";
import { type DeliveryFixture, startTestEngine } from "./harness.ts";

const twoSinks = (name: string): string => `name: ${name}
source: { feed: { id: in } }
sinks:
  - probe: { id: a }
    retry: { attempts: 3, backoff: 5ms, maxBackoff: 10ms }
  - probe: { id: b }
    name: b
`;

/** Rules 4 and 5: parked, retried, dead-lettered, resumed. */
export function parkingTests({ test, expect }: TestKit, fixture: () => DeliveryFixture): void {
  test("D4 a write that fails for now is parked and retried; the sink that has the message is not written again", async () => {
    const run = await startTestEngine(fixture(), twoSinks("retried"));
    run.probe("a").answer = (_, nth) => (nth < 3 ? failedForNow() : delivered);
    const settlement = await run.feed("in").send({ id: "m", device: "d", body: 1 });
    expect(settlement).toEqual({ delivered: 1, discarded: 0, deadLettered: 0, parked: 1 });
    await run.probe("a").until((got) => got.length === 1);
    await run.until(() => run.counts("retried").parked === 0);
    expect([run.probe("a").tried, run.probe("b").tried]).toEqual([[1, 1, 1], [1]]);
    expect(run.writes("retried", "probe")).toMatchObject({ delivered: 1, retried: 2, parked: 0, unaccounted: 0 });
    await run.engine.stop();
  });

  test("D4 attempts spent, or rejected: a dead letter with original, cause, sink, attempts and revision", async () => {
    const run = await startTestEngine(
      fixture(),
      twoSinks("dead").replace("id: a }", "id: a }\n    transform: '{ \"was\": $ }'"),
    );
    run.probe("a").answer = ({ id }) => (id === "spent" ? failedForNow("still busy") : failedForGood("never"));
    await run.feed("in").send({ id: "spent", device: "d1", body: 1 });
    await run.feed("in").send({ id: "rejected", device: "d2", body: 2 });
    await run.until(() => run.writes("dead", "probe").deadLettered === 2);
    const letters = await run.engine.deadLetters.list({ pipeline: "dead", limit: 10 });
    const { hash } = run.status("dead");
    expect([...letters].sort((a, b) => a.attempts - b.attempts)).toMatchObject([
      {
        sink: "probe",
        cause: "never",
        attempts: 1,
        revision: hash,
        original: { id: "rejected", body: 2 },
        shaped: { body: { was: 2 } },
      },
      {
        sink: "probe",
        cause: "still busy",
        attempts: 3,
        revision: hash,
        original: { id: "spent", body: 1 },
        shaped: { body: { was: 1 } },
      },
    ]);
    expect(run.probe("b").got).toHaveLength(2);
    await run.engine.stop();
  });

  test("D4 a slow or broken sink does not hold the others back", async () => {
    const run = await startTestEngine(
      fixture(),
      twoSinks("independent").replace("attempts: 3, backoff: 5ms, maxBackoff: 10ms", "backoff: 1h"),
    );
    run.probe("a").answer = () => failedForNow();
    const sent = Array.from({ length: 50 }, (_, index) =>
      run.feed("in").send({ id: `m${index}`, device: `d${index % 3}`, body: index }),
    );
    await Promise.all(sent);
    expect(run.probe("b").got).toHaveLength(50);
    expect(run.counts("independent")).toMatchObject({ inFlight: 0, parked: 50 });
    await run.engine.stop();
  });

  test("D5 parked messages are resumed by the next start", async () => {
    const yaml = twoSinks("resumed").replace(
      "attempts: 3, backoff: 5ms, maxBackoff: 10ms",
      "attempts: 50, backoff: 20ms, maxBackoff: 20ms",
    );
    const first = await startTestEngine(fixture(), yaml);
    first.probe("a").answer = () => failedForNow();
    await Promise.all(
      ["m1", "m2", "m3"].map((id, index) => first.feed("in").send({ id, device: `d${index % 2}`, body: id })),
    );
    expect(await first.engine.stop()).toEqual({ parked: 0, unsettled: 0 });

    const second = await startTestEngine(fixture(), yaml);
    await second.probe("a").until((got) => got.length === 3);
    await second.until(() => second.counts("resumed").parked === 0);
    expect(new Set(second.probe("a").got.map((each) => each.body))).toEqual(new Set(["m1", "m2", "m3"]));
    expect(second.counts("resumed")).toMatchObject({ received: 0, resumed: 3, settled: 3, unaccounted: 0 });
    expect(second.probe("b").tried).toEqual([]);
    await second.engine.stop();
  });

  test("D4 what was parked for a sink that is gone becomes dead letters", async () => {
    const yaml = twoSinks("gone").replace("attempts: 3, backoff: 5ms, maxBackoff: 10ms", "backoff: 1h");
    const first = await startTestEngine(fixture(), yaml);
    first.probe("a").answer = () => failedForNow();
    await first.feed("in").send({ id: "m", device: "d", body: 1 });
    await first.engine.stop();
    const second = await startTestEngine(
      fixture(),
      "name: gone\nsource: { feed: { id: in } }\nsinks:\n  - probe: { id: b }\n    name: b\n",
    );
    const letters = await second.engine.deadLetters.list({ pipeline: "gone", limit: 10 });
    expect(letters).toMatchObject([{ code: "SINK_GONE", sink: "probe", original: { id: "m", body: 1 } }]);
    await second.engine.stop();
  });
}

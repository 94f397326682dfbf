import { delivered } from "../../component/contracts.ts";
import { SignalboxError } from "../../errors/error.ts";
import type { Lanes } from "../../ports/store.ts";
import type { TestKit } from "../test-kit.ts";
import { failedForNow } from "./failures.ts";
import { type DeliveryFixture, startTestEngine } from "./harness.ts";

const yaml = (name: string, more = ""): string => `name: ${name}
${more}source: { feed: { id: in } }
sinks:
  - probe: { id: a }
    retry: { attempts: 9, backoff: 5ms }
`;

/** The same store, whose first answer to `method` of its lanes is lost on its way. */
function losingAnAnswer(fixture: DeliveryFixture, method: "append" | "remove"): DeliveryFixture {
  let isLost = false;
  async function lose<T>(answer: Promise<T>): Promise<T> {
    const result = await answer;
    if (isLost) return result;
    isLost = true;
    throw new SignalboxError("STORE_UNREACHABLE", "the answer was lost", { isRetryable: true });
  }
  return {
    ...fixture,
    create() {
      const backend = fixture.create();
      const { lanes } = backend.store;
      const append: Lanes["append"] = (...args) => lose(lanes.append(...args));
      const remove: Lanes["remove"] = (...args) => lose(lanes.remove(...args));
      const losing = method === "append" ? { append } : { remove };
      return { ...backend, store: { ...backend.store, lanes: { ...lanes, ...losing } } };
    },
  };
}

/** Rules 3 and 4 where the store did what it was asked and its answer did not arrive. */
export function lostAnswerTests({ test, expect }: TestKit, fixture: () => DeliveryFixture): void {
  test("D4 a message that the store parked without being able to say so is parked once", async () => {
    const run = await startTestEngine(losingAnAnswer(fixture(), "append"), yaml("parked-unheard"));
    run.probe("a").answer = (_, nth) => (nth === 1 ? failedForNow() : delivered);
    await run.feed("in").send({ id: "m", device: "d", body: 1 });
    await run.feed("in").send({ id: "n", device: "d", body: 2 });
    await run.until(() => run.counts("parked-unheard").settled === 2);
    expect(run.probe("a").got.map(({ body }) => body)).toEqual([1, 2]);
    expect(run.writes("parked-unheard", "probe")).toMatchObject({ delivered: 2, parked: 0, unaccounted: 0 });
    await run.engine.stop();
  });

  test("D3 D5 a parked message whose end the store noted without being able to say so holds none behind it", async () => {
    const run = await startTestEngine(losingAnAnswer(fixture(), "remove"), yaml("ended-unheard"));
    let isWell = false;
    run.probe("a").answer = () => (isWell ? delivered : failedForNow());
    const bodies = [1, 2, 3];
    await Promise.all(bodies.map((body) => run.feed("in").send({ id: `m${body}`, device: "d", body })));
    isWell = true;
    await run.until(() => run.counts("ended-unheard").settled === 3);
    expect(run.probe("a").got.map(({ body }) => body)).toEqual(bodies);
    expect(run.writes("ended-unheard", "probe")).toMatchObject({ delivered: 3, parked: 0, unaccounted: 0 });
    await run.engine.stop();
  });

  test("D3 a batch that the store queued without being able to say so is taken once", async () => {
    const run = await startTestEngine(
      losingAnAnswer(fixture(), "append"),
      yaml("queued-unheard", "delivery: queued\n"),
    );
    const ids = ["m1", "m2", "m3"];
    await Promise.all(ids.map((id) => run.feed("in").send({ id, device: "d", body: id })));
    await run.feed("in").send({ id: "m4", device: "d", body: "m4" });
    await run.until(() => run.counts("queued-unheard").settled === 4 && run.counts("queued-unheard").parked === 0);
    expect(run.probe("a").got.map(({ body }) => body)).toEqual([...ids, "m4"]);
    expect(run.counts("queued-unheard")).toMatchObject({ handed: 4, taken: 4, unaccounted: 0 });
    await run.engine.stop();
  });
}

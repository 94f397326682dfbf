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

/** The same store, whose first answer to an append is lost on its way. */
function losingAnAnswer(fixture: DeliveryFixture): DeliveryFixture {
  let isLost = false;
  async function append(lanes: Lanes, args: Parameters<Lanes["append"]>): Promise<void> {
    await lanes.append(...args);
    if (isLost) return;
    isLost = true;
    throw new SignalboxError("STORE_UNREACHABLE", "the answer was lost", { isRetryable: true });
  }
  return {
    ...fixture,
    create() {
      const backend = fixture.create();
      const { lanes } = backend.store;
      const store = {
        ...backend.store,
        lanes: { ...lanes, append: (...args: Parameters<Lanes["append"]>) => append(lanes, args) },
      };
      return { ...backend, store };
    },
  };
}

/** Rules 3 and 4 where the store did what it was asked and its answer did not arrive. */
export function lostAnswerTests({ test, expect }: TestKit, fixture: () => DeliveryFixture): void {
  test("D4 a message that the store parked without being able to say so is parked once", async () => {
    const run = await startTestEngine(losingAnAnswer(fixture()), yaml("parked-unheard"));
    run.probe("a").answer = (_, nth) => (nth === 1 ? failedForNow() : delivered);
    await run.feed("in").send({ id: "m", device: "d", body: 1 });
    await run.feed("in").send({ id: "n", device: "d", body: 2 });
    await run.until(() => run.counts("parked-unheard").settled === 2);
    expect(run.probe("a").got.map(({ body }) => body)).toEqual([1, 2]);
    expect(run.writes("parked-unheard", "probe")).toMatchObject({ delivered: 2, parked: 0, unaccounted: 0 });
    await run.engine.stop();
  });

  test("D3 a batch that the store queued without being able to say so is taken once", async () => {
    const run = await startTestEngine(losingAnAnswer(fixture()), yaml("queued-unheard", "delivery: queued\n"));
    const ids = ["m1", "m2", "m3"];
    await Promise.all(ids.map((id) => run.feed("in").send({ id, device: "d", body: id })));
    await run.feed("in").send({ id: "m4", device: "d", body: "m4" });
    await run.until(() => run.counts("queued-unheard").settled === 4 && run.counts("queued-unheard").parked === 0);
    expect(run.probe("a").got.map(({ body }) => body)).toEqual([...ids, "m4"]);
    expect(run.counts("queued-unheard")).toMatchObject({ handed: 4, taken: 4, unaccounted: 0 });
    await run.engine.stop();
  });
}

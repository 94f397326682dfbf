import { webhookRows } from "../components/sources/webhook-rows.ts";
import type { LedgerFixture } from "./ledger-fixture.ts";
import type { TestKit } from "./test-kit.ts";
import type { WebhookEngines } from "./webhook-engines.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const settlement = { delivered: 1, discarded: 0, deadLettered: 0, parked: 0 };

/** What becomes of a webhook's rows when its pipeline is removed. Those of whoever ran before this test are old after it. */
export function webhookRemovedTests(
  { test, expect }: TestKit,
  { engines, fixture }: { engines: WebhookEngines; fixture: () => LedgerFixture },
): void {
  const { start, clock } = engines;
  const rows = () => webhookRows(fixture().store);

  /** Serves a pipeline, and leaves the row of an answer and that of a message that is not settled. */
  async function serve(pipeline: string, aheadDays: number): Promise<void> {
    const running = await start(pipeline, { aheadMs: () => aheadDays * dayMs });
    await running.post("answered", 1);
    (await running.next()).ack(settlement);
    while ((await rows().count({ answered: pipeline })) === 0) await turn();
    await running.post("under way", 2);
    await running.stop();
  }

  test("what a pipeline left is forgotten when none has served it for 30 days, and not before", async () => {
    await serve("removed", 0);
    await serve("restful", 5);
    const other = await start("other", { aheadMs: () => 31 * dayMs });
    await other.post("k1", 1);
    clock.advance(hourMs);
    while ((await rows().count({ pipeline: "removed" })) + (await rows().count({ answered: "removed" })) > 0)
      await turn();
    await other.stop();
    expect(await rows().count({ pipeline: "restful" })).toBe(1);
    expect(await rows().count({ answered: "restful" })).toBe(1);
    expect(await rows().count({ pipeline: "other" })).toBe(1);
  });
}

// A store in memory would let nothing else have a turn.
function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

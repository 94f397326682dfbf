import { delivered } from "../../component/contracts.ts";
import type { TickRecord } from "../../schedules/contracts.ts";
import type { DeliverySuite } from "../delivery/delivery-suite.ts";
import { failedForGood, failedForNow } from "../delivery/failures.ts";
import { type DeliveryFixture, startTestEngine, stopEngines, type TestEngine } from "../delivery/harness.ts";
import type { TestKit } from "../test-kit.ts";

const retry = "retry: { attempts: 1000, backoff: 20ms, maxBackoff: 50ms }";

/** Rule 12 on whole engines: what a tick's messages go through decides when it has ended. */
export function scheduleEngineSuite(kit: TestKit, suite: DeliverySuite): void {
  const { afterAll, afterEach, beforeAll, describe, expect, test } = kit;
  const title = suite.skip === undefined ? suite.name : `${suite.name} (skipped: ${suite.skip})`;

  describe.skipIf(suite.skip !== undefined)(`schedules of an engine: ${title}`, () => {
    let fixture: DeliveryFixture;
    beforeAll(async () => {
      fixture = await suite.setup();
    });
    afterEach(() => stopEngines(fixture));
    afterAll(() => fixture.stop());

    test.each([
      ["a single message", "direct", ""],
      ["a batch", "batched", "batch: { count: 10, linger: 10ms }"],
      ["the parts of a message", "split", "", "steps: [{ split: '[1, 2]' }]\n"],
      ["a queued message", "queued", "", "delivery: queued\n"],
    ])(
      "D12 a tick runs until %s is delivered that was parked, over a restart",
      async (_what, name, keys, more = "") => {
        const yaml = `name: ${name}
source: { schedule: { every: 1s, overlap: skip } }
${more}sinks:
  - probe: { id: a }
    ${retry}
    ${keys}
`;
        const first = await startTestEngine(fixture, yaml);
        first.probe("a").answer = () => failedForNow();
        const isParked = ({ parkedSince }: TickRecord): boolean => parkedSince !== undefined;
        const found = await history(
          first,
          name,
          (ticks) => ticks.some(isParked) && ticks.some(({ timing }) => timing === "skipped"),
        );
        const [tick, ...others] = found.filter(({ outcome }) => outcome === "running");
        const ids = name === "split" ? [`${tick?.id}#0`, `${tick?.id}#1`] : [tick?.id];
        expect([tick?.messages, others]).toEqual([{ count: ids.length, ids }, []]);
        await first.engine.stop();
        const run = await startTestEngine(fixture, yaml, first);
        await history(run, name, (ticks) => ticks.length > found.length + 1);
        const ours = (ticks: readonly TickRecord[]): TickRecord | undefined => ticks.find(({ id }) => id === tick?.id);
        expect(ours(await history(run, name, () => true))?.outcome).toBe("running");
        run.probe("a").answer = () => delivered;
        const ended = await history(run, name, (ticks) => ours(ticks)?.outcome !== "running");
        expect(ours(ended)?.outcome).toBe("succeeded");
        expect(run.probe("a").got.filter(({ id }) => id.split("#")[0] === tick?.id)).toHaveLength(
          name === "split" ? 2 : 1,
        );
        const succeeded = (ticks: readonly TickRecord[]): number =>
          ticks.filter(({ outcome }) => outcome === "succeeded").length;
        await history(run, name, (ticks) => succeeded(ticks) > 1);
      },
    );

    test("D12 a tick has failed when what was parked of it became a dead letter", async () => {
      const yaml = `name: dying
source: { schedule: { every: 1s, pauseAfter: 1 } }
sinks:
  - probe: { id: a }
    ${retry}
`;
      const run = await startTestEngine(fixture, yaml);
      run.probe("a").answer = (_message, nth) => (nth === 1 ? failedForNow() : failedForGood("never"));
      const ended = await history(run, "dying", (ticks) => ticks.some(({ outcome }) => outcome === "failed"));
      expect(ended.find(({ outcome }) => outcome === "failed")?.detail).toBe("1 of its messages became dead letters");
      await history(run, "dying", (ticks) => ticks.some(({ timing }) => timing === "skipped"));
      expect((await run.engine.schedules.get("dying")).pause).toMatchObject({ by: "pauseAfter" });
    });

    test("D12 a reload retires a schedule whose pipeline is gone, and a rename takes its history along", async () => {
      const yaml = (name: string, more = ""): string => `name: ${name}
${more}source: { schedule: { every: 1s } }
sinks:
  - probe: { id: a }
`;
      const run = await startTestEngine(fixture, yaml("former"));
      const before = await history(run, "former", (ticks) => ticks.some(({ outcome }) => outcome === "succeeded"));
      await run.reload(yaml("latter", "renamedFrom: former\n"));
      const after = await history(run, "latter", (ticks) => ticks.length > before.length);
      expect(after[0]?.id).toBe(before[0]?.id);
      await run.reload(yaml("other"));
      const states = (await run.engine.schedules.list()).map(({ pipeline, state }) => [pipeline, state]);
      expect(states.filter(([pipeline]) => ["former", "latter", "other"].includes(pipeline ?? ""))).toEqual([
        ["latter", "retired"],
        ["other", "active"],
      ]);
    });
  });
}

/** The ticks of a pipeline, oldest first, once they are as a test waits for. */
async function history(
  { engine }: TestEngine,
  pipeline: string,
  holds: (ticks: readonly TickRecord[]) => boolean,
): Promise<readonly TickRecord[]> {
  for (;;) {
    const ticks = (await engine.services.schedules.history(pipeline, 1_000)).toReversed();
    if (holds(ticks)) return ticks;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

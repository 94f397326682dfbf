import type { Simulator } from "@signalbox/akenza-simulator";
import type { CommandState } from "@signalbox/core";
import { test } from "vitest";
import { stores, titleOf } from "./testing/stores.ts";
import { inWorld, type World } from "./testing/world.ts";

/** A tick is late after this, says the schedule below; it is allowed three times as much on a busy machine. */
const lateMs = 1_000;

// MQTT takes any payload: the planned time travels with the command, and the simulator's log tells one from the other.
const pipeline = (plug: string): string => `name: every-second
source:
  schedule: { every: 1s, late: ${lateMs}ms }
steps:
  - transform: '{ "plannedAt": plannedAt }'
sinks:
  - akenzaDownlink: { devices: ["${plug}"], mqtt: { topic: commands } }
    retry: { attempts: 5, backoff: 50ms }
`;

const downlinks = "*/downlink";

function plugOf({ devices }: Simulator): string {
  const plug = devices.find(({ model }) => model === "plug");
  if (plug === undefined) throw new Error("the fleet has no plug");
  return plug.id;
}

/** The planned time that the body of a downlink carries. */
function plannedAt(body: unknown): string {
  return (body as { mqttDownlink: { payload: { plannedAt: string } } }).mqttDownlink.payload.plannedAt;
}

/** Resolves once the device was told the time of a later tick. */
async function toldAfter({ downlinks }: Simulator, time: string): Promise<string> {
  return plannedAt((await downlinks.waitFor(({ body }) => plannedAt(body) > time)).body);
}

async function stateOf(world: World, time: string): Promise<CommandState | undefined> {
  const { commands } = await world.status();
  return commands.find(({ payload }) => plannedAt(payload) === time)?.state;
}

for (const store of stores) {
  test(
    `D12 D13 scheduled commands: on time, over a 503, once over kill -9, unknown when cut; on ${titleOf(store)}`,
    { concurrent: true, skip: store.skip !== undefined, timeout: 120_000 },
    async ({ signal, expect }) => {
      const project = (simulator: Simulator): { files: Record<string, string> } => ({
        files: { "pipelines/a.yaml": pipeline(plugOf(simulator)) },
      });
      await inWorld({ store, signal, project }, async (world) => {
        const { simulator } = world;
        simulator.faults.failRequests({ path: downlinks, status: 503, times: 2 });
        const first = await world.start();
        const retried = await toldAfter(simulator, "");
        simulator.faults.failRequests({ path: downlinks, cut: "after" });
        const cut = plannedAt((await simulator.requests.waitFor(({ status }) => status === "cut")).body);
        await toldAfter(simulator, cut);
        expect(await stateOf(world, cut)).toBe("unknown");
        for (const { at, body } of simulator.downlinks.entries)
          expect(at - Date.parse(plannedAt(body))).toBeLessThan(3 * lateMs);

        simulator.faults.failRequests({ path: downlinks, hang: "after" });
        const hung = plannedAt((await simulator.requests.waitFor(({ status }) => status === "hang")).body);
        await first.kill();
        const second = await world.start();
        await toldAfter(simulator, await toldAfter(simulator, hung));
        expect(await stateOf(world, hung)).toBe("unknown");
        expect(await second.stop()).toBe(0);

        const requests = simulator.requests.entries.filter(({ path }) => path.endsWith("/downlink"));
        const answers = (time: string): unknown[] =>
          requests.filter(({ body }) => plannedAt(body) === time).map(({ status }) => status);
        expect([retried, cut, hung].map(answers)).toEqual([[503, 503, 204], ["cut"], ["hang"]]);
        const told = simulator.downlinks.entries.map(({ body }) => plannedAt(body));
        expect(told).toEqual([...new Set(told)].sort());
      });
    },
  );
}

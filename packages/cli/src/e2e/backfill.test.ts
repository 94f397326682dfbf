// Samples that akenza stored while the engine was dead, stopped or disconnected. The simulator's history is the oracle.
import type { Simulator } from "@signalbox/akenza-simulator";
import { test } from "vitest";
import { byKey, type Sample, samplesAccepted, subscribedTo } from "./testing/observed.ts";
import { stores, titleOf } from "./testing/stores.ts";
import { inWorld } from "./testing/world.ts";

const devices = ["02aaaaaaaaaaaaaa", "02bbbbbbbbbbbbbb"];
const topics = ["default", "motion"];

const forwarding = ({ url }: Simulator): string => `name: to-erp
source: { akenza: { subscribe: [{ asset: [${devices.map((id) => `"${id}"`).join(", ")}] }] } }
sinks:
  - http: { url: "${url}/receiver/erp" }
`;

for (const store of stores) {
  test(
    `D5 what a stop, a kill -9 and a broken connection missed arrives, in order; on ${titleOf(store)}`,
    { concurrent: true, skip: store.skip !== undefined, timeout: 120_000 },
    async ({ signal, expect }) => {
      const options = {
        store,
        signal,
        simulator: { devices: devices.map((id) => ({ id, name: id })) },
        project: (simulator: Simulator) => ({ files: { "pipelines/a.yaml": forwarding(simulator) } }),
      };
      await inWorld(options, async ({ simulator, start }) => {
        const erp = simulator.receiver("erp").requests;
        const stored: Sample[] = [];
        const send = (count: number): void => {
          for (let each = 0; each < count; each += 1)
            for (const deviceId of devices)
              for (const topic of topics)
                stored.push(simulator.emit({ deviceId, topic, data: { number: stored.length } }));
        };
        const distinct = (): readonly Sample[] => [
          ...new Map(samplesAccepted(erp).map((sample) => [sample.data["number"], sample])).values(),
        ];
        const allArrived = (): Promise<void> => simulator.until(() => distinct().length === stored.length);

        let engine = await start();
        await subscribedTo(simulator, devices);
        send(5);
        await allArrived();
        expect(await engine.stop()).toBe(0);
        send(20);
        engine = await start();
        await allArrived();
        expect(samplesAccepted(erp)).toHaveLength(stored.length);

        simulator.faults.dropConnections();
        send(5);
        await allArrived();
        expect(samplesAccepted(erp)).toHaveLength(stored.length);

        send(10);
        await engine.kill();
        send(10);
        engine = await start();
        await allArrived();
        expect(await engine.stop()).toBe(0);
        // What the killed engine had sent and not noted comes again, under the same id.
        const byDevice = (samples: readonly Sample[]) => byKey(samples, ({ deviceId }) => deviceId);
        expect(byDevice(distinct())).toEqual(byDevice(stored));
      });
    },
  );
}

// The words of akenzaDownlink from a webhook to the simulated device and back, on the engine as it is shipped.
import type { Simulator } from "@signalbox/akenza-simulator";
import { type Command, createControlClient } from "@signalbox/core";
import { join } from "node:path";
import { test } from "vitest";
import { stores, titleOf } from "./testing/stores.ts";
import { inWorld, type RunningEngine, type World } from "./testing/world.ts";

/** A pipeline whose webhook `/NAME` commands the device that the call names, by the words given. */
const pipeline = (name: string, words: string): string => `name: ${name}
source:
  webhook: { method: POST, path: /${name}, respond: settled, device: device }
sinks:
  - akenzaDownlink: ${words}
    retry: { attempts: 3, backoff: 100ms }
`;

const setpoint = `lorawan: { port: 2, payload: '{ "setTargetTemperature": celsius }' }`;
const reported = "data.targetTemperature = $command.payload.loraDownlink.payload.setTargetTemperature";

const pipelinesOf = (valveTag: string): string =>
  [
    pipeline("confirmed", `{ ${setpoint}, confirm: { expect: "${reported}", within: 5m } }`),
    pipeline("unconfirmed", `{ ${setpoint}, confirm: { expect: "${reported}", within: 1s } }`),
    pipeline("tagged", `{ devices: { tag: "${valveTag}" }, ${setpoint} }`),
    pipeline("guarded", `{ devices: { tag: "${valveTag}" }, maxDevices: 2, ${setpoint} }`),
    pipeline("short-lived", `{ ${setpoint}, ttl: 1s }`),
    pipeline("superseding", `{ ${setpoint}, supersede: { key: setpoint } }`),
    pipeline("dry", `{ ${setpoint}, dryRun: true }`),
    pipeline("resent", `{ ${setpoint}, onUnknown: resend }`),
  ].join("---\n");

const devicesOf = (simulator: Simulator, model: string): readonly string[] =>
  simulator.devices.filter((device) => device.model === model).map(({ id }) => id);

/** Calls a pipeline; answers what became of the call's message. */
async function call(engine: RunningEngine, path: string, device: string, celsius: number): Promise<unknown> {
  const response = await fetch(`${engine.httpUrl}/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ device, celsius }),
  });
  return response.json();
}

async function commandsOf({ dir }: World, pipeline: string): Promise<readonly Command[]> {
  const client = createControlClient({ path: join(dir, ".signalbox/control.sock") });
  return (await client.commands.list({ pipeline, limit: 10 })).commands;
}

/** The setpoints that akenza accepted for a device, in order. */
const told = ({ downlinks }: Simulator, device: string): readonly unknown[] =>
  downlinks.entries
    .filter(({ deviceId }) => deviceId === device)
    .map(({ body }) => (body as { loraDownlink: { payload: { setTargetTemperature: unknown } } }).loraDownlink.payload)
    .map(({ setTargetTemperature }) => setTargetTemperature);

for (const store of stores) {
  test(
    `D13 the words of a downlink, from a call to the device and back; on ${titleOf(store)}`,
    { concurrent: true, skip: store.skip !== undefined, timeout: 120_000 },
    async ({ signal, expect }) => {
      const project = ({ tags }: Simulator): { files: Record<string, string> } => ({
        files: { "pipelines/a.yaml": pipelinesOf(tags.find(({ name }) => name === "Heating")?.id ?? "") },
      });
      await inWorld({ store, signal, project, simulator: { rateLimit: "off" } }, async (world) => {
        const { simulator } = world;
        const engine = await world.start();
        const valves = devicesOf(simulator, "valve");
        const [first = "", second = "", third = ""] = valves;
        const [weather = ""] = devicesOf(simulator, "weather");
        const stateOf = async (name: string): Promise<readonly string[]> =>
          (await commandsOf(world, name)).map(({ state }) => state);
        const becomes = (name: string, ...states: readonly string[]): Promise<void> =>
          engine.until(async () => JSON.stringify(await stateOf(name)) === JSON.stringify(states));

        expect(await call(engine, "confirmed", first, 24)).toMatchObject({ delivered: 1 });
        await simulator.downlinks.waitFor(({ deviceId }) => deviceId === first);
        await becomes("confirmed", "accepted");
        simulator.tick(1);
        await becomes("confirmed", "confirmed");

        expect(await call(engine, "unconfirmed", second, 23)).toMatchObject({ delivered: 1 });
        await becomes("unconfirmed", "unconfirmed");

        expect(await call(engine, "dry", weather, 5)).toMatchObject({ delivered: 1 });
        expect(await stateOf("dry")).toEqual(["planned"]);
        expect(await call(engine, "superseding", weather, 6)).toMatchObject({ delivered: 1 });
        await becomes("superseding", "rejected");
        const [refused] = await commandsOf(world, "superseding");
        expect(refused?.history.at(-1)?.detail).toContain(`the device ${weather} is connected over HTTP`);

        expect(await call(engine, "tagged", "", 19)).toMatchObject({ delivered: 1 });
        await becomes("tagged", ...valves.map(() => "accepted"));
        expect(await call(engine, "guarded", "", 30)).toMatchObject({ delivered: 0, deadLettered: 1 });
        expect(await stateOf("guarded")).toEqual([]);

        simulator.faults.failRequests({ path: "*/downlink", cut: "after" });
        expect(await call(engine, "resent", third, 21)).toMatchObject({ delivered: 1 });
        await becomes("resent", "accepted");

        simulator.faults.failRequests({ path: "*/downlink", status: 503, retryAfter: 3, times: 1 });
        expect(await call(engine, "short-lived", second, 29)).toMatchObject({ delivered: 1 });
        await becomes("short-lived", "expired");

        expect(told(simulator, first)).toEqual([24, 19]);
        expect(told(simulator, second)).toEqual([23, 19]);
        expect(told(simulator, third)).toEqual([19, 21, 21]);
        expect(told(simulator, weather)).toEqual([]);
        expect(await engine.stop()).toBe(0);
      });
    },
  );
}

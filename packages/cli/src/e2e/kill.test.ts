// Orders and messages that an engine took in and had not handed on when it was killed (kill -9).
// Not here: scheduled commands and their time (commands.test.ts).
import type { Simulator } from "@signalbox/akenza-simulator";
import { test } from "vitest";
import { byKey, samplesAccepted, samplesSent, subscribedTo } from "./testing/observed.ts";
import { stores, titleOf } from "./testing/stores.ts";
import { inWorld, type RunningEngine } from "./testing/world.ts";

const orders = (simulator: Simulator): string => `name: valve-order
source:
  webhook: { path: /valves/:device, respond: accepted, auth: { bearer: s3cret-s3cret }, device: $meta.request.params.device }
sinks:
  - akenzaDownlink:
      lorawan: { payload: '{ "setTargetTemperature": target }' }
    retry: { attempts: 100, backoff: 50ms, maxBackoff: 200ms }
---
name: valve-report
source: { akenza: { subscribe: [{ asset: "${valveOf(simulator)}", topic: default }] } }
steps:
  - transform: data.targetTemperature
sinks:
  - http: { url: "${simulator.url}/receiver/reports" }
`;

function valveOf({ devices }: Simulator): string {
  const valve = devices.find(({ model }) => model === "valve");
  if (valve === undefined) throw new Error("the fleet has no valve");
  return valve.id;
}

interface Order {
  readonly target: number;
  readonly key: string;
  readonly token?: string;
}

/** Calls the webhook; answers its status and the id it gave. */
async function order(
  { httpUrl }: RunningEngine,
  valve: string,
  { target, key, token = "s3cret-s3cret" }: Order,
): Promise<{ status: number; id: unknown }> {
  const answer = await fetch(`${httpUrl}/valves/${valve}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}`, "idempotency-key": key },
    body: JSON.stringify({ target }),
  });
  const { id } = (await answer.json()) as { id?: unknown };
  return { status: answer.status, id };
}

function targetOf(body: unknown): number {
  return (body as { loraDownlink: { payload: { setTargetTemperature: number } } }).loraDownlink.payload
    .setTargetTemperature;
}

for (const store of stores) {
  test(
    `D5 D13 a REST call becomes one command, also over kill -9 behind its 202; on ${titleOf(store)}`,
    { concurrent: true, skip: store.skip !== undefined, timeout: 120_000 },
    async ({ signal, expect }) => {
      const project = (simulator: Simulator): { files: Record<string, string> } => ({
        files: { "pipelines/a.yaml": orders(simulator) },
      });
      await inWorld({ store, signal, project }, async ({ simulator, start }) => {
        const valve = valveOf(simulator);
        const told = (target: number): Promise<unknown> =>
          simulator.downlinks.waitFor(({ body }) => targetOf(body) === target);
        const first = await start();
        expect(await order(first, valve, { target: 23, key: "a", token: "wrong" })).toMatchObject({ status: 401 });
        expect(await order(first, valve, { target: 21, key: "a" })).toEqual({ status: 202, id: "a" });
        await told(21);
        simulator.tick(2);
        await simulator.receiver("reports").requests.waitFor(({ body }) => body === 21);
        expect(await order(first, valve, { target: 21, key: "a" })).toEqual({ status: 202, id: "a" });
        expect(await order(first, valve, { target: 22, key: "b" })).toEqual({ status: 202, id: "b" });
        // The commands of a device go in their order: had the first been sent again, it would be there by now.
        await told(22);

        simulator.faults.failRequests({ path: "*/downlink", status: 503, times: 0 });
        expect(await order(first, valve, { target: 19, key: "c" })).toEqual({ status: 202, id: "c" });
        await first.kill();
        simulator.faults.clear();
        const second = await start();
        await told(19);
        expect(await order(second, valve, { target: 18, key: "d" })).toEqual({ status: 202, id: "d" });
        await told(18);
        expect(simulator.downlinks.entries.map(({ body }) => targetOf(body))).toEqual([21, 22, 19, 18]);
        expect(await second.stop()).toBe(0);
      });
    },
  );
}

const devices = ["02aaaaaaaaaaaaaa", "02bbbbbbbbbbbbbb", "02cccccccccccccc"];

const forwarding = ({ url }: Simulator): string => `name: to-erp
source: { akenza: { subscribe: [{ asset: [${devices.map((id) => `"${id}"`).join(", ")}] }] } }
sinks:
  - http: { url: "${url}/receiver/erp" }
    name: erp
    retry: { attempts: 1000, backoff: 50ms, maxBackoff: 500ms }
`;

for (const store of stores) {
  test(
    `D4 D7 a sink that is down: parked, shown, over kill -9, in order once it is back; on ${titleOf(store)}`,
    { concurrent: true, skip: store.skip !== undefined, timeout: 120_000 },
    async ({ signal, expect }) => {
      const options = {
        store,
        signal,
        simulator: { devices: devices.map((id) => ({ id, name: id })) },
        project: (simulator: Simulator) => ({ files: { "pipelines/a.yaml": forwarding(simulator) } }),
      };
      await inWorld(options, async ({ simulator, start, status }) => {
        const erp = simulator.receiver("erp");
        let number = 0;
        const send = (count: number): void => {
          for (const deviceId of devices)
            for (let each = 0; each < count; each += 1) simulator.emit({ deviceId, data: { number: number++ } });
        };
        erp.answerWith({ status: 503 });
        const args = ["--summary", "100ms"];
        const first = await start(args);
        await subscribedTo(simulator, devices);
        send(10);
        await first.said(({ msg, parked }) => msg === "So far." && parked === 30);
        const [stuck] = (await status()).pipelines;
        expect(stuck).toMatchObject({
          counts: { received: 30, settled: 0, inFlight: 0, parked: 30, unaccounted: 0 },
          sinks: [
            { counts: { due: 30, delivered: 0, parked: 30, unaccounted: 0 }, problem: { code: expect.any(String) } },
          ],
        });
        await first.kill();

        const second = await start(args);
        await subscribedTo(simulator, devices);
        send(5);
        await second.said(({ msg, parked }) => msg === "So far." && parked === 45);
        expect((await status()).pipelines[0]).toMatchObject({ counts: { received: 15, resumed: 30, parked: 45 } });
        erp.clearFaults();
        await simulator.until(() => samplesAccepted(erp.requests).length >= 45);
        send(1);
        await simulator.until(() => samplesAccepted(erp.requests).length >= 48);
        expect(await second.stop()).toBe(0);

        const got = byKey(samplesAccepted(erp.requests), ({ deviceId }) => deviceId);
        expect(got).toEqual(byKey(samplesSent(simulator), ({ deviceId }) => deviceId));
      });
    },
  );
}

import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { RecordedSample } from "@signalbox/akenza-simulator";
import { createControlClient } from "@signalbox/core";
import { expect, test } from "vitest";
import { byKey, type Sample, subscribedTo } from "./testing/observed.ts";
import { embedded } from "./testing/stores.ts";
import { inWorld } from "./testing/world.ts";

const count = 5_000;
const devices = Array.from({ length: 20 }, (_, index) => `02${String(index).padStart(14, "0")}`);
// 40 MB in all: more than sockets and kernel hold, so that a reader that rests stops the sender.
const padding = "x".repeat(8_000);

const pipeline = `name: flood
maxInFlight: 200
source: { akenza: { subscribe: [{ asset: "\${DEVICES}" }] } }
sinks:
  - http: { url: "\${SINK_URL}" }
    name: slow
`;

function* flood(): Generator<RecordedSample> {
  for (let number = 0; number < count; number += 1) {
    const timestamp = new Date(Date.UTC(2026, 0, 1) + number).toISOString();
    yield { deviceId: devices[number % devices.length] ?? "", timestamp, data: { number, padding } };
  }
}

/** A sink that answers nobody until it is opened. */
async function createGate(): Promise<{ url: string; got: Sample[]; all: Promise<void>; open(): void; close(): void }> {
  const got: Sample[] = [];
  let waiting: ServerResponse[] | undefined = [];
  let done = (): void => undefined;
  const all = new Promise<void>((resolve) => void (done = resolve));
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      got.push(JSON.parse(Buffer.concat(chunks).toString()) as Sample);
      if (waiting === undefined) response.writeHead(204).end();
      else waiting.push(response);
      if (got.length === count) done();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    got,
    all,
    open() {
      for (const response of waiting ?? []) response.writeHead(204).end();
      waiting = undefined;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

test(
  "D2 5,000 samples as fast as the socket takes them, into a sink that hangs: the sender waits, nothing is lost",
  { timeout: 90_000 },
  async ({ signal, onTestFinished }) => {
    const gate = await createGate();
    onTestFinished(() => gate.close());
    const options = {
      store: embedded,
      signal,
      simulator: { devices: devices.map((id) => ({ id, name: id })) },
      project: () => ({
        files: { "pipelines/a.yaml": pipeline },
        env: { DEVICES: devices.join(), SINK_URL: gate.url },
      }),
    };
    await inWorld(options, async ({ simulator, dir, start }) => {
      const engine = await start();
      await subscribedTo(simulator, devices);
      const playing = simulator.play(flood());
      const control = createControlClient({ path: join(dir, ".signalbox/control.sock"), timeoutMs: 30_000 });
      const rests = async (): Promise<boolean> =>
        (await control.status()).pipelines[0]?.source.status?.detail?.includes("the socket rests") === true;
      while (!(await rests())) signal.throwIfAborted();
      // Held by the kernel and the simulator, not by the engine: however long it lasts, no more comes in.
      await simulator.until(() => simulator.state().connections.some(({ bufferedBytes }) => bufferedBytes > 0));
      expect(simulator.sent.total).toBeLessThan(count);
      expect(gate.got.length).toBeLessThanOrEqual(200);

      gate.open();
      await Promise.all([playing, gate.all]);
      expect(await engine.stop()).toBe(0);
      const numbers = gate.got.map(({ deviceId, data }) => ({ deviceId, number: data["number"] as number }));
      const expected = Array.from({ length: count }, (_, number) => ({
        deviceId: devices[number % devices.length] ?? "",
        number,
      }));
      expect(byKey(numbers, ({ deviceId }) => deviceId)).toEqual(byKey(expected, ({ deviceId }) => deviceId));
    });
  },
);

// Runs the repository's own pipelines/ with no settings, as `pnpm start` does, until every component did its work.
// Not here: the components' own behaviour, which has its tests beside them.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Downlink, RequestEntry, SimulatedDevice } from "@signalbox/akenza-simulator";
import { freePort } from "@signalbox/core/testing";
import { expect, test } from "vitest";
import { projectFolder } from "../testing/project.ts";
import { startEngine } from "./testing/engine-process.ts";
import { exampleFiles } from "./testing/example-files.ts";
import { askLocalDatabase } from "./testing/local-database.ts";

/** The simulator's control API; a call without a body reads. */
function controlOf(port: number): <T>(path: string, body?: unknown) => Promise<T> {
  return async <T>(path: string, body?: unknown) => {
    const request = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const answer = await fetch(`http://127.0.0.1:${port}/simulator/${path}`, request);
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as T;
  };
}

interface Log<T> {
  readonly entries: readonly T[];
}

interface Mailbox {
  readonly requests: Log<RequestEntry>;
  readonly messages: Log<{ readonly text: string }>;
}

const plug = "022a0187bdb937f9";
const exercised = "0226e2f9f20136d4";
const radiator = "021fbd21a351c443";
const desk = "0215aa084de58f37";

test(
  "pipelines/ as they are: every component does its work, and a stop ends with 0",
  { timeout: 60_000 },
  async (context) => {
    const { onTestFinished, signal } = context;
    const [httpPort, simulatorPort] = [await freePort(), await freePort()];
    const { dir, remove } = await projectFolder(await exampleFiles(simulatorPort));
    onTestFinished(remove);
    const env = {
      SIGNALBOX_CONSOLE_PORT: "0",
      SIGNALBOX_HTTP_PORT: String(httpPort),
      SIGNALBOX_SIMULATOR_PORT: String(simulatorPort),
    };
    const engine = startEngine({ cwd: dir, env, args: ["--summary", "200ms"] });
    onTestFinished(() => engine.kill());
    signal.addEventListener("abort", () => void engine.kill());
    await engine.said(({ msg }) => msg === "Signalbox runs.");
    expect(engine.lines.filter(({ level }) => level === "error")).toEqual([]);

    const simulator = controlOf(simulatorPort);
    const mailbox = (name: string): Promise<Mailbox> => simulator(`receiver/${name}?limit=1000`);
    const accepted = async (name: string): Promise<readonly RequestEntry[]> =>
      (await mailbox(name)).requests.entries.filter(({ status }) => status === 204);
    const devices = await simulator<readonly SimulatedDevice[]>("devices");
    // The last of its kind: the fleet takes turns, and has not come to it yet.
    const oneOf = (model: string): string => devices.findLast((each) => each.model === model)?.id ?? "";
    const post = (path: string, body: unknown): Promise<Response> =>
      fetch(`http://127.0.0.1:${httpPort}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: "Bearer change-me" },
        body: JSON.stringify(body),
      });

    await simulator("emit", { deviceId: oneOf("climate"), data: { temperature: 21, co2: 1500 } });
    await simulator("emit", { deviceId: oneOf("meter"), data: { energy: 12_345.5, power: 1.5 } });
    await simulator("emit", { deviceId: desk, topic: "occupancy", data: { occupied: true } });
    const orders = [
      { id: 1, priority: "high" },
      { id: 2, priority: "test" },
      { id: 3, priority: "low" },
    ];
    const taken = await post("/work-orders", orders);
    expect([taken.status, await taken.json()]).toMatchObject([200, { delivered: 3, parked: 0 }]);
    expect((await post(`/radiators/${radiator}/setpoint`, { targetTemperature: 40 })).status).toBe(202);
    expect((await post(`/radiators/${radiator}/setpoint`, { targetTemperature: 21 })).status).toBe(202);

    const alert = { device: oneOf("climate"), co2: 1500, temperatureC: 21, temperatureF: 69.8 };
    const isAlert = ({ body }: RequestEntry): boolean => (body as typeof alert).co2 === alert.co2;
    await engine.until(async () => (await accepted("bms")).some(isAlert));
    const bms = (await accepted("bms")).find(isAlert);
    expect(bms).toMatchObject({ path: "/receiver/bms/alerts", body: alert });
    expect(bms?.headers["x-event-time"]).toMatch(/^\d{4}-.*Z$/);
    await engine.until(async () => (await accepted("monitoring")).length > 0);
    expect((await accepted("monitoring"))[0]).toMatchObject({ body: { engine: "signalbox", beat: 0 } });
    expect((await accepted("crm")).map(({ body }) => body)).toEqual([orders[0], orders[2]]);
    await engine.until(async () => (await mailbox("wall")).messages.entries.length > 0);
    const told = async (device: string): Promise<readonly unknown[]> =>
      (await simulator<Log<Downlink>>("log?of=downlinks&limit=1000")).entries
        .filter(({ deviceId }) => deviceId === device)
        .map(({ body }) => body);
    const light = { raw: false, mqttDownlink: { topic: "commands", payload: { on: true }, contentType: "JSON" } };
    await engine.until(async () => (await told(plug)).some((body) => isDeepStrictEqual(body, light)));
    await engine.until(async () => (await told(exercised)).length > 0);
    await engine.until(async () => (await told(radiator)).length > 0);
    expect(await told(radiator)).toMatchObject([{ loraDownlink: { payload: { setTargetTemperature: 21 } } }]);
    // The probe's ping comes back as a frame, which the watch logs.
    await engine.said(({ msg }) => msg.startsWith("akenza: ") && msg.includes('"pong"'));
    await engine.said(
      ({ msg, pipeline, delivered }) =>
        msg === "So far." && pipeline === "energy-to-warehouse" && Number(delivered) > 0,
    );
    expect(await engine.stop()).toBe(0);

    const lines = (await readdir(join(dir, "data"))).filter((name) => name.startsWith("office-air-"));
    const air = await Promise.all(lines.map((name) => readFile(join(dir, "data", name), "utf8")));
    const readings = air.flatMap((text) =>
      text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    );
    expect(readings).toContainEqual(expect.objectContaining(alert));
    const rows = await askLocalDatabase(dir, undefined, "select device, energy_kwh, power_kw from heat_reading");
    expect(rows).toContainEqual({ device: oneOf("meter"), energy_kwh: 12_345.5, power_kw: 1.5 });
  },
);

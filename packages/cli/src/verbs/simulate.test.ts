import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { main } from "../program.ts";
import { captureIo, type CapturedIo } from "../testing/captured-io.ts";
import { projectFolder } from "../testing/project.ts";

let folder: Awaited<ReturnType<typeof projectFolder>>;

beforeAll(async () => {
  folder = await projectFolder({});
});
afterAll(() => folder.remove());

interface Running {
  readonly io: CapturedIo;
  readonly code: Promise<number>;
  readonly url: string;
  readonly apiKey: string;
  readonly devices: number;
}

async function simulate(...args: readonly string[]): Promise<Running> {
  const io = captureIo({ cwd: folder.dir });
  const code = main(["simulate", "--port", "0", "--json", ...args], io);
  await Promise.race([io.until("out", "\n"), code]);
  return { io, code, ...(JSON.parse(io.out()) as Pick<Running, "url" | "apiKey" | "devices">) };
}

async function stop({ io, code }: Running): Promise<void> {
  io.signal("SIGINT");
  expect(await code).toBe(0);
}

/** Runs a pipeline on the simulator, from one device into a file, until the log says what is waited for; answers the file. */
async function receive({ url, apiKey }: Running, asset: string, until: RegExp): Promise<readonly string[]> {
  const source = `source:\n  akenza: { subscribe: [{ asset: "${asset}" }] }`;
  const pipeline = `name: ${asset}\n${source}\nsinks:\n  - file: { path: got.ndjson }\n`;
  const project = await projectFolder({ "pipelines/a.yaml": pipeline });
  const env = { AKENZA_API_KEY: apiKey, AKENZA_BASE_URL: url, SIGNALBOX_CONSOLE_PORT: "0", SIGNALBOX_HTTP_PORT: "0" };
  const io = captureIo({ cwd: project.dir, env });
  const code = main(["run", "--summary", "100ms"], io);
  const failed = code.then(() => {
    throw new Error(`ended before ${until} came:\n${io.out()}\n${io.err()}`);
  });
  await Promise.race([io.until("out", until), failed]);
  io.signal("SIGTERM");
  expect(await code).toBe(0);
  const lines = (await readFile(join(project.dir, "got.ndjson"), "utf8")).trim().split("\n");
  await project.remove();
  return lines;
}

test("has the fleet that was asked for, and sends at the rate that was asked for", { timeout: 120_000 }, async () => {
  const running = await simulate("--devices", "climate=1,valve=2", "--rate", "max", "--seed", "3");
  expect(running.devices).toBe(3);
  const answer = await fetch(`${running.url}/v3/devices`, { headers: { "x-api-key": running.apiKey } });
  const { content } = (await answer.json()) as { content: { id: string }[] };
  expect(content).toHaveLength(3);
  const id = content[0]?.id ?? "";
  const samples = await receive(running, id, /delivered=\d{3}/);
  expect(new Set(samples.map((line) => (JSON.parse(line) as { deviceId: string }).deviceId))).toEqual(new Set([id]));
  await stop(running);
});

test("plays a recording to its first listener, from the start", { timeout: 120_000 }, async () => {
  const device = "02c0ffee00000001";
  const lines = [1, 2, 3].map((value) =>
    JSON.stringify({ deviceId: device, topic: "default", timestamp: `2026-01-01T00:00:0${value}Z`, data: { value } }),
  );
  await writeFile(join(folder.dir, "samples.ndjson"), lines.join("\n"));
  const running = await simulate("--rate", "max", "--play", join(folder.dir, "samples.ndjson"));
  const samples = await receive(running, device, /delivered=3/);
  expect(samples.map((line) => (JSON.parse(line) as { data: unknown }).data)).toEqual([
    { value: 1 },
    { value: 2 },
    { value: 3 },
  ]);
  await stop(running);
});

test("what cannot be played is trouble at once, and a wrong fleet too", async () => {
  const failing = async (...args: readonly string[]): Promise<string> => {
    const io = captureIo({ cwd: folder.dir });
    expect(await main(["simulate", "--port", "0", ...args], io)).toBe(2);
    expect(io.out()).toBe("");
    return io.err();
  };
  expect(await failing("--play", "/nowhere.ndjson")).toContain("SIMULATOR_RECORDING_INVALID");
  expect(await failing("--devices", "toaster=1")).toContain("SIMULATOR_OPTION_INVALID");
  expect(await failing("--devices", "climate")).toContain("climate=5,valve=2");
  expect(await failing("--rate", "fast")).toContain("--rate");
});

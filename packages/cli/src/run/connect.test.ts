import { createSimulator, type Simulator } from "@signalbox/akenza-simulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { main } from "../program.ts";
import { captureIo } from "../testing/captured-io.ts";
import { projectFolder } from "../testing/project.ts";

const pipeline = `name: devices
source:
  akenza:
    subscribe:
      - { asset: "02cccccccccccccc" }
sinks:
  - drop: {}
`;

let project: Awaited<ReturnType<typeof projectFolder>>;
let simulator: Simulator;

beforeAll(async () => {
  project = await projectFolder({ "pipelines/a.yaml": pipeline });
  simulator = await createSimulator({});
});
afterAll(() => Promise.all([project.remove(), simulator.close()]));

async function validate(
  env: Readonly<Record<string, string>>,
  cwd: string = project.dir,
): Promise<{ code: number; findings: unknown; text: string }> {
  const io = captureIo({ cwd, env: { SIGNALBOX_SIMULATOR_PORT: "0", ...env } });
  const code = await main(["validate", "--connect", "--json"], io);
  return { code, text: io.out(), findings: (JSON.parse(io.out()) as { findings: unknown }).findings };
}

test("opens everything, on the simulator where no akenza is set", async () => {
  expect(await validate({})).toMatchObject({ code: 0, findings: [] });
});

test("opens the akenza that is set, sends nothing through, and leaves it", async () => {
  const result = await validate({ AKENZA_API_KEY: simulator.apiKey, AKENZA_BASE_URL: simulator.url });
  expect(result).toMatchObject({ code: 0, findings: [] });
  await simulator.until(() => simulator.subscriptions().length === 0);
  expect(simulator.connections.entries.length).toBeGreaterThan(0);
  expect(simulator.downlinks.entries).toEqual([]);
});

test("a refused key is an error at the place of the source, without the key", async () => {
  const result = await validate({ AKENZA_API_KEY: "0123456789abcdef.wrong", AKENZA_BASE_URL: simulator.url });
  expect(result.code).toBe(1);
  expect(result.findings).toMatchObject([
    { severity: "error", code: "AKENZA_AUTH_REFUSED", at: { file: "pipelines/a.yaml", line: 3, column: 3 } },
  ]);
  expect(result.text).not.toContain("0123456789abcdef.wrong");
});

test("a connection that does not open is said once, where it is declared; what stands on it is not tried", async () => {
  const insert = '{ connection: lake, statement: "insert into t values ($1)", params: [deviceId] }';
  const lake = await projectFolder({
    "signalbox.yaml":
      "connections:\n  lake:\n    postgres: { url: 'postgres://user:hunter2hunter2@127.0.0.1:1/lake' }\n",
    "pipelines/a.yaml": `name: a\nsource:\n  generate: { every: 1s }\nsinks:\n  - sql: ${insert}\n`,
  });
  const result = await validate({}, lake.dir);
  await lake.remove();
  expect(result.code).toBe(1);
  expect(result.findings).toMatchObject([{ severity: "error", at: { file: "signalbox.yaml", line: 2, column: 3 } }]);
  expect(result.text).toContain('connection \\"lake\\" did not open');
  expect(result.text).not.toContain("hunter2");
});

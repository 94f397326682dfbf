// What a reload does to sources that the outside world holds on to: the route of a webhook, the socket of akenza.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createSimulator } from "@signalbox/akenza-simulator";
import type { EngineStatus } from "@signalbox/core";
import { afterEach, expect, test } from "vitest";
import { main } from "../program.ts";
import { captureIo } from "../testing/captured-io.ts";
import { projectFolder } from "../testing/project.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

interface Run {
  status(): Promise<EngineStatus>;
  /** Writes the one file of pipelines, and has it read. */
  reload(yaml: string): Promise<number>;
}

async function start(yaml: string, variables: Readonly<Record<string, string>> = {}): Promise<Run> {
  const { dir, remove } = await projectFolder({ "pipelines/a.yaml": yaml });
  cleanUps.push(remove);
  const env = { SIGNALBOX_CONSOLE_PORT: "0", SIGNALBOX_HTTP_PORT: "0", SIGNALBOX_SIMULATOR_PORT: "0", ...variables };
  const io = captureIo({ cwd: dir, env });
  const code = main(["run", "--no-watch"], io);
  cleanUps.push(async () => {
    io.signal("SIGTERM");
    await code;
  });
  await Promise.race([io.until("out", "Signalbox runs."), code.then(() => Promise.reject(new Error(io.err())))]);
  return {
    async status() {
      const asked = captureIo({ cwd: dir, env });
      await main(["status", "--json"], asked);
      return JSON.parse(asked.out()) as EngineStatus;
    },
    async reload(text) {
      await writeFile(join(dir, "pipelines/a.yaml"), text);
      return main(["reload"], captureIo({ cwd: dir, env }));
    },
  };
}

test("D11 a webhook's route answers all through its changes, and moves from one pipeline to another", async () => {
  const hook = (name: string, more: string): string =>
    `name: ${name}\nsource:\n  webhook: { path: /in, respond: accepted${more} }\nsinks:\n  - drop: {}\n`;
  const run = await start(hook("a", ""));
  const url = `${(await run.status()).httpUrl}/in`;
  const answers = new Set<number>();
  const over = new AbortController();
  const calling = (async () => {
    while (!over.signal.aborted) answers.add((await fetch(url, { method: "POST", body: "1" })).status);
  })();
  for (const [name, more] of [
    ["a", ", bodyLimit: 10kB"],
    ["b", ", bodyLimit: 10kB"],
    ["a", ""],
  ] as const) {
    expect(await run.reload(hook(name, more))).toBe(0);
  }
  over.abort();
  await calling;
  expect(answers).toEqual(new Set([202]));
  const gone = "name: a\nsource:\n  generate: { count: 1 }\nsinks:\n  - drop: {}\n";
  expect(await run.reload(gone)).toBe(0);
  expect((await fetch(url, { method: "POST", body: "1" })).status).toBe(404);
}, 120_000);

test("D11 akenza subscriptions change by difference on the socket that is open", async () => {
  const simulator = await createSimulator({});
  cleanUps.push(() => simulator.close());
  const [first = "", second = "", third = ""] = simulator.devices.map(({ id }) => id);
  const pipeline = (...assets: string[]): string =>
    `name: a\nsource:\n  akenza:\n    subscribe:\n${assets.map((id) => `      - { asset: "${id}" }\n`).join("")}sinks:\n  - drop: {}\n`;
  const run = await start(pipeline(first, second), {
    AKENZA_API_KEY: simulator.apiKey,
    AKENZA_BASE_URL: simulator.url,
  });
  const asked = simulator.received.total;
  expect(await run.reload(pipeline(second, third))).toBe(0);
  await simulator.until(() => simulator.received.total >= asked + 2);
  // The one that both revisions want is not spoken of.
  const frames = simulator.received.entries.slice(asked).map(({ text }) => JSON.parse(text) as unknown);
  expect(frames).toMatchObject([
    { type: "subscribe", subscriptions: [{ assetId: third }] },
    { type: "unsubscribe", subscriptions: [{ assetId: first }] },
  ]);
  expect(simulator.connections.total).toBe(1);
}, 120_000);

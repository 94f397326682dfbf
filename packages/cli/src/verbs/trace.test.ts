import { startOtlpReceiver } from "@signalbox/telemetry/testing";
import { expect, onTestFinished, test } from "vitest";
import { main } from "../program.ts";
import { captureIo } from "../testing/captured-io.ts";
import { projectFolder } from "../testing/project.ts";

const ports = { SIGNALBOX_CONSOLE_PORT: "0", SIGNALBOX_HTTP_PORT: "0", SIGNALBOX_SIMULATOR_PORT: "0" };

async function running(env: Readonly<Record<string, string>>) {
  const quiet = "name: quiet\nsource: { pipeline: {} }\nsinks: [{ drop: {} }]\n";
  const project = await projectFolder({ "pipelines/a.yaml": quiet });
  onTestFinished(() => project.remove());
  const io = captureIo({ cwd: project.dir, env: { ...ports, ...env } });
  const code = main(["run", "--no-watch"], io);
  await Promise.race([io.until("out", "Signalbox runs."), code]);
  const call = async (...args: readonly string[]): Promise<{ code: number; out: string; err: string }> => {
    const own = captureIo({ cwd: project.dir, env: { ...ports, ...env } });
    const result = await main(["trace", ...args], own);
    return { code: result, out: own.out(), err: own.err() };
  };
  const stop = async (): Promise<void> => {
    io.signal("SIGTERM");
    await code;
  };
  return { call, stop };
}

test("trace says how the engine is traced, and has everything traced for a while", { timeout: 120_000 }, async () => {
  const receiver = await startOtlpReceiver();
  onTestFinished(() => receiver.close());
  const { call, stop } = await running({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
  const usual = `1 % of the traces are exported, and those of failures, to ${receiver.url}/v1/traces\n`;
  expect(await call()).toMatchObject({ code: 0, out: expect.stringContaining(usual) as string });
  expect((await call("--for", "5m")).out).toMatch(/^Every trace that begins before \d{4}-\S+Z is exported to http/);
  expect(JSON.parse((await call("--json")).out)).toMatchObject({
    share: 0.01,
    allUntil: expect.stringMatching(/Z$/) as string,
    spans: { exported: 0, dropped: 0, failed: 0 },
  });
  expect((await call("--for", "0s")).out).toContain(usual);
  expect((await call("--for", "2d")).code).toBe(2);
  await stop();
});

test("without a receiver it says what to set", { timeout: 120_000 }, async () => {
  const { call, stop } = await running({});
  const { code, err } = await call("--for", "5m");
  expect(code).toBe(2);
  expect(err).toContain("CONTROL_TRACES_OFF");
  expect(err).toContain("OTEL_EXPORTER_OTLP_ENDPOINT");
  await stop();
});

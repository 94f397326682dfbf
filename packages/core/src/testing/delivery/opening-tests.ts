import { SignalboxError } from "../../errors/error.ts";
import type { TestKit } from "../test-kit.ts";
import { type DeliveryFixture, startTestEngine } from "./harness.ts";
import { createProbes } from "./probes.ts";

const yaml = (name: string): string => `name: ${name}
source: { feed: { id: in } }
sinks:
  - probe: { id: a }
    retry: { attempts: 50, backoff: 20ms, maxBackoff: 50ms }
  - probe: { id: b }
    name: b
`;

/** Rule 1: what opens late is tried again, and holds nothing else back. */
export function openingTests({ test, expect }: TestKit, fixture: () => DeliveryFixture): void {
  test("D1 a sink that does not open has its messages parked, and the other sinks theirs at once", async () => {
    const probes = createProbes();
    let isDown = true;
    probes.probe("a").open = () => {
      if (isDown) throw new Error("nobody there");
    };
    const run = await startTestEngine(fixture(), yaml("sink-late"), probes);
    expect(await run.feed("in").send({ id: "m", device: "d", body: 1 })).toMatchObject({ delivered: 1, parked: 1 });
    expect(run.status("sink-late").sinks[0]?.problem).toMatchObject({
      code: "SINK_NOT_OPEN",
      message: 'sink "probe" is not open: nobody there',
    });
    isDown = false;
    await run.probe("a").until((got) => got.length === 1);
    await run.until(() => run.counts("sink-late").parked === 0);
    await run.engine.stop();
  });

  test("D1 a source that does not open is opened again with backoff", async () => {
    const probes = createProbes();
    let tries = 0;
    probes.feed("in").open = () => {
      tries += 1;
      if (tries < 3) throw new Error("not yet");
    };
    const run = await startTestEngine(fixture(), yaml("source-late"), probes);
    expect(run.status("source-late")).toMatchObject({ state: "waiting", problem: { message: "not yet" } });
    expect(await run.feed("in").send({ id: "m", device: "d", body: 1 })).toMatchObject({ delivered: 2 });
    expect(run.status("source-late")).toMatchObject({ state: "running", problem: undefined });
    await run.engine.stop();
  });

  test("D1 a source whose failure cannot pass stops its own pipeline alone", async () => {
    const probes = createProbes();
    probes.feed("in").open = () => {
      throw new SignalboxError("AKENZA_AUTH_REFUSED", "the key is wrong", { hint: "mend it" });
    };
    const second = yaml("other").replace("id: in", "id: other");
    const run = await startTestEngine(fixture(), `${yaml("refused")}---\n${second}`, probes);
    const problem = { code: "AKENZA_AUTH_REFUSED", message: "the key is wrong", hint: "mend it" };
    expect(run.status("refused")).toMatchObject({ state: "failed", problem });
    expect(await run.feed("other").send({ id: "m", device: "d", body: 1 })).toMatchObject({ delivered: 2 });
    await run.engine.stop();
  });
}

// Rule 11: a reload changes what changed, and loses, doubles and disturbs nothing. Not here: files and signals (the CLI).
import { delivered } from "../../component/contracts.ts";
import { SignalboxError } from "../../errors/error.ts";
import type { TestKit } from "../test-kit.ts";
import { failedForNow } from "./failures.ts";
import { type DeliveryFixture, startTestEngine } from "./harness.ts";
import { type Body, bodies, marked, send, turn } from "./reload-kit.ts";
import { reloadParkedTests } from "./reload-parked-tests.ts";

const devices = ["d1", "d2", "d3", "d4", "d5", "d6", "d7"];

/** Rule 11: what is swapped, what stays, and what is refused. */
export function reloadTests(kit: TestKit, fixture: () => DeliveryFixture): void {
  swapTests(kit, fixture);
  reloadParkedTests(kit, fixture);
  refusalTests(kit, fixture);
}

function swapTests({ test, expect }: TestKit, fixture: () => DeliveryFixture): void {
  test("D11 what is in flight finishes on the old revision, and what waits goes through the new one, in order", async () => {
    const run = await startTestEngine(fixture(), marked("swapped", 1));
    let opened = 0;
    run.feed("in").open = () => void (opened += 1);
    let release = (): void => undefined;
    run.probe("a").answer = () => new Promise((resolve) => (release = () => resolve(delivered)));
    const first = send(run, 0);
    await run.until(() => run.probe("a").tried.length === 1);
    const reloaded = run.reload(marked("swapped", 2));
    await turn();
    const second = send(run, 1);
    run.probe("a").answer = () => delivered;
    release();
    const [result] = await Promise.all([reloaded, first, second]);
    expect(bodies(run)).toEqual([
      { n: 0, mark: 1 },
      { n: 1, mark: 2 },
    ]);
    expect(result).toMatchObject({ revision: 1, unchanged: 0, findings: [] });
    expect(result.changes).toEqual([
      { pipeline: "swapped", what: "changed", from: expect.any(String), to: run.status("swapped").hash },
    ]);
    // The source stayed open, and the counts are those of the name.
    expect(opened).toBe(0);
    expect(run.counts("swapped")).toMatchObject({ received: 2, settled: 2, inFlight: 0, unaccounted: 0 });
    expect(run.writes("swapped", "probe")).toMatchObject({ due: 2, delivered: 2, unaccounted: 0 });
    expect(run.engine.status().reload).toEqual(result);
    await run.engine.stop();
  });

  test("D11 twenty reloads under load lose nothing, double nothing and keep the order of every device", async () => {
    const run = await startTestEngine(fixture(), marked("loaded", 0));
    run.probe("a").answer = ({ body }, nth) => ((body as Body).n % 17 === 0 && nth === 1 ? failedForNow() : delivered);
    const over = new AbortController();
    const feeding = devices.map(async (device) => {
      let n = 0;
      while (!over.signal.aborted) {
        await Promise.all(Array.from({ length: 5 }, () => send(run, n++, device)));
        expect(run.counts("loaded").unaccounted).toBe(0);
        // Else a device that has parked messages never catches up.
        await run.until(() => run.counts("loaded").parked < 100);
        await turn();
      }
      return n;
    });
    for (let mark = 1; mark <= 20; mark += 1) {
      // Every other time the source is closed and opened too.
      const result = await run.reload(marked("loaded", mark, mark % 4 < 2 ? "" : "maxInFlight: 500"));
      expect(result.changes).toMatchObject([{ what: "changed" }]);
      await run.probe("a").until((got) => (got.at(-1)?.body as Body | undefined)?.mark === mark);
    }
    over.abort();
    const sent = await Promise.all(feeding);
    await run.until(() => run.counts("loaded").parked === 0);
    for (const [index, device] of devices.entries()) {
      const got = run.probe("a").got.filter(({ meta }) => meta.device === device);
      expect(got.map(({ body }) => (body as Body).n)).toEqual(Array.from({ length: sent[index] ?? 0 }, (_, n) => n));
    }
    const total = sent.reduce((sum, count) => sum + count, 0);
    expect(run.counts("loaded")).toMatchObject({ received: total, settled: expect.any(Number), unaccounted: 0 });
    expect(run.writes("loaded", "probe")).toMatchObject({ delivered: total, unaccounted: 0 });
    await run.engine.stop();
  });

  test("D11 pipelines that did not change are not touched, those that are new start, those that are gone end", async () => {
    const kept = marked("kept", 1);
    const gone = "name: gone\nsource: { feed: { id: gone } }\nsinks:\n  - probe: { id: gone }\n";
    const run = await startTestEngine(fixture(), `${kept}---\n${gone}`);
    let opened = 0;
    run.feed("in").open = () => void (opened += 1);
    await send(run, 0);
    const comment = "# the same, lower down, and said otherwise\n";
    const described = kept.replace("name: kept", "name: kept\ndescription: Still the same.");
    const result = await run.reload(`${comment}${described}---\n${gone.replaceAll("gone", "fresh")}`);
    expect(result).toMatchObject({ unchanged: 1 });
    expect(result.changes).toMatchObject([
      { pipeline: "gone", what: "removed" },
      { pipeline: "fresh", what: "added" },
    ]);
    expect(run.engine.status().pipelines.map(({ name }) => name)).toEqual(["kept", "fresh"]);
    expect(run.status("kept")).toMatchObject({ description: "Still the same.", at: { line: 2 } });
    expect(run.counts("kept").received).toBe(1);
    expect(opened).toBe(0);
    await run.feed("fresh").send({ id: "m" });
    expect(run.probe("fresh").got).toHaveLength(1);
    await run.engine.stop();
  });

  test("D11 a connection that changed is replaced for those who use it, and closed after the last of them", async () => {
    const lined = (id: string): string =>
      `name: ${id}\nsource: { feed: { id: ${id} } }\nsinks:\n  - lineProbe: { id: ${id} }\n`;
    const line = (to: string): string => `connections:\n  line: { line: { to: ${to} } }\n`;
    const run = await startTestEngine(fixture(), marked("plain", 1));
    await run.reload(`${marked("plain", 1)}---\n${lined("x")}---\n${lined("y")}`, line("here"));
    expect(run.lines).toEqual({ opened: ["here"], closed: [] });
    const result = await run.reload(`${marked("plain", 1)}---\n${lined("x")}---\n${lined("y")}`, line("there"));
    expect(result.changes.map(({ pipeline, what }) => `${pipeline} ${what}`)).toEqual(["x changed", "y changed"]);
    expect(run.lines).toEqual({ opened: ["here", "there"], closed: ["here"] });
    await run.feed("x").send({ id: "m" });
    expect(run.probe("x").got).toHaveLength(1);
    await run.reload(marked("plain", 1));
    expect(run.lines).toEqual({ opened: ["here", "there"], closed: ["here", "there"] });
    await run.engine.stop();
  });
}

function refusalTests({ test, expect }: TestKit, fixture: () => DeliveryFixture): void {
  test("D11 a file with errors leaves its pipelines running as they are, also where its documents have lost their names", async () => {
    const run = await startTestEngine(fixture(), marked("guarded", 1));
    for (const bad of ["name: guarded\nsource: [", "nothing: here", marked("guarded", 2).replace("probe:", "prob:")]) {
      const result = await run.reload(bad);
      expect(result.changes).toMatchObject([
        { pipeline: "guarded", what: "refused", reason: expect.stringMatching(/^pipelines\/test\.yaml:\d+:\d+ /) },
      ]);
      expect(result.findings.some(({ severity }) => severity === "error")).toBe(true);
    }
    await send(run, 0);
    expect((await run.reload(marked("guarded", 2))).changes).toMatchObject([{ what: "changed" }]);
    await send(run, 1);
    expect(bodies(run).map(({ mark }) => mark)).toEqual([1, 2]);
    await run.engine.stop();
  });

  test("D11 a component that cannot be made refuses its own pipeline, and the rest proceeds", async () => {
    const run = await startTestEngine(fixture(), marked("unmade", 1));
    run.probe("a").create = () => {
      throw new SignalboxError("SINK_NOT_OPEN", "no such thing");
    };
    const fresh = "name: fresh\nsource: { feed: { id: fresh } }\nsinks:\n  - probe: { id: b }\n";
    const result = await run.reload(`${marked("unmade", 2)}---\n${fresh}`);
    expect(result.changes).toMatchObject([
      { pipeline: "unmade", what: "refused", code: "SINK_NOT_OPEN" },
      { pipeline: "fresh", what: "added" },
    ]);
    expect(result.findings).toMatchObject([{ code: "SINK_NOT_OPEN", at: { file: "pipelines/test.yaml", line: 1 } }]);
    await send(run, 0);
    expect(bodies(run)).toEqual([{ n: 0, mark: 1 }]);
    await run.engine.stop();
  });

  test("D11 a setting that holds until the next start is refused where it stands, and settings with errors refuse everything", async () => {
    const run = await startTestEngine(fixture(), marked("settled", 1));
    const fixed = await run.reload(marked("settled", 2), "simulator: { port: 4711 }\n");
    expect(fixed.changes).toMatchObject([{ what: "changed" }]);
    expect(fixed.findings).toMatchObject([{ code: "RELOAD_SETTING_FIXED", at: { file: "signalbox.yaml", line: 4 } }]);
    const broken = await run.reload("", "stoer: {}\n");
    expect(broken.changes).toMatchObject([{ pipeline: "settled", what: "refused", code: "CONFIG_FIELD_UNKNOWN" }]);
    await run.engine.stop();
  });
}

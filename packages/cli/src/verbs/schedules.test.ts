import type { ScheduleInfo, ScheduleSummary, TickRecord } from "@signalbox/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { main } from "../program.ts";
import { captureIo, type CapturedIo } from "../testing/captured-io.ts";
import { projectFolder } from "../testing/project.ts";

const pipelines = `name: yearly
source:
  schedule: { cron: "30 2 * 3 SUN#L", timezone: Europe/Zurich }
sinks:
  - drop: {}
---
name: hooked
source:
  webhook: { path: /orders, id: id }
sinks:
  - drop: {}
`;

let project: Awaited<ReturnType<typeof projectFolder>>;
let engine: { readonly io: CapturedIo; readonly code: Promise<number> };

beforeAll(async () => {
  project = await projectFolder({ "pipelines/all.yaml": pipelines });
  const io = captureIo({
    cwd: project.dir,
    env: { SIGNALBOX_CONSOLE_PORT: "0", SIGNALBOX_HTTP_PORT: "0", SIGNALBOX_SIMULATOR_PORT: "0" },
  });
  engine = { io, code: main(["run", "--log", "json"], io) };
  await Promise.race([io.until("out", "Signalbox runs."), engine.code]);
}, 120_000);

afterAll(async () => {
  engine.io.signal("SIGTERM");
  await engine.code;
  await project.remove();
}, 60_000);

describe("signalbox schedules", { timeout: 60_000 }, () => {
  test("lists and shows them, for a person and as JSON", async () => {
    expect((await call(["list"])).out).toMatch(
      /^pipeline +state +next +plan\nyearly +active +\d{4}-03-\d\dT01:00:00.000Z +30 2 \* 3 SUN#L \(Europe\/Zurich\)\n$/,
    );
    expect(JSON.parse((await call(["list", "--json"])).out)).toMatchObject([{ pipeline: "yearly", state: "active" }]);
    expect((await call(["show", "yearly"])).out).toMatch(/^pipeline +yearly\nplan .*\nstate +active\nnext +\d{4}-/);
    expect(await call(["show", "hooked"])).toMatchObject({ code: 2, out: "" });
  });

  test("runs a tick now, and its history says who asked", async () => {
    const ran = await call(["run-now", "yearly", "--json"]);
    const { id, by } = JSON.parse(ran.out) as TickRecord;
    expect(id).toMatch(/^yearly!\d{4}-/);
    await ended(id);
    const { out } = await call(["history", "yearly"]);
    expect(out).toMatch(/^planned +timing +outcome +started +ended +led to +engine +detail\n/);
    expect(out).toMatch(new RegExp(`on-time +succeeded .* 1 message .* Asked for by ${by}\\.\\n`));
    expect((await call(["run-now", "yearly"])).out).toMatch(/yearly!\S+ +\S+ +on-time +waiting /);
  });

  test("pauses with a reason, once, and resumes", async () => {
    expect((await call(["pause", "yearly", "--why", "valves are serviced"])).out).toMatch(
      /state +paused\npaused +since \S+Z by .*: valves are serviced\n/,
    );
    const again = JSON.parse((await call(["pause", "yearly", "--why", "other", "--json"])).out) as ScheduleInfo;
    expect(again.pause?.why).toBe("valves are serviced");
    expect((JSON.parse((await call(["list", "--json"])).out) as ScheduleSummary[])[0]?.state).toBe("paused");
    expect((await call(["resume", "yearly"])).out).toMatch(/state +active\nnext /);
    expect(engine.io.out()).toMatch(/"why":"valves are serviced".*"msg":"A schedule is paused\."/);
  });

  test("previews from the files alone, and marks what the clocks do", async () => {
    const dir = await projectFolder({ "pipelines/all.yaml": pipelines });
    const from = ["--from", "2026-03-01T00:00Z", "--count", "2"];
    const { code, out } = await call(["preview", "yearly", ...from], dir.dir);
    expect([code, out]).toEqual([
      0,
      `30 2 * 3 SUN#L (Europe/Zurich)
Europe/Zurich               UTC
2026-03-29 03:00:00 +02:00  2026-03-29T01:00:00.000Z  for 02:30:00, which does not exist
2027-03-28 03:00:00 +02:00  2027-03-28T01:00:00.000Z  for 02:30:00, which does not exist

2026-03-29 02:30:00 does not exist in Europe/Zurich: due at 03:00:00 +02:00
2027-03-28 02:30:00 does not exist in Europe/Zurich: due at 03:00:00 +02:00
`,
    ]);
    expect(JSON.parse((await call(["preview", "yearly", "--json", ...from], dir.dir)).out)).toMatchObject({
      timezone: "Europe/Zurich",
      times: [{ odd: [{ kind: "hole" }] }, { odd: [{ kind: "hole" }] }],
    });
    expect((await call(["preview", "hooked"], dir.dir)).err).toContain("CLI_SCHEDULE_UNKNOWN");
    expect((await call(["preview", "nobody"], dir.dir)).code).toBe(2);
    await dir.remove();
  });

  test("validate warns of what the clocks will do, at the text that says so", async () => {
    const dir = await projectFolder({ "pipelines/all.yaml": pipelines });
    const io = captureIo({ cwd: dir.dir });
    expect(await main(["validate"], io)).toBe(0);
    expect(io.out()).toMatch(
      /^pipelines\/all\.yaml:3:21 {2}CONFIG_TIME_SKIPPED {2}\d{4}-03-\d\d 02:30:00 does not exist in Europe\/Zurich: due at 03:00:00 \+02:00\b/m,
    );
    await dir.remove();
  });

  test("says that no engine runs", async () => {
    const elsewhere = await projectFolder({ "signalbox.yaml": "version: 1" });
    for (const args of [["list"], ["pause", "x"]]) expect((await call(args, elsewhere.dir)).code).toBe(3);
    await elsewhere.remove();
  });
});

async function ended(id: string): Promise<void> {
  for (;;) {
    const lines = (await call(["history", "yearly", "--json"])).out.trim().split("\n");
    const ticks = lines.map((line) => JSON.parse(line) as TickRecord);
    if (ticks.some((tick) => tick.id === id && tick.outcome === "succeeded")) return;
  }
}

async function call(args: readonly string[], cwd = project.dir): Promise<{ code: number; out: string; err: string }> {
  const io = captureIo({ cwd });
  const code = await main(["schedules", ...args], io);
  return { code, out: io.out(), err: io.err() };
}

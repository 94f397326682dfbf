import type { Command, EngineStatus, PipelineStatus, SinkStatus } from "@signalbox/core";
import pc from "picocolors";
import { describe, expect, test } from "vitest";
import { displayWidth } from "../terminal/text.ts";
import { renderFrame } from "./render.ts";
import type { Pen } from "./sections.ts";
import { createTimeFormat } from "./times.ts";
import { createRateWindow } from "./totals.ts";

const at = { file: "pipelines/a.yaml", line: 1, column: 1 };

function sink(name: string, component: string, counts: Partial<SinkStatus["counts"]> = {}): SinkStatus {
  const zero = { due: 0, resumed: 0, delivered: 0, discarded: {}, deadLettered: 0, inFlight: 0, parked: 0, retried: 0 };
  return {
    name,
    component,
    problem: undefined,
    breaker: { state: "closed", since: undefined, reason: undefined, nextTryAt: undefined, isAccessRefused: false },
    parkedSize: { count: 0, bytes: 0, isFull: false },
    counts: { ...zero, unaccounted: 0, ...counts },
  };
}

function pipeline(name: string, rest: Partial<PipelineStatus> = {}): PipelineStatus {
  const counts = {
    received: 0,
    resumed: 0,
    redriven: 0,
    taken: 0,
    handed: 0,
    divided: 0,
    settled: 0,
    inFlight: 0,
    parked: 0,
    deadLettered: 0,
  };
  return {
    name,
    description: undefined,
    at,
    hash: "h",
    state: "running",
    problem: undefined,
    source: { component: "akenza", status: { state: "live", detail: "20 devices" } },
    steps: [],
    sinks: [],
    ...rest,
    counts: { ...counts, discarded: {}, unaccounted: 0, ...rest.counts },
  };
}

const stepCounts = { received: 0, passed: 0, discarded: {}, failed: 0 };
const office = pipeline("office-air", {
  steps: [
    { name: "filter", component: "filter", counts: stepCounts },
    { name: "in-fahrenheit", component: "transform", counts: stepCounts },
  ],
  sinks: [
    {
      ...sink("bms", "http", { delivered: 104, deadLettered: 1, parked: 2 }),
      problem: { code: "SINK_TIMEOUT", message: "no answer within 10s", hint: undefined },
    },
    sink("file", "file", { delivered: 1_000, discarded: { dropped: 3 } }),
  ],
  counts: { ...pipeline("x").counts, received: 120_204, parked: 2, discarded: { filtered: 1_090, nothing: 7 } },
});
const night = pipeline("night-setback", {
  source: {
    component: "schedule",
    status: {
      state: "waiting",
      detail: "0 22 * * 1-5 (Europe/Zurich)",
      nextTicks: ["2026-03-02T21:00:00.000Z", "2026-03-03T21:00:00.000Z"],
    },
  },
  sinks: [sink("akenzaDownlink", "akenzaDownlink", { delivered: 1 })],
});
const broken = pipeline("to-sql", {
  state: "waiting",
  problem: { code: "STORE_UNREACHABLE", message: "PostgreSQL does not answer", hint: undefined },
  source: { component: "webhook", status: undefined },
  sinks: [sink("sql", "sql")],
});

const command: Command = {
  key: "k",
  pipeline: "night-setback",
  sink: "akenzaDownlink",
  message: "m",
  connection: "akenza",
  device: "0242ac1300020001",
  payload: {},
  maxAttempts: 5,
  backoffMs: 1,
  maxBackoffMs: 1,
  state: "accepted",
  attempts: 2,
  at: "2026-03-02T17:59:57.000Z",
  history: [{ at: "2026-03-02T17:59:58.000Z", state: "accepted", attempt: 2, detail: "204 No Content" }],
};

const status: EngineStatus = {
  version: "0.1.0",
  startedAt: "2026-03-02T17:46:47.000Z",
  now: "2026-03-02T18:00:00.000Z",
  state: "running",
  store: { kind: "embedded", description: "embedded store in .signalbox" },
  httpUrl: "http://127.0.0.1:8080",
  connections: [{ name: "akenza", component: "akenza", state: "open", problem: undefined }],
  pipelines: [office, night, broken],
  commands: [command],
  ticks: [],
  deadLetters: { count: 0 },
  notices: [
    {
      at: "2026-03-02T17:59:59.000Z",
      level: "warn",
      sentence: "A write failed for now.",
      fields: { sink: "bms", attempts: 2 },
    },
  ],
};
const notes = ["No AKENZA_API_KEY is set: a simulated akenza stands in at http://127.0.0.1:8090."];

function penOf(width: number, earlier?: EngineStatus): Pen {
  const rates = createRateWindow(10_000);
  if (earlier !== undefined) rates.add(earlier);
  rates.add(status);
  return { width, colors: pc.createColors(false), times: createTimeFormat("Europe/Zurich"), rates };
}

function secondsEarlier(seconds: number): EngineStatus {
  const before = { ...office, counts: { ...office.counts, received: office.counts.received - 32 * seconds } };
  const now = new Date(Date.parse(status.now) - seconds * 1_000).toISOString();
  return { ...status, now, pipelines: [before, night, broken] };
}

describe("the live view", () => {
  test("at 80 columns", () => {
    const lines = renderFrame({ status, notes, height: 40 }, penOf(80, secondsEarlier(5)));
    expect(lines).toEqual([
      "Signalbox 0.1.0  running 13m13s  http://127.0.0.1:8080  embedded store in .sign…",
      "akenza: open",
      "No AKENZA_API_KEY is set: a simulated akenza stands in at http://127.0.0.1:8090.",
      "",
      "  pipeline          received   discarded   delivered  parked        dead",
      "* office-air      32/s  120k        1100        1104       2           1",
      '  akenza > filter > transform "in-fahrenheit" > http "bms" + file  [20 devices]',
      "  bms: SINK_TIMEOUT no answer within 10s",
      "* night-setback            0           0           1       0           0",
      "  schedule > akenzaDownlink  [0 22 * * 1-5 (Europe/Zurich)]",
      "~ to-sql                   0           0           0       0           0",
      "  webhook > sql",
      "  waiting: STORE_UNREACHABLE PostgreSQL does not answer",
      "",
      "next ticks (Europe/Zurich)",
      "  night-setback  Mon 02 Mar 22:00:00 CET (in 3h), then Tue 03 Mar  [0 22 * * 1-…",
      "",
      "last commands",
      "  18:59:58  accepted   0242ac1300020001  night-setback > akenzaDownlink  attemp…",
      "",
      "last warnings and errors",
      "  18:59:59  warn   A write failed for now. sink=bms attempts=2",
    ]);
  });

  test("at 120 columns", () => {
    const lines = renderFrame({ status, notes, height: 40 }, penOf(120));
    expect(lines.slice(0, 8)).toEqual([
      "Signalbox 0.1.0  running 13m13s  http://127.0.0.1:8080  embedded store in .signalbox",
      "akenza: open",
      "No AKENZA_API_KEY is set: a simulated akenza stands in at http://127.0.0.1:8090.",
      "",
      "  pipeline          received   discarded   delivered  parked        dead",
      "* office-air            120k        1100        1104       2           1",
      '  akenza > filter > transform "in-fahrenheit" > http "bms" + file  [20 devices]',
      "  bms: SINK_TIMEOUT no answer within 10s",
    ]);
    expect(lines).toContain(
      "  night-setback  Mon 02 Mar 22:00:00 CET (in 3h), then Tue 03 Mar  [0 22 * * 1-5 (Europe/Zurich)]",
    );
    expect(lines).toContain(
      "  18:59:58  accepted   0242ac1300020001  night-setback > akenzaDownlink  attempt 2  204 No Content",
    );
  });

  test("a low and wide terminal shows what a pipeline is made of behind its counts", () => {
    const lines = renderFrame({ status, notes, height: 18 }, penOf(120, secondsEarlier(5)));
    expect(lines.slice(4, 8)).toEqual([
      "  pipeline          received   discarded   delivered  parked        dead",
      '* office-air      32/s  120k        1100        1104       2           1  akenza > 2 steps > http "bms" + file',
      "* night-setback            0           0           1       0           0  schedule > akenzaDownlink",
      "~ to-sql                   0           0           0       0           0  webhook > sql",
    ]);
  });

  test("a second tick is told by what differs from the first", () => {
    const times = createTimeFormat("Europe/Zurich");
    const first = "2026-03-02T21:00:00.000Z";
    expect(times.following("2026-03-02T21:05:00.000Z", first)).toBe("22:05:00");
    expect(times.following("2026-03-03T21:00:00.000Z", first)).toBe("Tue 03 Mar");
    expect(times.following("2026-03-03T04:30:00.000Z", first)).toBe("Tue 03 Mar 05:30:00");
  });

  test("leaves out the least first when the terminal is low, and counts what is not shown", () => {
    const compact = renderFrame({ status, notes, height: 13 }, penOf(80));
    expect(compact).toHaveLength(13);
    expect(compact).not.toContain("");
    expect(compact.join("\n")).not.toContain("schedule >");
    expect(compact.join("\n")).toContain("last commands");
    const untitled = renderFrame({ status, notes, height: 10 }, penOf(80));
    expect(untitled.slice(7)).toEqual([
      "  night-setback  Mon 02 Mar 22:00:00 CET (in 3h), then Tue 03 Mar  [0 22 * * 1-…",
      "  18:59:58  accepted   0242ac1300020001  night-setback > akenzaDownlink  attemp…",
      "  18:59:59  warn   A write failed for now. sink=bms attempts=2",
    ]);
    const least = renderFrame({ status, notes, height: 7 }, penOf(80));
    expect(least.slice(3)).toEqual([
      "  pipeline          received   discarded   delivered  parked        dead",
      "* office-air            120k        1100        1104       2           1",
      "  and 2 more (signalbox status)",
      "  18:59:59  warn   A write failed for now. sink=bms attempts=2",
    ]);
  });

  test.each([40, 50, 79, 80, 200])("never takes more than %i columns", (width) => {
    for (const height of [1, 3, 8, 14, 60]) {
      const lines = renderFrame({ status, notes, height }, penOf(width, secondsEarlier(5)));
      expect(lines.length).toBeLessThanOrEqual(height);
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
    }
  });

  test("gives a narrow window the columns that matter", () => {
    const [, , , head] = renderFrame({ status, notes, height: 12 }, penOf(45));
    expect(head).toBe("  pipeline          received   delivered");
  });

  test("does not obey what devices send", () => {
    const hostile = { ...command, device: "\u001B[2Jevil\r\nname", history: [] };
    const lines = renderFrame({ status: { ...status, commands: [hostile] }, notes: [], height: 40 }, penOf(120));
    expect(lines.join("")).not.toContain("\u001B");
    expect(lines.find((line) => line.includes("evil"))).toContain("\uFFFD[2Jevil name");
  });

  test("colours by meaning and only where allowed", () => {
    const pen = { ...penOf(80), colors: pc.createColors(true) };
    const lines = renderFrame({ status, notes, height: 40 }, pen);
    expect(lines).toContain(`\u001B[32makenza: open\u001B[39m`);
    expect(renderFrame({ status, notes, height: 40 }, penOf(80)).join("")).not.toContain("\u001B");
  });

  test("draws ten thousand pipelines as fast as it must", () => {
    const many = Array.from({ length: 10_000 }, (_, index) => pipeline(`p${index}`));
    const lines = renderFrame({ status: { ...status, pipelines: many }, notes: [], height: 24 }, penOf(80));
    expect(lines).toHaveLength(24);
    expect(lines).toContain("  and 9981 more (signalbox status)");
  });
});

describe("rates", () => {
  test("are growth per second over the window, not since the start", () => {
    const window = createRateWindow(10_000);
    for (let second = 60; second >= 0; second -= 1) window.add(secondsEarlier(second));
    expect(window.ratesOf("office-air").received).toBeCloseTo(32);
    expect(window.ratesOf("elsewhere").received).toBe(0);
    for (let second = 1; second <= 11; second += 1) {
      window.add({ ...status, now: new Date(Date.parse(status.now) + second * 1_000).toISOString() });
    }
    expect(window.ratesOf("office-air").received).toBe(0);
  });

  test("a pipeline that appeared within the window counts from then on", () => {
    const window = createRateWindow(10_000);
    window.add({ ...status, pipelines: [] });
    window.add({ ...secondsEarlier(0), now: "2026-03-02T18:00:01.000Z" });
    expect(window.ratesOf("office-air").received).toBe(0);
  });
});

import { writeFile } from "node:fs/promises";
import type { TapEntry, WhyAnswer } from "@signalbox/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { main } from "../program.ts";
import { captureIo, type CapturedIo } from "../testing/captured-io.ts";
import { projectFolder } from "../testing/project.ts";

const pipelines = (limit: number): string => `name: air
source:
  webhook: { path: /air, id: id }
steps:
  - filter: data.co2 > 0
  - name: shape
    transform: '{ "co2": data.co2, "note": note }'
  - name: once
    throttle: { interval: 1h, key: $string(co2) }
sinks:
  - file: { path: data/alarm.ndjson }
    name: alarm
    when: co2 > ${limit}
  - file: { path: data/archive.ndjson }
    name: archive
  - http: { url: "http://127.0.0.1:9/\${TOKEN}" }
    name: bms
    when: note = "bms"
---
name: strict
source:
  webhook: { path: /strict, id: id }
steps:
  - transform: $number(text)
sinks:
  - drop: {}
`;

let project: Awaited<ReturnType<typeof projectFolder>>;
let engine: { readonly io: CapturedIo; readonly code: Promise<number> };
let http: string;
const env = {
  SIGNALBOX_CONSOLE_PORT: "0",
  SIGNALBOX_HTTP_PORT: "0",
  SIGNALBOX_SIMULATOR_PORT: "0",
  TOKEN: "hunter2-hunter2",
};

beforeAll(async () => {
  project = await projectFolder({ "pipelines/all.yaml": pipelines(800) });
  const io = captureIo({ cwd: project.dir, env });
  engine = { io, code: main(["run", "--log", "json", "--no-watch"], io) };
  await Promise.race([io.until("out", "Signalbox runs."), engine.code]);
  http = /"http":"([^"]+)"/.exec(io.out())?.[1] ?? io.out();
}, 300_000);

afterAll(async () => {
  engine.io.signal("SIGTERM");
  await engine.code;
  await project.remove();
}, 60_000);

describe("signalbox why", { timeout: 120_000 }, () => {
  test("tells what each step and sink made of a message, what their conditions saw, and where that stands", async () => {
    await send("air", { id: "high", data: { co2: 900 } });
    await whyUntil("high", ({ passages }) => passages[0]?.counts.isOpen === false);
    const { code, out } = await call(["why", "high"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^high\nin air +pipelines\/all.yaml:1:1 +received \S+ +2 delivered\n/);
    expect(out).toMatch(/ filter +passed +pipelines\/all.yaml:5:13 +data.co2 > 0 +where data.co2 = 900\n/);
    expect(out).toMatch(/ shape +changed +pipelines\/all.yaml:7:5\n/);
    expect(out).toMatch(/ once +passed +\S+ +it decides by what passed before/);
    expect(out).toMatch(/ alarm +delivered +pipelines\/all.yaml:13:11/);
    expect(out).toMatch(/ bms +not due +pipelines\/all.yaml:18:11 +note = "bms" +where note = nothing/);
  });

  test("also of one that was filtered, held back by a step that remembers, or had no sink", async () => {
    await send("air", { id: "none", data: {} });
    const none = await call(["why", "none"]);
    expect(none.out).toMatch(
      / filter +discarded +\S+ +the condition had no result; data.co2 > 0 +where data.co2 = nothing\n$/,
    );
    await send("air", { id: "twin", data: { co2: 900 } });
    expect((await call(["why", "twin"])).out).toMatch(/ once +discarded +pipelines\/all.yaml:9:5 +filtered/);
    await send("air", { id: "low", data: { co2: 1 } });
    expect((await call(["why", "low"])).out).toMatch(/ alarm +not due +\S+ +co2 > 800 +where co2 = 1\n/);
  });

  test("of a dead letter it says how to redrive it, and of a parked one when it is tried next", async () => {
    await send("strict", { id: "bad", text: "x" });
    await engine.io.until("out", "EXPRESSION_FAILED");
    const dead = await call(["why", "bad"]);
    expect(dead.out).toMatch(/ transform +failed +pipelines\/all.yaml:24:16 +EXPRESSION_FAILED/);
    const letter = /dead-letters redrive (\S+)/.exec(dead.out)?.[1] ?? "";
    expect((await call(["dead-letters", "show", letter])).code).toBe(0);

    await send("air", { id: "wait", data: { co2: 3 }, note: "bms" });
    const answer = await whyUntil("wait", ({ passages }) =>
      passages[0]?.ends.some(({ outcome }) => outcome === "parked"),
    );
    const parked = answer.passages[0]?.ends.find(({ outcome }) => outcome === "parked");
    expect(parked).toMatchObject({ kind: "write", name: "bms", attempts: 1 });
    expect(parked?.nextTryAt).toBeGreaterThan(0);
    const { out } = await call(["why", "wait"]);
    expect(out).toMatch(/ bms +(parked|waits) .*(next try \S+Z|as soon as)/);
    expect(out).not.toContain("hunter2");
  });

  test("of what it does not know it says how far back it remembers, and it refuses what makes no sense", async () => {
    const unknown = await call(["why", "never"]);
    expect(unknown).toMatchObject({ code: 1, out: "" });
    expect(unknown.err).toMatch(/Nothing is known of it.*\n +air +the latest \d+ +since \S+Z/);
    expect((await call(["why"])).err).toContain("CLI_SELECTION_INVALID");
    expect((await call(["why", "x", "--pipeline", "elsewhere"])).err).toMatch(/CONTROL_PIPELINE_UNKNOWN .*air, strict/);
  });

  test("shows hostile bodies cut, on one line, without what a terminal would obey", async () => {
    await send("air", { id: "loud", data: { co2: 5 }, note: `\u001B[2J${"x".repeat(200_000)}` });
    const { out } = await call(["why", "loud"]);
    expect(out).not.toContain("\u001B");
    expect(out.length).toBeLessThan(3_000);
    const whole = await call(["why", "loud", "--json"]);
    expect(whole.out.length).toBeLessThan(20_000);
  });
});

describe("signalbox tap", { timeout: 120_000 }, () => {
  test("shows a message at each stage, and what a step changed", async () => {
    const tapped = await tap(["air"], { id: "t1", data: { co2: 901 } }, 7);
    expect(tapped).toMatch(/ source +came in +t1 +\{"id":"t1"/);
    expect(tapped).toMatch(/ shape +changed +t1\n +- id: "t1"\n +- data.co2: 901\n +\+ co2: 901\n/);
    expect(tapped).toMatch(/ alarm +due +t1\n/);
    expect(tapped).toMatch(/ bms +not due +t1\n/);
  });

  test("shows one stage as JSON, of messages that fit, up to a limit", async () => {
    const io = follow(["air", "shape", "--where", "data.co2 > 1000", "--limit", "1", "--json"]);
    for (let n = 0; io.out() === ""; n += 1) {
      await send("air", { id: `few-${n}`, data: { co2: 10 + n } });
      await send("air", { id: `many-${n}`, data: { co2: 2000 + n } });
    }
    const entries = io
      .out()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as TapEntry);
    expect(entries).toMatchObject([{ kind: "step", name: "shape", outcome: "changed" }]);
    expect(JSON.stringify(entries)).toContain('"id":"many-');
    expect(await io.code).toBe(0);
  });

  test("follows a new revision, and ends when it is interrupted", async () => {
    const io = follow(["air", "alarm"]);
    await flowing(io, (n) => ({ id: `before-${n}`, data: { co2: 3000 + n } }), / alarm +due +before/);
    await writeFile(`${project.dir}/pipelines/all.yaml`, pipelines(1));
    expect((await call(["reload"])).code).toBe(0);
    await flowing(io, (n) => ({ id: `after-${n}`, data: { co2: 4000 + n } }), / alarm +due +after/);
    io.signal("SIGINT");
    expect(await io.code).toBe(0);
    expect((await call(["why", "high"])).out).toMatch(/note: the pipeline has changed since/);
  });

  test("says which pipelines and stages there are", async () => {
    expect((await call(["tap", "air", "shap"])).err).toMatch(
      /CONTROL_STAGE_UNKNOWN .*source, filter, shape, once, alarm, archive, bms/,
    );
    expect((await call(["tap", "elsewhere"])).err).toMatch(/CONTROL_PIPELINE_UNKNOWN .*air, strict/);
    expect((await call(["tap", "air", "--where", "data.("])).err).toContain("CONFIG_EXPRESSION_SYNTAX");
    expect((await call(["tap", "air", "--limit", "0"])).code).toBe(2);
  });
});

async function send(path: string, body: object): Promise<void> {
  const response = await fetch(`${http}/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
}

async function call(args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const io = captureIo({ cwd: project.dir, env });
  const code = await main(args, io);
  return { code, out: io.out(), err: io.err() };
}

function follow(args: readonly string[]): CapturedIo & { readonly code: Promise<number> } {
  const io = captureIo({ cwd: project.dir, env });
  return { ...io, code: main(["tap", ...args], io) };
}

/** Sends messages until the tap has shown `text`: it may begin a moment after it was asked for. */
async function flowing(io: CapturedIo, body: (n: number) => object, text: RegExp): Promise<void> {
  for (let n = 0; !text.test(io.out()); n += 1) await send("air", body(n));
}

/** What a tap says of one message, which is sent again under the same name until the tap has begun. */
async function tap(
  args: readonly string[],
  body: { id: string; data: { co2: number } },
  stages: number,
): Promise<string> {
  const io = follow([...args, "--where", "$exists(data) or co2 = 901"]);
  await flowing(io, (n) => ({ id: `probe-${n}`, data: { co2: 100 + n } }), / source +came in /);
  await send("air", body);
  await io.until("out", new RegExp(` bms +not due +${body.id}\n`));
  io.signal("SIGINT");
  await io.code;
  expect(
    io
      .out()
      .split("\n")
      .filter((line) => line.includes(`  ${body.id}`)).length,
  ).toBeGreaterThanOrEqual(stages);
  return io.out();
}

async function whyUntil(id: string, holds: (answer: WhyAnswer) => boolean | undefined): Promise<WhyAnswer> {
  for (;;) {
    const answer = JSON.parse((await call(["why", id, "--json"])).out) as WhyAnswer;
    if (holds(answer) === true) return answer;
  }
}

import { PassThrough } from "node:stream";
import type { Clock, Logger } from "@signalbox/core";
import pc from "picocolors";
import { describe, expect, test } from "vitest";
import { createJsonLog } from "./json-log.ts";
import type { Level } from "./level.ts";
import { createTextLog } from "./text-log.ts";

const clock: Clock = { now: () => Date.UTC(2026, 2, 2, 18), monotonic: () => 0, setTimer: () => ({ cancel() {} }) };
const redact = (text: string): string => text.replaceAll("hunter2", "[secret]");

function written(make: (output: PassThrough) => Logger, say: (log: Logger) => void): readonly string[] {
  const output = new PassThrough();
  say(make(output));
  const text = output.read() as Buffer | null;
  return text === null ? [] : text.toString().trimEnd().split("\n");
}

const text =
  (level: Level = "info") =>
  (output: PassThrough) =>
    createTextLog({ output, level, clock, redact, colors: pc.createColors(false) });
const json =
  (level: Level = "info") =>
  (output: PassThrough) =>
    createJsonLog({ output, level, clock, redact });

describe("text log", () => {
  test("is time, level, sentence, fields; a child adds its own", () => {
    const lines = written(text(), (log) => {
      log.child({ pipeline: "a" }).warn({ attempts: 2, cause: 'no "x" = y' }, "A write failed for now.");
    });
    expect(lines).toEqual([
      '2026-03-02T18:00:00.000Z WARN  A write failed for now. pipeline=a attempts=2 cause="no \\"x\\" = y"',
    ]);
  });

  test("leaves out what is below its level", () => {
    const say = (log: Logger): void => {
      log.debug({}, "d");
      log.info({}, "i");
      log.error({}, "e");
    };
    expect(written(text("warn"), say)).toHaveLength(1);
    expect(written(text("debug"), say)).toHaveLength(3);
    expect(written(json("warn"), say)).toHaveLength(1);
  });

  test("stays one line, and shows no secret", () => {
    const lines = written(text(), (log) => log.info({ url: "http://u:hunter2@x" }, "hunter2\nwas \u001B[31mhere"));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("[secret] was \uFFFD[31mhere");
    expect(lines[0]).not.toContain("hunter2");
  });
});

describe("JSON log", () => {
  test("is one object per line with level and time in words", () => {
    const lines = written(json(), (log) => {
      log.child({ pipeline: "a" }).error({ error: new Error("no hunter2"), sink: "b" }, "It failed.");
    });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      level: "error",
      time: "2026-03-02T18:00:00.000Z",
      pipeline: "a",
      sink: "b",
      msg: "It failed.",
      error: { message: "no [secret]" },
    });
  });
});

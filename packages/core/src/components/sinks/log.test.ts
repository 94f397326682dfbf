import { describe, expect, test } from "vitest";
import { sinkFrom, testMessage } from "../../testing/component.ts";
import { createRecordingLogger } from "../../testing/context.ts";
import { logSink } from "./log.ts";

const signal = new AbortController().signal;

describe("log", () => {
  test("writes whole messages at info", async () => {
    const log = createRecordingLogger();
    const message = testMessage({ a: 1 }, { id: "m7", meta: { device: "d1", topic: "default" } });
    expect(await sinkFrom(logSink, "log: {}", { log }).write([message], signal)).toEqual([{ status: "delivered" }]);
    const fields = { message: "m7", device: "d1", topic: "default", body: { a: 1 } };
    expect(log.lines).toEqual([{ level: "info", fields, sentence: "Message." }]);
  });

  test("level and message shape the line", async () => {
    const log = createRecordingLogger();
    const sink = sinkFrom(logSink, "log: { level: warn, message: 'a is {{ a }}' }", { log });
    await sink.write([testMessage({ a: 1 })], signal);
    expect(log.lines).toMatchObject([{ level: "warn", sentence: "a is 1" }]);
    expect(log.lines[0]?.fields).not.toHaveProperty("body");
  });

  test("a message its template cannot say is rejected, alone", async () => {
    const log = createRecordingLogger();
    const sink = sinkFrom(logSink, "log: { message: '{{ a }}' }", { log });
    const results = await sink.write([testMessage({}), testMessage({ a: 2 })], signal);
    expect(results).toMatchObject([
      { status: "rejected", cause: { code: "EXPRESSION_NO_RESULT" } },
      { status: "delivered" },
    ]);
    expect(log.lines.map((line) => line.sentence)).toEqual(["2"]);
  });
});

import { SignalboxError } from "@signalbox/core";
import { expect, test } from "vitest";
import { createTestLog } from "../testing/log.ts";
import { logFailure, retryAt } from "./failures.ts";

test("waits 1 s, 2 s, 4 s ... 60 s, of which the upper half is chance", () => {
  expect([1, 2, 3, 7, 100].map((failures) => retryAt(0, failures, 1))).toEqual([1_000, 2_000, 4_000, 60_000, 60_000]);
  expect([1, 2, 3, 7, 100].map((failures) => retryAt(0, failures, 0))).toEqual([500, 1_000, 2_000, 30_000, 30_000]);
});

test("what can be expected to pass is a warning, the rest an error", () => {
  const log = createTestLog();
  const job = { id: "a", data: null, start: 1 };
  const away = new SignalboxError("STORE_UNREACHABLE", "away", { isRetryable: true });
  logFailure(log, job, { topic: "t", cause: away, delayMs: 5 });
  logFailure(log, job, { topic: "t", cause: new TypeError("bug"), delayMs: 5 });
  expect(log.lines).toMatchObject([
    { level: "warn", fields: { job: "a", topic: "t", delayMs: 5, error: away } },
    { level: "error", fields: { error: { code: "QUEUE_JOB_FAILED", message: "bug" } } },
  ]);
});

import { describe, expect, test } from "vitest";
import { SignalboxError } from "../errors/error.ts";
import type { NewCommand, SendResult } from "./contracts.ts";
import { applyLateResult, applyResult, type CommandRecord, cut, markSent, takeIn } from "./transitions.ts";

const start = Date.UTC(2026, 0, 1);
const order: NewCommand = {
  key: "k1",
  pipeline: "night",
  sink: "valves",
  message: "night@2026-01-01T00:00:00.000Z",
  connection: "akenza",
  device: "0242ac1300020001",
  payload: { setTargetTemperature: 17 },
  maxAttempts: 3,
  backoffMs: 1_000,
  maxBackoffMs: 60_000,
};

function retryable(retryAfterMs?: number): SendResult {
  const cause = new SignalboxError("COMMAND_SEND_FAILED", "503 Service Unavailable", {
    isRetryable: true,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
  return { status: "retryable", cause };
}

function sent(attempt = 1): CommandRecord {
  let record = markSent(takeIn(order, start), start + 1, "r1");
  for (let next = 2; next <= attempt; next += 1) {
    record = markSent(applyResult(record, retryable(), { now: start + next, random: 0 }), start + next, "r1");
  }
  return record;
}

test("a new command is queued at once, with the contract's fields alone", () => {
  const record = takeIn({ ...order, secret: "x" } as NewCommand, start);
  expect(record).toEqual({
    ...order,
    state: "queued",
    attempts: 0,
    dueAt: start,
    takenAt: start,
    history: [{ at: "2026-01-01T00:00:00.000Z", state: "queued", attempt: 0 }],
  });
});

test("sending counts the attempt before its answer is known", () => {
  expect(sent()).toMatchObject({ state: "sent", attempts: 1 });
  expect(sent().history.at(-1)).toEqual({ at: "2026-01-01T00:00:00.001Z", state: "sent", attempt: 1 });
});

describe("an answer", () => {
  const at = { now: start + 1_000, random: 0.5 };

  test("accepted ends the command with what the other side said", () => {
    const record = applyResult(sent(), { status: "accepted", detail: "202" }, at);
    expect(record.state).toBe("accepted");
    expect(record.history.at(-1)).toEqual({
      at: "2026-01-01T00:00:01.000Z",
      state: "accepted",
      attempt: 1,
      detail: "202",
    });
  });

  test.each(["rejected", "unknown"] as const)("%s ends it with the cause", (status) => {
    const cause = new SignalboxError("COMMAND_SEND_FAILED", "no such device");
    const record = applyResult(sent(), { status, cause }, at);
    expect(record.state).toBe(status);
    expect(record.history.at(-1)?.detail).toBe("COMMAND_SEND_FAILED: no such device");
  });

  test("retryable puts it off by the backoff, doubled with each attempt, at most maxBackoffMs", () => {
    const waits = [1, 2].map((attempt) => {
      return applyResult(sent(attempt), retryable(), { now: start, random: 0 }).dueAt - start;
    });
    expect(waits).toEqual([500, 1_000]);
    const capped = { ...sent(2), maxBackoffMs: 1_500 };
    expect(applyResult(capped, retryable(), { now: start, random: 0.999_999 }).dueAt - start).toBe(1_500);
  });

  test("retryable waits as long as the other side asked, when that is longer", () => {
    expect(applyResult(sent(), retryable(30_000), { now: start, random: 0 }).dueAt).toBe(start + 30_000);
    expect(applyResult(sent(), retryable(1), { now: start, random: 0 }).dueAt).toBe(start + 500);
  });

  test("retryable fails the command once its attempts are spent", () => {
    expect(applyResult(sent(2), retryable(), at).state).toBe("queued");
    expect(applyResult(sent(3), retryable(), at).state).toBe("failed");
  });
});

describe("a command whose answer was lost", () => {
  const cause = new SignalboxError("COMMAND_SEND_FAILED", "404");
  const unknown = cut(sent(), { now: start + 9_000, random: 0 });

  test("is unknown", () => {
    expect(unknown).toMatchObject({ state: "unknown", attempts: 1 });
  });

  test.each([
    [{ status: "accepted" } as const, "accepted"],
    [{ status: "rejected", cause } as const, "rejected"],
    [retryable(), "failed"],
  ] as const)("takes a late answer %j as %s", (result, state) => {
    expect(applyLateResult(unknown, { attempt: 1, result, now: start })?.state).toBe(state);
  });

  test("stays as it is for an answer that knows nothing, of another attempt, or after another end", () => {
    const now = start;
    expect(applyLateResult(unknown, { attempt: 1, result: { status: "unknown", cause }, now })).toBeUndefined();
    expect(applyLateResult(unknown, { attempt: 2, result: { status: "rejected", cause }, now })).toBeUndefined();
    const accepted = applyResult(sent(), { status: "accepted" }, { now, random: 0 });
    expect(applyLateResult(accepted, { attempt: 1, result: { status: "rejected", cause }, now })).toBeUndefined();
  });
});

test("the history stays short and keeps its begin", () => {
  let record: CommandRecord = { ...takeIn(order, start), maxAttempts: 1_000 };
  for (let attempt = 1; attempt <= 100; attempt += 1) {
    record = applyResult(markSent(record, start + attempt, "r1"), retryable(), { now: start + attempt, random: 0 });
  }
  expect(record.history).toHaveLength(20);
  expect(record.history[0]).toEqual({ at: "2026-01-01T00:00:00.000Z", state: "queued", attempt: 0 });
  expect(record.history.at(-1)).toMatchObject({ state: "queued", attempt: 100 });
});

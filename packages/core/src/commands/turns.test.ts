import { describe, expect, test } from "vitest";
import { SignalboxError } from "../errors/error.ts";
import { cancel, orderedByHand, resend } from "./by-hand.ts";
import { compileExpectation, confirm, isWatched, missConfirmation, seen } from "./confirming.ts";
import type { NewCommand, SendResult } from "./contracts.ts";
import { applyLateResult, applyResult, type CommandRecord, cut, markSent, takeIn, turnOf } from "./transitions.ts";

const start = Date.UTC(2026, 0, 1);
const minuteMs = 60_000;
const cause = new SignalboxError("COMMAND_SEND_FAILED", "timed out");
const accepted: SendResult = { status: "accepted" };
const unanswered: SendResult = { status: "unknown", cause };

function order(given: Partial<NewCommand> = {}): NewCommand {
  return {
    key: "k1",
    pipeline: "night",
    sink: "valves",
    message: "m1",
    connection: "akenza",
    device: "d1",
    payload: { open: true },
    maxAttempts: 3,
    backoffMs: 1_000,
    maxBackoffMs: 60_000,
    ...given,
  };
}

const at = (afterMs: number) => ({ now: start + afterMs, random: 0 });
const queued = (given: Partial<NewCommand> = {}): CommandRecord => takeIn(order(given), start);
const sent = (given: Partial<NewCommand> = {}): CommandRecord => markSent(queued(given), start, "r1");
const confirmed = { expect: "open = $command.payload.open", withinMs: minuteMs, otherwise: "retry" } as const;

describe("the turn of the first of a line", () => {
  test("waits for its time, or for the end of its time if that is sooner", () => {
    expect(turnOf(queued({ notBefore: start + 9 }), at(8), "r2")).toEqual({ due: "wait", until: start + 9 });
    expect(turnOf(queued({ notBefore: start + 9, expiresAt: start + 5 }), at(0), "r2")).toMatchObject({
      until: start + 5,
    });
    expect(turnOf(queued({ notBefore: start + 9 }), at(9), "r2")).toEqual({ due: "send" });
  });

  test("ends a command at its time to live, not a millisecond before", () => {
    expect(turnOf(queued({ expiresAt: start + 5 }), at(4), "r2")).toEqual({ due: "send" });
    expect(turnOf(queued({ expiresAt: start + 5 }), at(5), "r2")).toMatchObject({ record: { state: "expired" } });
  });

  test("does not say expired of a command that may have been carried out", () => {
    const lost = applyResult(sent({ expiresAt: start + 5, onUnknown: "resend" }), unanswered, at(1));
    expect(lost.state).toBe("queued");
    expect(turnOf(lost, at(5), "r2")).toMatchObject({ record: { state: "unknown" } });
  });

  test("takes back what it recorded as sent itself and never let go", () => {
    const back = turnOf(sent(), at(1), "r1");
    expect(back).toMatchObject({ record: { state: "queued", attempts: 0, dueAt: start + 1 } });
  });

  test("takes a sent command for one whose engine is gone, and asks or sends again", () => {
    expect(turnOf(sent(), at(1), "r2")).toMatchObject({ record: { state: "unknown" } });
    expect(turnOf(sent({ onUnknown: "resend" }), at(1), "r2")).toMatchObject({
      record: { state: "queued", attempts: 1 },
    });
    expect(turnOf(sent({ onUnknown: "resend", maxAttempts: 1 }), at(1), "r2")).toMatchObject({
      record: { state: "unknown" },
    });
  });
});

describe("a late answer", () => {
  test("keeps what is accepted from being sent again, whichever try it was", () => {
    const again = cut(sent({ onUnknown: "resend" }), at(1));
    expect(applyLateResult(again, { attempt: 1, result: accepted, now: start })?.state).toBe("accepted");
    const second = cut(markSent(again, start + 2, "r2"), at(3));
    expect(applyLateResult(second, { attempt: 1, result: accepted, now: start })?.state).toBe("accepted");
  });

  test("does not disturb the next try", () => {
    const second = markSent(cut(sent({ onUnknown: "resend" }), at(1)), start + 2, "r2");
    expect(applyLateResult(second, { attempt: 1, result: accepted, now: start })).toBeUndefined();
  });
});

describe("confirmation", () => {
  const waiting = applyResult(sent({ confirm: confirmed }), accepted, at(10));
  const miss = (command: CommandRecord, isOvertaken = false): CommandRecord =>
    missConfirmation(command, { now: start + minuteMs + 10, isOvertaken });

  test("is watched from the sending until it ends, and is open from the acceptance", () => {
    expect([queued, sent].map((make) => isWatched(make({ confirm: confirmed })))).toEqual([false, true]);
    expect(sent({ confirm: confirmed }).confirmBy).toBeUndefined();
    expect(waiting).toMatchObject({ state: "accepted", confirmBy: start + 10 + minuteMs });
    expect(isWatched(applyResult(sent(), accepted, at(10)))).toBe(false);
    expect(confirm(sent({ confirm: confirmed }), { at: start }, start)).toBeUndefined();
    expect(isWatched(confirm(waiting, { at: start + 20 }, start + 20) ?? waiting)).toBe(false);
  });

  test("that nothing shows is told again, or tells a person", () => {
    expect(miss(waiting)).toMatchObject({ state: "queued", attempts: 1, dueAt: start + minuteMs + 10 });
    const alert = { ...waiting, confirm: { ...confirmed, otherwise: "alert" as const } };
    expect(miss(alert).state).toBe("unconfirmed");
  });

  test.each([
    ["its attempts are spent", { maxAttempts: 1 }, false],
    ["its time is over", { expiresAt: start + 20 }, false],
    ["a later command went to the device", {}, true],
  ])("is not told again when %s", (_why, given, isOvertaken) => {
    const command = applyResult(sent({ confirm: confirmed, ...given }), accepted, at(10));
    expect(miss(command, isOvertaken).state).toBe("unconfirmed");
  });

  test("that nothing shows leaves an unknown command unknown, and ends the watch", () => {
    const lost = cut(sent({ confirm: confirmed }), at(10));
    expect(lost.confirmBy).toBe(start + 10 + minuteMs);
    expect(miss(lost)).toMatchObject({ state: "unknown" });
    expect(isWatched(miss(lost))).toBe(false);
  });

  test("is never said to have surely failed once a try was accepted", () => {
    const retryable = { status: "retryable", cause } as const;
    const again = markSent(miss({ ...waiting, maxAttempts: 2 }), start + 2 * minuteMs, "r2");
    expect(applyResult(again, retryable, at(2 * minuteMs)).state).toBe("unconfirmed");
  });

  test("sees the uplink and the command; only true confirms", async () => {
    const uplink = { device: "d1", at: start, topic: "default", body: { open: true, level: 3 } };
    const says = (expect: string) => compileExpectation({ expect, vars: { most: 4 } })(uplink, seen(waiting));
    expect(await says("open = $command.payload.open and $meta.device = $command.device")).toBe(true);
    expect(await says("level < $vars.most and $meta.topic = 'default'")).toBe(true);
    expect(await says("$toMillis($meta.time) >= $toMillis($command.sentAt)")).toBe(true);
    for (const other of ["level", "'true'", "missing", "open = false"]) expect(await says(other), other).toBe(false);
    expect(() => compileExpectation({ expect: "open =" })).toThrow("end of expression");
  });
});

describe("by hand", () => {
  const ada = { by: "ada", now: start + 1 };

  test("what waits is cancelled, and nothing else", () => {
    expect(cancel(queued(), ada).history.at(-1)).toMatchObject({ state: "cancelled", by: "ada" });
    expect(() => cancel(sent(), ada)).toThrow("command k1 is sent");
  });

  test("what is unknown or failed is sent again, and nothing else", () => {
    expect(resend(cut(sent(), at(0)), ada)).toMatchObject({ state: "queued", dueAt: start + 1, attempts: 1 });
    expect(() => resend(queued(), ada)).toThrow("command k1 is queued");
    expect(() => resend(cut(sent({ expiresAt: start + 1 }), at(0)), ada)).toThrow("was over");
  });

  test("an order by hand says who gave it", () => {
    const given = { connection: "akenza", device: "d1", payload: {}, expiresAt: start + 5, by: "ada" };
    const record = takeIn(orderedByHand("id-1", given), start);
    expect(record).toMatchObject({ key: "id-1", pipeline: "(by hand)", expiresAt: start + 5 });
    expect(record.history).toMatchObject([{ state: "queued", by: "ada" }]);
  });
});

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { SignalboxError, type SignalboxErrorOptions } from "../errors/error.ts";
import {
  afterFailure,
  afterPass,
  afterSinkShut,
  afterSuccess,
  type Breaker,
  closedBreaker,
  dueWhenRefused,
  type Pass,
  passAt,
} from "./breaker.ts";

const options = { failures: 3, openForMs: 1000, maxOpenForMs: 8000 };
// With the chance of 1 a wait is drawn at its full length.
const random = 1;

function failure(now: number, more: SignalboxErrorOptions & { readonly pass?: Pass } = {}) {
  const { pass = "regular", ...error } = more;
  return { pass, cause: new SignalboxError("SINK_TIMEOUT", "late", { isRetryable: true, ...error }), now, random };
}

function failing(times: number, now = 0): Breaker {
  let breaker: Breaker = closedBreaker;
  for (let count = 0; count < times; count += 1) breaker = afterFailure(breaker, failure(now), options);
  return breaker;
}

function probeFails(breaker: Breaker, now: number, error: SignalboxErrorOptions = {}): Breaker {
  return afterFailure(afterPass(breaker, "probe"), failure(now, { ...error, pass: "probe" }), options);
}

test("opens after the given number of failures in a row; an answer in between starts the row anew", () => {
  expect(failing(2)).toEqual({ state: "closed", failures: 2 });
  expect(failing(3)).toMatchObject({ state: "open", since: 0, tryAt: 1000, isSinkShut: false });
  const mixed = afterFailure(afterSuccess(failing(2), "regular"), failure(0), options);
  expect(mixed).toEqual({ state: "closed", failures: 1 });
});

test("opens at once when access is refused", () => {
  expect(afterFailure(closedBreaker, failure(5, { isAccessRefused: true }), options)).toMatchObject({ state: "open" });
});

test("lets one probe through when its time has come, and nothing beside it", () => {
  const open = failing(3);
  expect([passAt(open, 999), passAt(open, 1000)]).toEqual([undefined, "probe"]);
  expect(passAt(afterPass(open, "probe"), 10_000)).toBeUndefined();
});

test("stays open twice as long after each probe that fails, up to the longest time", () => {
  let breaker = failing(3);
  const waits: number[] = [];
  for (let now = 0; waits.length < 5;) {
    if (breaker.state !== "open") throw new Error("not open");
    waits.push(breaker.tryAt - now);
    now = breaker.tryAt;
    breaker = probeFails(breaker, now);
  }
  expect(waits).toEqual([1000, 2000, 4000, 8000, 8000]);
  expect(breaker).toMatchObject({ state: "open", since: 0 });
});

test("closes when the probe is answered; the next failures count from the start, and so does the wait", () => {
  const reopened = probeFails(failing(3), 1000);
  const closed = afterSuccess(afterPass(reopened, "probe"), "probe");
  expect(closed).toEqual(closedBreaker);
});

test("what was under way when it opened changes nothing but the time that is asked for", () => {
  const open = failing(3);
  expect(afterSuccess(open, "regular")).toBe(open);
  expect(afterFailure(open, failure(10), options)).toBe(open);
  const asked = afterFailure(open, failure(10, { retryAfterMs: 60_000 }), options);
  expect(asked).toMatchObject({ tryAt: 60_010, isAsked: true });
  const probing = afterPass(open, "probe");
  expect([afterSuccess(probing, "regular"), afterFailure(probing, failure(10), options)]).toEqual([probing, probing]);
});

test("a time the other side asked for is kept, and what is refused meanwhile is not due before it", () => {
  const asked = probeFails(failing(3), 1000, { retryAfterMs: 30_000 });
  expect(asked).toMatchObject({ tryAt: 31_000 });
  expect(dueWhenRefused(asked, 2000)).toBe(31_000);
  expect(dueWhenRefused(failing(3, 7), 500)).toBe(7);
});

test("a sink that is not open gets no probe, however late it is", () => {
  const { cause } = failure(0);
  const shut = afterSinkShut(closedBreaker, { cause, now: 0, tryAt: 100 });
  expect(passAt(shut, 1_000_000)).toBeUndefined();
});

test("never lets more than one probe through, and always lets one through in the end", () => {
  const step = fc.record({ kind: fc.constantFrom("enter", "good", "bad"), waitMs: fc.nat(3000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let breaker: Breaker = closedBreaker;
      let now = 0;
      const underWay: Pass[] = [];
      for (const { kind, waitMs } of steps) {
        now += waitMs;
        const pass = kind === "enter" ? passAt(breaker, now) : underWay.shift();
        if (pass === undefined) continue;
        if (kind === "enter") {
          breaker = afterPass(breaker, pass);
          underWay.push(pass);
        } else if (kind === "good") breaker = afterSuccess(breaker, pass);
        else breaker = afterFailure(breaker, failure(now, { pass }), options);
        const probes = underWay.filter((each) => each === "probe").length;
        expect(probes).toBe(breaker.state === "half-open" ? 1 : 0);
      }
      const isProbing = underWay.includes("probe");
      expect(isProbing || passAt(breaker, now + options.maxOpenForMs) !== undefined).toBe(true);
    }),
  );
});

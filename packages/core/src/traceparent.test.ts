import { expect, test } from "vitest";
import { isSampled, isTraceparent, parseTraceparent, traceparentOf } from "./traceparent.ts";

const [traceId, spanId] = ["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"];

test("a traceparent is read and written", () => {
  const text = traceparentOf(traceId, spanId, true);
  expect(text).toBe(`00-${traceId}-${spanId}-01`);
  expect(parseTraceparent(text)).toEqual({ traceId, spanId, isSampled: true });
  expect(isSampled(traceparentOf(traceId, spanId, false))).toBe(false);
  expect(isSampled(`00-${traceId}-${spanId}-03`)).toBe(true);
});

test.each([
  [`00-${traceId}-${spanId}-00`, true],
  [`cc-${traceId}-${spanId}-01-what-will-be`, true],
  [`00-${traceId}-${spanId}-01-more`, false],
  [`ff-${traceId}-${spanId}-01`, false],
  [`00-${"0".repeat(32)}-${spanId}-01`, false],
  [`00-${traceId}-${"0".repeat(16)}-01`, false],
  [`00-${traceId.toUpperCase()}-${spanId}-01`, false],
  ["", false],
])("%s is one: %s", (text, is) => {
  expect(isTraceparent(text)).toBe(is);
});

import { expect, test } from "vitest";
import { redact } from "./redact.ts";

test("replaces every form of a secret, the longest first", () => {
  const hide = redact(["swordfish", "swordfish-and-more", 'a "quoted" one', "p&ss wörd", "$^.*+?()[]{}|/-\\"]);
  expect(hide("x swordfish-and-more y swordfish")).toBe("x [redacted] y [redacted]");
  expect(hide(JSON.stringify({ key: 'a "quoted" one' }))).toBe('{"key":"[redacted]"}');
  expect(hide("https://h?p=p%26ss%20w%C3%B6rd")).toBe("https://h?p=[redacted]");
  expect(hide("a$^.*+?()[]{}|/-\\b")).toBe("a[redacted]b");
});

test("a short secret is replaced only where it stands alone", () => {
  const hide = redact(["1", "on", ""]);
  expect(hide("1 is on, 11 is one")).toBe("[redacted] is [redacted], 11 is one");
});

test("without secrets a text stays as it is", () => {
  expect(redact([])("anything")).toBe("anything");
  expect(redact(["\ud800abcdef"])("\ud800abcdef")).toBe("[redacted]");
});

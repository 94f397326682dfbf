import { expect, test } from "vitest";
import { isLoopback } from "./loopback.ts";

test.each(["localhost", "LocalHost", "127.0.0.1", "127.8.8.8", "::1", "[::1]"])("%s is this machine", (host) => {
  expect(isLoopback(host)).toBe(true);
});

test.each(["0.0.0.0", "::", "", "10.0.0.1", "127.0.0.1.example.org", "127.evil", "localhost.example.org", "128.0.0.1"])(
  "%j is not, or may not be",
  (host) => {
    expect(isLoopback(host)).toBe(false);
  },
);

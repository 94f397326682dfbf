import { createManualClock } from "@signalbox/core/testing";
import { expect, test } from "vitest";
import { TryLimiter } from "./limiter.ts";
import { networkOf } from "./network-of.ts";

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["::FFFF:c000:207", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0DB8:0001:0002::", "2001:db8:1:2::/64"],
  ["2001:db8::7", "2001:db8:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["::ffff:0:192.0.2.7", "0:0:0:0::/64"],
  ["all", "all"],
])("%s counts as %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test("who changes the address within a network has no more tries, and other networks have theirs", () => {
  const limiter = new TryLimiter({ tries: 3, perMs: 60_000 }, createManualClock());
  for (const host of [1, 2, 3]) expect(limiter.take(`2001:db8:1:2::${host}`)).toBe(0);
  expect(limiter.take("2001:db8:1:2:ffff::9")).toBe(60_000);
  expect(limiter.waitMs("2001:db8:1:2::1")).toBe(60_000);
  expect(limiter.take("2001:db8:1:3::1")).toBe(0);
});

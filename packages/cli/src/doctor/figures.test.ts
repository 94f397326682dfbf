// What each figure means: figures that this machine does not have.
import { expect, test } from "vitest";
import { fileSystemResult, spaceResult } from "./folders.ts";
import { memoryCheck, nodeCheck, openFilesCheck, timeZoneCheck } from "./machine.ts";

const mega = 1024 ** 2;

test.each([
  ["v20.18.1", "Iron", "error"],
  ["v18.20.0", undefined, "error"],
  ["v20.19.0", "Iron", "ok"],
  ["v26.1.0", undefined, "ok"],
  ["v25.2.0", undefined, "warning"],
])("Node.js %s (%s): %s", (version, lts, status) => {
  expect(nodeCheck(version, lts).status).toBe(status);
});

test("a heap that outgrows its container is told with the flag that bounds it", () => {
  expect(memoryCheck(300 * mega, 512 * mega).status).toBe("ok");
  expect(memoryCheck(4_144 * mega, 512 * mega)).toMatchObject({
    status: "warning",
    found: "the heap may grow to 4144 MiB of 512 MiB",
    advice: "Start Node with --max-old-space-size=307, or give it more memory.",
  });
});

test.each([
  [256, undefined, "warning"],
  [1_024, undefined, "ok"],
  [Infinity, 90_000, "ok"],
  [10_000, 8_000, "warning"],
  [10_000, 9_500, "error"],
])("%d open files at most, %s open: %s", (limit, open, status) => {
  expect(openFilesCheck(limit, open).status).toBe(status);
});

test("data of time zones that is years old is told", () => {
  const now = Date.UTC(2026, 5, 1);
  expect(timeZoneCheck("2025b", now).status).toBe("ok");
  expect(timeZoneCheck("2023c", now).status).toBe("warning");
  expect(timeZoneCheck(undefined, now).status).toBe("ok");
});

const inodes = { free: 1_000_000, all: 2_000_000 };

test.each([
  [10_000 * mega, inodes, "ok"],
  [10_000 * mega, undefined, "ok"],
  [500 * mega, inodes, "warning"],
  [10 * mega, inodes, "error"],
  [10_000 * mega, { free: 5_000, all: 2_000_000 }, "warning"],
  [10_000 * mega, { free: 5, all: 2_000_000 }, "error"],
])("%d bytes and %o inodes: %s", (freeBytes, inodes, status) => {
  expect(spaceResult("disk", { freeBytes, bytes: 20_000 * mega, inodes }).status).toBe(status);
});

test.each([
  [0xef53, "ok"],
  [0x6969, "warning"],
  [0x01021994, "warning"],
  [0x794c7630, "warning"],
])("file system %d for the embedded store: %s", (type, status) => {
  expect(fileSystemResult("file system", type).status).toBe(status);
});

import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { builtIns } from "../functions/built-ins.ts";
import { builtins, entry, original, parse } from "./reference.ts";

// What this package relies on beside the documented interface; see "Another version of jsonata" in the README.
test("jsonata is the version all of this was written and compared with", () => {
  const { version } = createRequire(import.meta.url)("jsonata/package.json") as { version: string };
  expect(version).toBe("2.2.2");
});

test("its 65 built-in functions are found, and all but $eval are ours, too", () => {
  expect(builtins.size).toBe(65);
  expect(builtIns.size).toBe(64);
  expect(() => original("nosuch")).toThrow("jsonata has no function $nosuch");
});

test("the hook gets the base frame before anything is evaluated", async () => {
  const reference = parse("1 + 1");
  const frames: unknown[] = [];
  reference.assign(entry, (_node: unknown, _input: unknown, frame: { base: unknown }) => {
    frames.push(frame.base === frame);
  });
  const result = reference.evaluate(undefined);
  expect(frames).toEqual([true]);
  expect(await result).toBe(2);
});

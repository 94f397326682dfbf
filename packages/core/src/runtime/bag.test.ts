import { expect, test } from "vitest";
import { Bag } from "./bag.ts";

test("holds what was added and not removed, each as often as it was added", () => {
  const bag = new Bag<string>();
  for (const item of ["a", "b", "c", "b"]) bag.add(item);
  bag.remove("b");
  bag.remove("nobody");
  expect([...bag].sort()).toEqual(["a", "b", "c"]);
  bag.remove("c");
  bag.remove("a");
  expect([...bag]).toEqual(["b"]);
  bag.remove("b");
  bag.remove("b");
  expect([...bag]).toEqual([]);
});

test("visits everything that is there when the visit begins, though it is removed meanwhile", () => {
  const bag = new Bag<string>();
  for (const item of ["a", "b", "c"]) bag.add(item);
  const visited: string[] = [];
  for (const item of bag) {
    bag.remove(item);
    visited.push(item);
  }
  expect(visited).toEqual(["a", "b", "c"]);
  expect([...bag]).toEqual([]);
});

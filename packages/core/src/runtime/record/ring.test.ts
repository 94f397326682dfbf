import { expect, test } from "vitest";
import { Ring } from "./ring.ts";

function filled(capacity: number, count: number): Ring<number> {
  const ring = new Ring<number>(capacity);
  for (let at = 1; at <= count; at += 1) ring.add(at);
  return ring;
}

test("keeps the latest, newest first", () => {
  expect(filled(3, 0).newestFirst()).toEqual([]);
  expect(filled(3, 2).newestFirst()).toEqual([2, 1]);
  expect(filled(3, 3).newestFirst()).toEqual([3, 2, 1]);
  expect(filled(3, 7).newestFirst()).toEqual([7, 6, 5]);
});

test("goes on in order with more room, with less, and after it has forgotten", () => {
  const wider = filled(3, 5);
  wider.resize(5);
  wider.add(6);
  expect(wider.newestFirst()).toEqual([6, 5, 4, 3]);

  const narrower = filled(4, 6);
  narrower.resize(2);
  narrower.add(7);
  expect(narrower.newestFirst()).toEqual([7, 6]);

  const kept = filled(3, 5);
  kept.keep(1);
  for (const each of [6, 7, 8]) kept.add(each);
  expect(kept.newestFirst()).toEqual([8, 7, 6]);
  kept.keep(0);
  expect(kept.size).toBe(0);
});

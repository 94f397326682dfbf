import { expect, test } from "vitest";
import { createManualClock } from "../testing/manual-clock.ts";
import { Turns } from "./turns.ts";

test("a turn lasts its time, and those who share it go on together once others have had theirs", async () => {
  const clock = createManualClock();
  const turns = new Turns(clock, 8);
  await turns.over();
  expect(turns.over()).toBeUndefined();
  clock.advance(7);
  expect(turns.over()).toBeUndefined();
  clock.advance(1);
  const events: string[] = [];
  const [first, second] = [turns.over(), turns.over()];
  setImmediate(() => events.push("another's turn"));
  await Promise.all([first?.then(() => events.push("first")), second?.then(() => events.push("second"))]);
  expect(events).toEqual(["first", "second"]);
  await new Promise((resolve) => void setImmediate(resolve));
  expect(events).toContain("another's turn");
  expect(turns.over()).toBeUndefined();
});

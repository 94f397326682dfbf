import { expect, test } from "vitest";
import { createLine, type Line, type Turn, Turns } from "./turns.ts";

const take = (turns: Turns<string>): Turn<string> => {
  const turn = turns.next();
  if (turn === undefined) throw new Error("nobody may run");
  return turn;
};

/** A line whose last evaluation took this long. */
function lineThatTook(ms: number, turns: Turns<string>): Line<string> {
  const line = createLine<string>();
  turns.add(line, "first");
  turns.done(take(turns).line, ms);
  return line;
}

test("a line is served in its order, one request at a time", () => {
  const turns = new Turns<string>(1);
  const line = createLine<string>();
  for (const request of ["a", "b", "c"]) turns.add(line, request);
  const served: string[] = [];
  for (let round = 0; round < 3; round++) {
    served.push(take(turns).request);
    expect(turns.next()).toBeUndefined();
    turns.done(line, 1);
  }
  expect(served).toEqual(["a", "b", "c"]);
  expect(turns.next()).toBeUndefined();
});

test("lines take turns, however much each has waiting", () => {
  const turns = new Turns<string>(1);
  const long = createLine<string>();
  const short = createLine<string>();
  for (const request of ["l1", "l2", "l3"]) turns.add(long, request);
  for (const request of ["s1", "s2"]) turns.add(short, request);
  const served: string[] = [];
  for (let round = 0; round < 5; round++) {
    const { line, request } = take(turns);
    served.push(request);
    turns.done(line, 1);
  }
  expect(served).toEqual(["l1", "s1", "l2", "s2", "l3"]);
});

test("those that took long last time do not hold all workers", () => {
  const turns = new Turns<string>(1);
  const heavy = [lineThatTook(250, turns), lineThatTook(Infinity, turns)];
  const light = lineThatTook(20, turns);
  for (const line of [...heavy, light]) turns.add(line, "second");

  expect(take(turns).line).toBe(heavy[0]);
  expect(take(turns).line).toBe(light);
  expect(turns.next()).toBeUndefined();
  turns.done(heavy[0]!, 2);
  expect(take(turns).line).toBe(heavy[1]);
  turns.done(heavy[1]!, 250);

  // The first was quick this time: it is heavy no more.
  turns.add(heavy[1]!, "third");
  turns.add(heavy[0]!, "third");
  expect([take(turns).line, take(turns).line]).toEqual([heavy[1], heavy[0]]);
});

test("quick evaluations are counted in a row; one that was not made does not count", () => {
  const turns = new Turns<string>(1);
  const line = createLine<string>();
  const rows = [1, 4.9, undefined, 0, 5, 1].map((tookMs) => {
    turns.add(line, "one");
    turns.done(take(turns).line, tookMs);
    return line.quickInARow;
  });
  expect(rows).toEqual([1, 2, 2, 3, 0, 1]);
});

test("clearing gives back what waits, and nothing is next", () => {
  const turns = new Turns<string>(1);
  const [running, waiting] = [createLine<string>(), createLine<string>()];
  for (const request of ["r1", "r2"]) turns.add(running, request);
  turns.add(waiting, "w1");
  expect(take(turns).request).toBe("r1");
  expect(turns.clear()).toEqual(["w1", "r2"]);
  turns.done(running, 1);
  expect(turns.next()).toBeUndefined();
});

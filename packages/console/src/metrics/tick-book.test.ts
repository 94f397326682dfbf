import type { TickRecord } from "@signalbox/core";
import { expect, test } from "vitest";
import { TickBook } from "./tick-book.ts";

test("missed ticks are counted by the planned times that they stand for", () => {
  const listeners = new Set<(tick: TickRecord) => void>();
  const book = new TickBook({
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  const facts = { pipeline: "p", plannedAt: 0, startedAt: undefined, endedAt: undefined, timing: "missed" } as const;
  const tell = (tick: Partial<TickRecord>): void =>
    listeners.forEach((listener) => listener({ ...facts, id: "p@0", outcome: "none", ...tick }));
  tell({});
  tell({ times: 500 });
  expect(book.ended()).toContainEqual({ facts: { pipeline: "p", timing: "missed", outcome: "none" }, count: 501 });
  expect(book.ended()).toContainEqual({ facts: { pipeline: "p", timing: "late", outcome: "failed" }, count: 0 });
});

import { expect, test } from "vitest";
import type { Sample } from "../socket/frames.ts";
import { SampleHistory } from "./sample-history.ts";

const sample = (device: string, second: number, data: unknown = {}): Sample => ({
  device,
  topic: "default",
  timestamp: `2026-01-01T00:00:0${second}.000000000Z`,
  body: { deviceId: device, data },
});

const see = (history: SampleHistory, each: Sample): string => history.see(each, `${each.device} ${each.topic}`);

test("the same device, topic, time and data is a repetition; other data is not, and an older time is late", () => {
  const history = new SampleHistory();
  expect(see(history, sample("a", 1, { n: 1 }))).toBe("new");
  expect(see(history, sample("a", 1, { n: 1 }))).toBe("repeated");
  expect(see(history, sample("a", 1, { n: 2 }))).toBe("new");
  expect(see(history, sample("b", 1, { n: 1 }))).toBe("new");
  expect(see(history, sample("a", 3))).toBe("new");
  expect(see(history, sample("a", 2))).toBe("late");
  expect(see(history, sample("a", 3))).toBe("repeated");
});

test("its memory is bounded", () => {
  const history = new SampleHistory(2);
  see(history, sample("a", 1));
  see(history, sample("b", 1));
  see(history, sample("c", 1));
  expect(see(history, sample("a", 1))).toBe("new");
  expect(see(history, sample("c", 1))).toBe("repeated");
});

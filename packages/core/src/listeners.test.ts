import { expect, test } from "vitest";
import { createListeners } from "./listeners.ts";
import { createRecordingLogger } from "./testing/context.ts";

test("listeners hear changes until they stop, and one that throws disturbs nobody", () => {
  const log = createRecordingLogger();
  const listeners = createListeners<number>(log);
  const heard: string[] = [];
  const stop = listeners.add((change) => void heard.push(`a${change}`));
  listeners.add(() => {
    throw new Error("deaf");
  });
  const same = (change: number): void => void heard.push(`b${change}`);
  listeners.add(same);
  const stopSame = listeners.add(same);
  listeners.tell(1);
  stop();
  stopSame();
  listeners.tell(2);
  expect(heard).toEqual(["a1", "b1", "b1", "b2"]);
  expect(log.lines.filter(({ level }) => level === "error")).toHaveLength(2);
});

import { createManualClock, createRecordingLogger } from "@signalbox/core/testing";
import { expect, test } from "vitest";
import { Cadences } from "./cadence.ts";

const air = { device: "02d2327fedce2128", topic: "default" };
const minute = 60_000;

function start() {
  const clock = createManualClock();
  const log = createRecordingLogger();
  const cadences = new Cadences({ clock, log });
  cadences.listen();
  const hear = (everyMs: number, count: number, sample = air): void => {
    for (let n = 0; n < count; n += 1) {
      clock.advance(everyMs);
      cadences.heard(`${sample.device} ${sample.topic}`, sample, clock.now());
    }
  };
  return { clock, log, cadences, hear };
}

test("a device that is quiet for several of its own intervals is said to be silent, once, until it is heard again", () => {
  const { clock, log, cadences, hear } = start();
  hear(10 * minute, 10);
  clock.advance(29 * minute);
  expect(cadences.describe()).toBe("");
  clock.advance(5 * minute);
  expect(cadences.describe()).toBe("silent against their habit: 02d2327fedce2128 (default)");
  clock.advance(600 * minute);
  expect(log.lines.map(({ level, fields }) => [level, fields.device, fields.usualMs])).toEqual([
    ["warn", air.device, 10 * minute],
  ]);
  hear(minute, 1);
  expect(cadences.describe()).toBe("");
  expect(log.lines.at(-1)).toMatchObject({ level: "info", fields: { device: air.device } });
});

test("an irregular device has more time, and one that is hardly known has all of it", () => {
  const { clock, cadences, hear } = start();
  for (let n = 0; n < 10; n += 1) {
    hear(minute, 1);
    hear(39 * minute, 1);
  }
  clock.advance(70 * minute);
  expect(cadences.describe()).toBe("");
  clock.advance(120 * minute);
  expect(cadences.describe()).toContain(air.device);
  const { clock: other, cadences: few, hear: hearFew } = start();
  hearFew(minute, 5);
  other.advance(600 * minute);
  expect(few.describe()).toBe("");
});

test("samples that come at once are no cadence, and a dead socket is no silence", () => {
  const { clock, cadences, hear } = start();
  for (let n = 0; n < 10; n += 1) {
    hear(10 * minute, 1);
    hear(0, 20);
  }
  clock.advance(20 * minute);
  expect(cadences.describe()).toBe("");
  cadences.rest();
  clock.advance(600 * minute);
  cadences.listen();
  clock.advance(20 * minute);
  expect(cadences.describe()).toBe("");
  cadences.rest();
  expect(clock.timers()).toEqual([]);
});

test("how a device stands to its habit can be asked", () => {
  const { clock, cadences, hear } = start();
  const stream = `${air.device} ${air.topic}`;
  expect(cadences.habitOf(stream)).toBeUndefined();
  hear(10 * minute, 3);
  expect(cadences.habitOf(stream)).toEqual({ isSilent: false });
  hear(10 * minute, 10);
  expect(cadences.habitOf(stream)).toEqual({
    isSilent: false,
    cadence: { usualMs: 10 * minute, deviationMs: 0 },
  });
  clock.advance(60 * minute);
  expect(cadences.habitOf(stream)?.isSilent).toBe(true);
});

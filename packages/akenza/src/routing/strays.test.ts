import { silentLogger, type Stray, systemClock } from "@signalbox/core";
import { expect, test } from "vitest";
import { Counters } from "../counters.ts";
import { Cadences } from "./cadence.ts";
import { Consumer } from "./consumer.ts";
import { Router } from "./router.ts";

test("samples that reach no pipeline are kept in mind, with what came nearest", () => {
  const strays: Stray[] = [];
  const nothing = (): void => undefined;
  const router = new Router({
    connection: "akenza",
    clock: systemClock,
    counters: new Counters(),
    cadences: new Cadences({ clock: systemClock, log: silentLogger }),
    pause: nothing,
    resume: nothing,
    isWatched: () => false,
    onUnknownDevice: nothing,
    strays: { stray: (stray) => strays.push(stray) },
  });
  const consumer = new Consumer({ pipeline: "office-air", events: ["sample"], capacity: 10 });
  router.attach(consumer);
  router.index.add({ kind: "asset", id: "d1", topic: "default" }, consumer);
  const sample = { device: "d1", topic: "default", timestamp: "2026-03-01T10:00:00Z", body: { data: 1 } };
  router.route(sample);
  router.route({ ...sample, body: { data: 1 } });
  router.route({ ...sample, topic: "lifecycle" });
  router.route({ ...sample, device: "d2" });
  expect(strays.map(({ device, topic, why, nearest }) => ({ device, topic, why, nearest }))).toEqual([
    { device: "d1", topic: "default", why: "repeated", nearest: undefined },
    { device: "d1", topic: "lifecycle", why: "topic", nearest: ["office-air"] },
    { device: "d2", topic: "default", why: "device", nearest: undefined },
  ]);
  expect(strays[0]?.id).toBe("akenza:d1:default:2026-03-01T10:00:00Z");
});

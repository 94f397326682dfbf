import { type Project, SignalboxError, systemClock } from "@signalbox/core";
import { missingServer, startRedis } from "@signalbox/core/testing";
import { expect, test } from "vitest";
import type { Check, Surroundings } from "./check.ts";
import { examine } from "./examine.ts";
import { lookAtStore } from "./store.ts";

const around: Surroundings = {
  project: {} as Project,
  hasStandIn: false,
  files: [],
  engine: undefined,
  clock: systemClock,
};
const good: Check = { group: "g", subject: "good", run: async () => [{ subject: "good", status: "ok", found: "1" }] };

test("a check that throws or hangs is an error of its own, and is told to stop", async () => {
  let isStopped = false;
  const broken: Check = {
    group: "g",
    subject: "broken",
    run: () => Promise.reject(new SignalboxError("STORE_UNREACHABLE", "away", { hint: "start it" })),
  };
  const hanging: Check = {
    group: "h",
    subject: "hanging",
    timeoutMs: 20,
    run: (_around, signal) => {
      signal.addEventListener("abort", () => (isStopped = true));
      return new Promise(() => undefined);
    },
  };
  const found = await examine([hanging, broken, good], around);
  expect(found).toMatchObject([
    { group: "h", subject: "hanging", status: "error", found: "no answer within 0.02 s" },
    { group: "g", subject: "broken", status: "error", found: "STORE_UNREACHABLE: away", advice: "Start it." },
    { group: "g", subject: "good", status: "ok" },
  ]);
  expect(isStopped).toBe(true);
});

test.skipIf(missingServer("redis") !== undefined)("a Redis that hangs does not hold the rest", async () => {
  const server = await startRedis();
  server.freeze();
  const settings = { store: { kind: "redis", url: server.url, prefix: "signalbox" } };
  const project = { areSettingsGood: true, settings } as unknown as Project;
  const store: Check = { group: "store", subject: "store", timeoutMs: 200, run: lookAtStore };
  expect(await examine([store, good], { ...around, project })).toMatchObject([
    { subject: "store", status: "error", found: "no answer within 0.2 s" },
    { subject: "good", status: "ok" },
  ]);
  server.thaw();
  await server.stop();
});

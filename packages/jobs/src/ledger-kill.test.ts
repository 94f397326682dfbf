import { createCommands, createSchedules, silentLogger, systemClock } from "@signalbox/core";
import { startCrashChild } from "@signalbox/core/testing";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { BackendSettings } from "./settings.ts";
import { testBackend } from "./testing/fixtures.ts";
import { storesUnderTest } from "./testing/stores-under-test.ts";

type Child = ReturnType<typeof startCrashChild>;

function start(settings: BackendSettings, role: "victim" | "heir"): Child {
  const program = fileURLToPath(new URL("../dist/testing/ledger-program.js", import.meta.url));
  if (!existsSync(program)) throw new Error("The kill tests run the build: run `pnpm build` first.");
  return startCrashChild([program, JSON.stringify(settings), role]);
}

async function idOf(child: Child, what: string, count: number): Promise<string> {
  const found: string[] = [];
  const line = await child.line((each) => {
    if (each.startsWith(`${what} `) && !found.includes(each)) found.push(each);
    return found.length >= count && each === found[count - 1];
  });
  return line.slice(what.length + 1);
}

describe.each(storesUnderTest)("ledgers over kill -9: $name", ({ name, skip, start: startStore }) => {
  const exempt = name === "memory" ? "the memory store ends with its process" : skip;
  const title = exempt === undefined ? "" : ` (skipped: ${exempt})`;

  // The time limit allows for the store's own wait before it gives a dead process's jobs away, and for slow starts.
  test.skipIf(exempt !== undefined)(
    `D12 D13 what was under way ends once, as what it is${title}`,
    async () => {
      const place = await startStore();
      const children: Child[] = [];
      try {
        const victim = start(place.settings, "victim");
        children.push(victim);
        const cutCommand = await idOf(victim, "sent", 2);
        const cutTick = await idOf(victim, "fired", 3);
        await victim.line((line) => line === `tick running ${cutTick}`);
        await victim.kill();
        const heir = start(place.settings, "heir");
        children.push(heir);
        await heir.line((line) => line === `command unknown ${cutCommand}`);
        await heir.line((line) => line === `tick succeeded ${cutTick}`);
        await heir.line((line) => line === `command accepted ${cutTick}`);
        await heir.kill();
        const sent = [...victim.lines, ...heir.lines].filter((line) => line.startsWith("sent "));
        expect(new Set(sent).size).toBe(sent.length);
        await checkLedgers(place.settings, { cutCommand, cutTick });
      } finally {
        for (const child of children) await child.kill();
        await place.stop();
      }
    },
    120_000,
  );
});

async function checkLedgers(settings: BackendSettings, cut: { cutCommand: string; cutTick: string }): Promise<void> {
  const { store, queue } = testBackend(settings);
  await store.open();
  const base = { store, queue, clock: systemClock, log: silentLogger };
  const ticks = (await createSchedules({ ...base, engine: "reader" }).history("valves", 1_000)).toReversed();
  const commands = await createCommands(base).list({ pipeline: "valves", limit: 1_000 });
  await store.close();
  const planned = ticks.map((tick) => tick.plannedAt);
  expect(planned).toEqual(planned.map((_time, index) => (planned[0] ?? 0) + index * 250));
  expect(ticks.find((tick) => tick.id === cut.cutTick)).toMatchObject({ outcome: "succeeded", engine: "heir" });
  expect(commands.filter(({ state }) => state === "unknown").map(({ key }) => key)).toContain(cut.cutCommand);
  // Whatever the heir had begun when it was killed is open; everything else has its end.
  const open = ticks.filter((tick) => tick.outcome === "running");
  expect(open.every((tick) => tick.engine === "heir")).toBe(true);
  for (const tick of ticks) expect(tick.outcome === "none").toBe(tick.timing === "missed");
}

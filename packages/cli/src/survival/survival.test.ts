import { rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { ownProgram } from "../proving/engine-child.ts";
import { missingStore, storeNames } from "../proving/store.ts";
import { describeFailure, isGood } from "./report.ts";
import { run } from "./run.ts";

for (const store of storeNames) {
  const missing = missingStore(store);
  const title = missing === undefined ? store : `${store} (skipped: ${missing})`;
  test(
    `D12 D13 engines are killed, and every tick and command is accounted for once; on ${title}`,
    { skip: missing !== undefined, timeout: 240_000 },
    async () => {
      const result = await run({
        seed: 1,
        store,
        engines: store === "embedded" ? 1 : 3,
        killEveryMs: 5_000,
        durationMs: 15_000,
        schedules: 20,
        limit: 200,
        program: ownProgram,
      });
      expect(isGood(result) ? "" : await describeFailure(result)).toBe("");
      await rm(result.dir, { recursive: true, force: true });
      expect(result.observed?.kills.length, "kills").toBeGreaterThan(0);
      expect(result.figures?.accepted, "commands accepted").toBeGreaterThan(100);
    },
  );
}

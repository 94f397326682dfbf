import { rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { faultClasses } from "./faults.ts";
import { ownProgram } from "../proving/engine-child.ts";
import { describeFailure, isGood } from "./report.ts";
import { run } from "./run.ts";
import { missingStore, storeNames } from "../proving/store.ts";

/** One that brings kills, stops, store restarts, dropped sockets, rejections and a queue within the time of a short run. */
const seed = 52;

for (const store of storeNames) {
  const missing = missingStore(store);
  const title = missing === undefined ? store : `${store} (skipped: ${missing})`;
  test(
    `D3 D4 D5 D6 D7 D10 whatever goes wrong, everything stored arrives, in order; on ${title}`,
    { skip: missing !== undefined, timeout: 240_000 },
    async () => {
      const classes = new Set(faultClasses);
      const result = await run({
        seed,
        store,
        classes,
        durationMs: 12_000,
        samplesPerSecond: 60,
        program: ownProgram,
        killEveryMs: undefined,
      });
      expect(isGood(result) ? "" : await describeFailure(result)).toBe("");
      await rm(result.dir, { recursive: true, force: true });
      expect(result.form).toEqual({ isQueued: true, hasRejections: true });
      expect(result.tally.killedAt.length, "kills").toBeGreaterThan(0);
      expect(result.due, "deliveries due").toBeGreaterThan(1_000);
    },
  );
}

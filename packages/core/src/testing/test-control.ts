import { systemClock } from "../clock.ts";
import { createControl, type EngineControl, type EngineSurroundings } from "../control/engine-api.ts";
import { silentLogger } from "../log.ts";
import { defaultRetention } from "../retention.ts";
import type { Engine } from "../runtime/engine.ts";

/** The control API of a test's engine, which has no files. */
export function testControl(engine: Engine, surroundings: Partial<EngineSurroundings> = {}): EngineControl {
  return createControl(engine, {
    projectDir: "/nonexistent",
    clock: systemClock,
    log: silentLogger,
    changes: defaultRetention,
    findings: () => [],
    reload: () => Promise.reject(new Error("no files")),
    ...surroundings,
  });
}

import { isDeepStrictEqual } from "node:util";
import type { Finding, Project, Settings } from "../../config/model.ts";

/** The key in signalbox.yaml of each setting that holds until the engine is started again. */
const fixed = {
  store: "store",
  http: "http",
  console: "console",
  control: "control",
  telemetry: "telemetry",
  shutdownTimeoutMs: "shutdownTimeout",
  simulator: "simulator",
  deadLetters: "deadLetters",
  changes: "changes",
} as const satisfies Partial<Record<keyof Settings, string>>;

/** A finding for each setting that differs from what the engine was started with. */
export function changedSettings(started: Settings, { settings, settingsAt }: Project): readonly Finding[] {
  const settingKeys = Object.keys(fixed) as (keyof typeof fixed)[];
  return settingKeys
    .filter((key) => !isDeepStrictEqual(started[key], settings[key]))
    .map((key) => ({
      severity: "error",
      code: "RELOAD_SETTING_FIXED",
      message: `"${fixed[key]}" cannot change while the engine runs; it goes on with what it was started with`,
      suggestion: "restart the engine, or change it back",
      at: settingsAt.get(fixed[key]) ?? { file: "signalbox.yaml", line: 1, column: 1 },
    }));
}

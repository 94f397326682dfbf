import type { CheckResult } from "@signalbox/core";
import type { Surroundings } from "./check.ts";

/** The store of the settings, unless they are broken: it might be another one. */
export async function lookAtStore(
  { project, engine, clock }: Surroundings,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  if (!project.areSettingsGood) {
    const advice = "Mend signalbox.yaml first.";
    return [{ subject: "store", status: "skipped", found: "signalbox.yaml has errors", advice }];
  }
  // Loaded on use, as everywhere: it takes longer than the rest of the command line.
  const { checkStore } = await import("@signalbox/jobs");
  return await checkStore(project.settings.store, { clock, enginePid: engine?.pid }, signal);
}

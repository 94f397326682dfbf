import { type CheckResult, type Clock, failedCheck } from "@signalbox/core";
import { type BackendSettings, checkSettings, describeSettings } from "../settings.ts";
import { checkEmbedded } from "./check-embedded.ts";
import { checkPostgres } from "./check-postgres.ts";
import { checkRedis } from "./check-redis.ts";

export interface StoreCheck {
  readonly clock: Clock;
  /** Of the engine of this project, where it runs: what it holds is its own. */
  readonly enginePid: number | undefined;
}

/**
 * Looks at a store as it is, and changes nothing in it: whether it answers and how fast, its version, what weakens its
 * durability, its clock. Never rejects; it ends soon after the signal aborts.
 */
export async function checkStore(
  settings: BackendSettings,
  context: StoreCheck,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  try {
    checkSettings(settings);
    switch (settings.kind) {
      case "memory":
        return [{ subject: "store", status: "ok", found: describeSettings(settings) }];
      case "redis":
        return await checkRedis(settings, context.clock, signal);
      case "postgres":
        return await checkPostgres(settings, context.clock, signal);
      case "embedded":
        return await checkEmbedded(settings.path, context.enginePid);
    }
  } catch (error) {
    return [failedCheck("store", error, "STORE_UNREACHABLE")];
  }
}

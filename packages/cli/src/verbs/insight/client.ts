import { createControlClient, type InsightClient } from "@signalbox/core";
import { type GlobalOptions, openSettings, projectDirOf, type Session } from "../../session.ts";

/** Looks into the engine that runs in the project. */
export async function openInsight(session: Session, options: GlobalOptions): Promise<InsightClient> {
  const settings = await openSettings(session, await projectDirOf(session, options));
  return createControlClient({ path: settings.control.socket, timeoutMs: 30_000 }).insight;
}

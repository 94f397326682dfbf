import { createControlClient, type ScheduleClient } from "@signalbox/core";
import { type GlobalOptions, openSettings, projectDirOf, type Session } from "../../session.ts";

/** The schedules of the engine that runs in the project. */
export async function openSchedules(session: Session, options: GlobalOptions): Promise<ScheduleClient> {
  const settings = await openSettings(session, await projectDirOf(session, options));
  return createControlClient({ path: settings.control.socket }).schedules;
}

/** A time in ISO 8601. */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}

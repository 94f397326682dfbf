import { type CommandClient, createControlClient } from "@signalbox/core";
import { type GlobalOptions, openSettings, projectDirOf, type Session } from "../../session.ts";

/** The commands of the engine that runs in the project. */
export async function openClient(session: Session, options: GlobalOptions): Promise<CommandClient> {
  const settings = await openSettings(session, await projectDirOf(session, options));
  return createControlClient({ path: settings.control.socket }).commands;
}

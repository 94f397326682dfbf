import { userInfo } from "node:os";
import { createControlClient, type DeadLetterClient, messageOf } from "@signalbox/core";
import { type GlobalOptions, openSettings, projectDirOf, type Session } from "../../session.ts";

/** A redrive is answered when its messages have ended, or after half a minute. */
const timeoutMs = 60_000;

/** The dead letters of the engine that runs in the project. */
export async function openClient(session: Session, options: GlobalOptions): Promise<DeadLetterClient> {
  const settings = await openSettings(session, await projectDirOf(session, options));
  return createControlClient({ path: settings.control.socket, timeoutMs }).deadLetters;
}

/** The user who makes the call, for the engine's log. */
export function caller(): string {
  try {
    return userInfo().username;
  } catch (error) {
    return `unknown (${messageOf(error)})`; // a container may run under a user that has no name
  }
}

import type { CommandState } from "./contracts.ts";

const states: Readonly<Record<CommandState, true>> = {
  planned: true,
  queued: true,
  sent: true,
  accepted: true,
  rejected: true,
  expired: true,
  superseded: true,
  cancelled: true,
  failed: true,
  confirmed: true,
  unconfirmed: true,
  unknown: true,
};

/** All states of a command, in the order in which they may come. */
export const commandStates: readonly CommandState[] = Object.keys(states).filter(isCommandState);

/** Whether a text from outside names a state. */
export function isCommandState(text: string): text is CommandState {
  return Object.hasOwn(states, text);
}

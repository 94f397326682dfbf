import type { Simulator } from "../contract.ts";
import type { Mailbox } from "../receiver.ts";

/** A control request, read. */
export interface ControlCall {
  readonly simulator: Simulator;
  readonly mailboxes: () => readonly Mailbox[];
  readonly query: URLSearchParams;
  readonly body: unknown;
}

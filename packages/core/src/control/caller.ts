/** What somebody may do: a viewer looks, an operator acts as well. */
export type Role = "viewer" | "operator";

/** Who asks something of the control API. */
export interface Caller {
  readonly role: Role;
  /** Their name, where it was proven; undefined where everybody who comes this way may act, and says who they are. */
  readonly name?: string;
  /** Which way they came. */
  readonly via: "control-socket" | "console";
  /** Their address, as far as it is known. */
  readonly from?: string;
}

/** Whoever may use the control socket of an engine may do everything. */
export const socketCaller: Caller = { role: "operator", via: "control-socket" };

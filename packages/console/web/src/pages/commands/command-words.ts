import type { CommandState } from "@signalbox/core/control-types";
import type { Level } from "../../live/level.ts";

export const commandLevels: Readonly<Record<CommandState, Level>> = {
  planned: "idle",
  queued: "info",
  sent: "info",
  accepted: "ok",
  confirmed: "ok",
  rejected: "bad",
  failed: "bad",
  unknown: "bad",
  unconfirmed: "warn",
  expired: "idle",
  superseded: "idle",
  cancelled: "idle",
};

export const meanings: Readonly<Record<CommandState, string>> = {
  queued: "It waits for its time, its turn or a retry.",
  sent: "The request may have left; no answer yet.",
  accepted: "The other side took it.",
  confirmed: "An uplink of the device showed that it was carried out.",
  unconfirmed: "It was taken, and no uplink showed it in time.",
  rejected: "The other side will never take it.",
  failed: "The tries are spent, and surely none was carried out.",
  unknown: "It may have left, and nobody knows what became of it.",
  expired: "Its time was over before it was sent.",
  superseded: "A newer command took its place.",
  cancelled: "A person took it back.",
  planned: "A dry run: it is never sent.",
};

import type { FaultControls } from "../faults/fault-controls.ts";
import { GARBAGE_KINDS } from "../faults/garbage.ts";
import { readFields, required } from "./fields.ts";

const WHEN = ["before", "after"] as const;

/** The fields of a fault that meets requests. */
export const REQUEST_FAULT_FIELDS = {
  method: "text",
  path: "text",
  times: "count",
  status: "count",
  message: "text",
  retryAfter: "count",
  delayMs: "count",
  cut: WHEN,
  hang: WHEN,
} as const;

const SPELL_FIELDS = { connection: "text", forMs: "count" } as const;
const DROP_FIELDS = { connection: "text", closeFrame: "flag", code: "count", reason: "text" } as const;
const GARBAGE_FIELDS = { connection: "text", kind: GARBAGE_KINDS, times: "count" } as const;

type FaultRoute = (faults: FaultControls, body: unknown) => number | void;

/** POST /simulator/faults/NAME: the fault controls under their names, with dashes. */
export const FAULT_ROUTES: Readonly<Record<string, FaultRoute>> = {
  "drop-connections": (faults, body) => faults.dropConnections(readFields(body, DROP_FIELDS)),
  "silence-connections": (faults, body) => faults.silenceConnections(readFields(body, SPELL_FIELDS)),
  "stop-reading": (faults, body) => faults.stopReading(readFields(body, SPELL_FIELDS)),
  "wake-connections": (faults, body) => faults.wakeConnections(readFields(body, { connection: "text" })),
  "send-garbage": (faults, body) => {
    const { kind, ...rest } = readFields(body, GARBAGE_FIELDS);
    return faults.sendGarbage({ ...rest, kind: required(kind, "kind") });
  },
  "withhold-greetings": (faults, body) => faults.withholdGreetings(readFields(body, { times: "count" })),
  "refuse-upgrades": (faults, body) => faults.refuseUpgrades(readFields(body, REQUEST_FAULT_FIELDS)),
  "fail-requests": (faults, body) => faults.failRequests(readFields(body, REQUEST_FAULT_FIELDS)),
  "duplicate-samples": (faults, body) => faults.duplicateSamples(readFields(body, { times: "count" })),
  "delay-samples": (faults, body) => faults.delaySamples(readFields(body, { times: "count", forMs: "count" })),
  "release-samples": (faults, body) => (readFields(body, {}), faults.releaseSamples()),
  "expire-key": (faults, body) => faults.expireKey({ key: required(readFields(body, { key: "text" }).key, "key") }),
  "renew-key": (faults, body) => faults.renewKey({ key: required(readFields(body, { key: "text" }).key, "key") }),
};

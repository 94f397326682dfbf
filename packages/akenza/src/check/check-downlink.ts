import { type CheckResult, failedCheck } from "@signalbox/core";
import type { RestClient } from "../rest/client.ts";

/** akenza gives out no such id; and without a downlink in its body, the request is none even if it did. */
const noDevice = "0000000000000000";

/** Whether the key may send downlinks, as far as that can be asked without sending one. */
export async function checkDownlink(rest: RestClient, isNeeded: boolean, signal: AbortSignal): Promise<CheckResult> {
  const subject = "downlinks";
  if (!isNeeded) return { subject, status: "skipped", found: "no pipeline sends commands over this connection" };
  const path = `/v3/devices/${noDevice}/downlink`;
  const outcome = await rest.send({ method: "POST", path, body: {}, priority: "command" }, signal);
  if (outcome.kind === "missing") return failedCheck(subject, outcome.problem, "AKENZA_UNREACHABLE");
  const { status } = outcome;
  if (status === 403) {
    return {
      subject,
      status: "warning",
      found: "akenza answered 403 to an empty downlink for a device that does not exist",
      advice:
        "Give the key the permission for downlinks; if it has it, akenza hides what does not exist, and all is well.",
    };
  }
  // What is wrong with the request was looked at: the key was good enough.
  if (status < 500 && status !== 401 && status !== 429) {
    return { subject, status: "ok", found: `may be sent: an empty one for no device was answered ${status}, not 403` };
  }
  const found = `not known: akenza answered ${status}`;
  return { subject, status: "warning", found, advice: "Call again in a minute." };
}

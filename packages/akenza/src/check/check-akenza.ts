// What a key opens at akenza, asked without changing anything there: `signalbox doctor`.
// Not here: what the answers mean in general (rest/problems.ts).
import { type CheckResult, type ConnectionCheck, failedCheck } from "@signalbox/core";
import { organizationOfKey } from "../rest/inventory.ts";
import { RestClient } from "../rest/client.ts";
import { type ConnectionSettings, restOptions } from "../settings.ts";
import { ClockWatch } from "./clock-watch.ts";
import { checkDownlink } from "./check-downlink.ts";
import { checkDevices } from "./check-devices.ts";
import { checkSocket } from "./check-socket.ts";

/** Never rejects but where the signal aborts. */
export async function checkAkenza(
  settings: ConnectionSettings,
  { clock, sendsCommands }: ConnectionCheck,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  const watch = new ClockWatch(clock);
  const rest = new RestClient({ ...restOptions(settings, clock), onAnswer: (answer) => watch.note(answer) });
  const { host } = new URL(settings.baseUrl);
  const subject = `key for akenza at ${host}`;
  try {
    const organization = await organizationOfKey(rest, signal);
    const kind = settings.apiKey === undefined ? "an access token" : "an API key";
    const [devices, downlink, socket] = await Promise.all([
      checkDevices(rest, organization, signal),
      checkDownlink(rest, sendsCommands, signal),
      checkSocket(settings, clock, signal),
    ]);
    const accepted: CheckResult = { subject, status: "ok", found: `${kind}, accepted` };
    return [accepted, ...devices, downlink, socket, ...watch.results()];
  } catch (error) {
    return [failedCheck(subject, error, "AKENZA_UNREACHABLE"), ...watch.results()];
  } finally {
    await rest.close();
  }
}

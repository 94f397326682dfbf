import type { RestClient } from "../rest/client.ts";
import { type DeviceQuery, findDevices } from "../rest/device-query.ts";
import { unreadable } from "./read-file.ts";

/** The ids of the devices that a REST query finds now. Throws AKENZA_IDS_UNREADABLE (retryable). */
export async function readIdQuery(
  rest: RestClient,
  query: DeviceQuery,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    return (await findDevices(rest, query, signal)).map((device) => device.id);
  } catch (error) {
    if (signal.aborted) throw error;
    throw unreadable("the query on akenza", error);
  }
}

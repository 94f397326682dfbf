import type { RestClient } from "../rest/client.ts";
import { type Device, type DeviceFilter, listDevices, organizationOfKey, workspaceOfTag } from "../rest/inventory.ts";
import { unreadable } from "./read-file.ts";
import type { SubscribeItem } from "./schema.ts";

type Query = NonNullable<SubscribeItem["query"]>;

/** The devices that a REST query finds now. Throws AKENZA_IDS_UNREADABLE (retryable). */
export async function readIdQuery(rest: RestClient, query: Query, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const devices = await listDevices(rest, await filterOf(rest, query, signal), signal);
    return devices.filter((device) => isOfType(device, query.type)).map((device) => device.id);
  } catch (error) {
    if (signal.aborted) throw error;
    throw unreadable("the query on akenza", error);
  }
}

/** Every list of akenza's is of a workspace or an organization; a key of one workspace may only ask for the former. */
async function filterOf(rest: RestClient, query: Query, signal: AbortSignal): Promise<DeviceFilter> {
  const tag = query.tag === undefined ? {} : { tag: query.tag };
  if (query.workspace !== undefined) return { ...tag, workspaceId: query.workspace };
  if (query.tag !== undefined) return { ...tag, workspaceId: await workspaceOfTag(rest, query.tag, signal) };
  return { ...tag, organizationId: await organizationOfKey(rest, signal) };
}

// akenza has no documented filter for the type of a device, so it is applied here.
function isOfType(device: Device, type: string | undefined): boolean {
  if (type === undefined) return true;
  const known = device.dataFlow?.deviceType;
  return known?.id === type || known?.name === type;
}

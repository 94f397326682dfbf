import type { RestClient } from "./client.ts";
import { type Device, type DeviceFilter, listDevices, organizationOfKey, workspaceOfTag } from "./inventory.ts";

/** Devices by what akenza's inventory knows of them; all that is given must hold. */
export interface DeviceQuery {
  readonly tag?: string | undefined;
  /** The device type's id or exact name. */
  readonly type?: string | undefined;
  readonly workspace?: string | undefined;
}

/** The devices that match now. Throws as RestClient.read does. */
export async function findDevices(
  rest: RestClient,
  query: DeviceQuery,
  signal: AbortSignal,
): Promise<readonly Device[]> {
  const devices = await listDevices(rest, await filterOf(rest, query, signal), signal);
  return devices.filter((device) => isOfType(device, query.type));
}

/** Every list of akenza's is of a workspace or an organization; a key of one workspace may only ask for the former. */
async function filterOf(rest: RestClient, query: DeviceQuery, signal: AbortSignal): Promise<DeviceFilter> {
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

import type { SimulatedDevice } from "../building.ts";
import { isRecord } from "../sample.ts";
import { PERMISSION_DENIED, RestError } from "./answer.ts";
import type { Answer } from "./answer.ts";
import { assetJson } from "./asset-json.ts";
import type { AssetJson } from "./asset-json.ts";
import { pageOf } from "./page.ts";
import { deviceOf } from "./call.ts";
import type { RestCall } from "./call.ts";

type Filter = (asset: AssetJson, wanted: readonly string[]) => boolean;

/** Filters of the lists; each takes one value, several separated by commas, or the parameter several times. */
const FILTERS: Readonly<Record<string, Filter>> = {
  workspaceId: (asset, wanted) => wanted.includes(asset.workspaceId),
  type: (asset, wanted) => wanted.includes(asset.type),
  assetIds: (asset, wanted) => wanted.includes(asset.id),
  integrationId: (asset, wanted) => wanted.includes(asset.integration.id),
  dataFlowId: (asset, wanted) => wanted.includes(asset.dataFlowId),
  provider: (asset, wanted) => wanted.includes(asset.integration.provider),
  state: (asset, wanted) => wanted.includes(asset.onlineState),
  online: (asset, wanted) => wanted.includes(String(asset.online)),
  "tags.ids": (asset, wanted) => asset.tags.some(({ id }) => wanted.includes(id)),
  search: (asset, wanted) =>
    wanted.some((text) =>
      [asset.name, asset.id, asset.deviceId].some((field) => field.toLowerCase().includes(text.toLowerCase())),
    ),
};

/** GET /v3/assets and /v3/devices, with the filters and paging in the URL. */
export function assetPage(call: RestCall): Answer {
  const { query } = call;
  const workspaceId = query.get("workspaceId");
  checkScope(call, workspaceId === null ? [] : [workspaceId], query.get("organizationId"));
  const wanted = Object.entries(FILTERS).flatMap(([name, filter]) => {
    const values = query.getAll(name).flatMap((text) => text.split(","));
    return values.length === 0 ? [] : [(asset: AssetJson) => filter(asset, values)];
  });
  const assets = visibleAssets(call).filter((asset) => wanted.every((matches) => matches(asset)));
  return { status: 200, body: pageOf(assets, query) };
}

/** POST /v3/assets/list with `{"workspaceIds": [...]}` or `{"organizationId": "..."}`. */
export function listAssets(call: RestCall): Answer {
  const { body, query } = call;
  if (!isRecord(body)) throw new RestError(400, "The body must be a JSON object");
  const { workspaceIds, organizationId = null } = body;
  if (workspaceIds !== undefined && !isTextList(workspaceIds)) throw new RestError(400, "workspaceIds must be a list");
  if (organizationId !== null && typeof organizationId !== "string") {
    throw new RestError(400, "organizationId must be a text");
  }
  checkScope(call, workspaceIds ?? [], organizationId);
  const assets = visibleAssets(call).filter(
    ({ workspaceId }) => workspaceIds === undefined || workspaceIds.includes(workspaceId),
  );
  return { status: 200, body: pageOf(assets, query) };
}

/** GET /v3/devices/{id} */
export function deviceJson(call: RestCall): Answer {
  return { status: 200, body: describe(call, deviceOf(call)) };
}

/** GET /v3/devices/by-device-id?deviceId=<physical id> */
export function deviceByPhysicalId(call: RestCall): Answer {
  const wanted = call.query.get("deviceId");
  const device = call.context.building.devices.find(({ deviceId }) => deviceId === wanted);
  if (!device) throw new RestError(404, `Device with device id ${wanted} not found`);
  return { status: 200, body: describe(call, deviceOf({ ...call, id: device.id })) };
}

/** A key that is limited to workspaces may ask for those, not for the organization. */
function checkScope(
  { context, credential }: RestCall,
  workspaceIds: readonly string[],
  organizationId: string | null,
): void {
  const { building } = context;
  const isForeign = organizationId !== null && organizationId !== building.organization.id;
  const isTooWide = organizationId !== null && credential.isWorkspaceLimited;
  const known = building.workspaces.map(({ id }) => id);
  const isDenied = workspaceIds.some((id) => !known.includes(id) || !credential.sees(id));
  if (isForeign || isTooWide || isDenied) throw new RestError(403, PERMISSION_DENIED);
}

function visibleAssets(call: RestCall): AssetJson[] {
  const { context, credential } = call;
  return context.building.devices
    .filter(({ workspaceId }) => credential.sees(workspaceId))
    .map((device) => describe(call, device));
}

function describe({ context }: RestCall, device: SimulatedDevice): AssetJson {
  return assetJson(device, context.history.latest(device.id), context.clock.now());
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

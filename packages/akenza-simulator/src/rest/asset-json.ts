import type { SimulatedDevice } from "../building.ts";
import type { StoredSample } from "../history.ts";
import { idOf } from "../ids.ts";
import { hash, uuidOf } from "../random.ts";

/** When the simulated organization was set up. */
export const CREATED = "2025-01-15T08:00:00Z";
const ONLINE_TIMEOUT_S = 86_400;

/** The device object as lists and single reads return it; its online state follows from the latest sample. */
export function assetJson(device: SimulatedDevice, latest: StoredSample | undefined, now: number) {
  const { id, organizationId, workspaceId } = device;
  const isOnline = latest ? now - latest.storedAt <= ONLINE_TIMEOUT_S * 1000 : null;
  return {
    connectivity: device.connectivity,
    created: CREATED,
    customFields: [],
    dataFlow: dataFlowJson(device),
    dataFlowId: idOf("dataFlow", device.deviceType),
    description: null,
    deviceId: device.deviceId,
    excludeFromLifecycleReport: false,
    id,
    integration: integrationJson(device),
    name: device.name,
    online: isOnline,
    onlineState: isOnline === null ? "UNKNOWN" : isOnline ? "ONLINE" : "OFFLINE",
    onlineTimeout: ONLINE_TIMEOUT_S,
    organizationId,
    properties: {},
    registered: true,
    tags: device.tags.map((tag) => ({ id: tag.id, name: tag.name, description: null })),
    type: "DEVICE",
    updated: CREATED,
    uplinkMetrics: latest ? uplinkMetrics(device, latest) : null,
    workspaceId,
  };
}

export type AssetJson = ReturnType<typeof assetJson>;

function dataFlowJson({ connectivity, deviceType, organizationId, workspaceId }: SimulatedDevice) {
  return {
    id: idOf("dataFlow", deviceType),
    name: deviceType,
    deviceType: { id: idOf("deviceType", deviceType), name: deviceType.split("/").at(-1), libraryPath: deviceType },
    deviceConnector: {
      authType: "BASIC",
      decodingType: "NONE",
      id: idOf("deviceConnector", connectivity),
      name: `Simulated ${connectivity}`,
    },
    workspaceId,
    organizationId,
  };
}

function integrationJson({ connectivity }: SimulatedDevice) {
  return {
    deleted: false,
    global: true,
    id: idOf("integration", connectivity),
    name: `Simulated ${connectivity}`,
    provider: `simulated_${connectivity.toLowerCase()}`,
    readOnly: false,
    type: connectivity,
  };
}

function uplinkMetrics(device: SimulatedDevice, { sample }: StoredSample): object {
  const base = {
    uplinkId: uuidOf(device.id, sample.timestamp),
    deviceId: device.id,
    uplinkSize: JSON.stringify(sample.data).length,
    timestamp: sample.timestamp,
    id: device.id,
  };
  if (device.connectivity !== "LORA") return base;
  const noise = hash(device.id, sample.timestamp);
  const { batteryLevel } = sample.data;
  return {
    ...base,
    port: 5,
    rssi: -70 - (noise % 40),
    snr: 8 - (noise % 12),
    sf: 7 + (noise % 3),
    txPower: 14,
    numberOfGateways: 1 + (noise % 3),
    sqi: 3,
    signalQuality: "GOOD",
    ...(typeof batteryLevel === "number" ? { batteryLevel } : {}),
  };
}

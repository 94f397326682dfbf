// Which devices a message commands: the list, the expression, akenza's inventory, or the message's own device.
import { excerpt, type Expression, type Location, type Message, SignalboxError } from "@signalbox/core";
import { isAkenzaId, whyNoId } from "../ids.ts";
import type { DeviceLists } from "../rest/device-lists.ts";
import type { DownlinkConfig, InventoryQuery } from "./downlink-schema.ts";

export interface DeviceReading {
  readonly config: DownlinkConfig;
  readonly lists: DeviceLists;
  /** The place of the sink. */
  readonly at: Location;
}

/**
 * The devices, each once; none only where an expression gave an empty list. Throws AKENZA_DEVICE_MISSING,
 * AKENZA_DEVICES_NONE, AKENZA_DEVICES_TOO_MANY, what an expression throws, or AKENZA_IDS_UNREADABLE (retryable).
 */
export async function devicesOf(
  message: Message,
  reading: DeviceReading,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { config, at } = reading;
  const { devices, maxDevices } = config;
  const ids = await idsOf(message, reading, signal);
  if (ids.length <= maxDevices) return ids;
  const place = devices !== undefined && "evaluate" in devices ? devices.at : at;
  throw new SignalboxError(
    "AKENZA_DEVICES_TOO_MANY",
    `the message would command ${ids.length} devices, and maxDevices allows ${maxDevices}; none was commanded`,
    { at: place, hint: "raise maxDevices if that many are meant" },
  );
}

async function idsOf(
  message: Message,
  { config: { devices }, lists, at }: DeviceReading,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (devices === undefined) return [deviceOf(message, at)];
  if ("evaluate" in devices) return evaluated(message, devices);
  if (!isQuery(devices)) return devices;
  const found = await lists.read(devices, devices.every, signal);
  if (found.length > 0) return found.map((device) => device.id);
  throw new SignalboxError("AKENZA_DEVICES_NONE", `no device ${describeQuery(devices)}`, { at });
}

function deviceOf({ meta: { device } }: Message, at: Location): string {
  if (device === undefined) {
    throw new SignalboxError("AKENZA_DEVICE_MISSING", "the message comes from no device", {
      at,
      hint: "set `devices`",
    });
  }
  if (!isAkenzaId(device))
    throw new SignalboxError("AKENZA_DEVICE_MISSING", whyNoId(device), { at, hint: "set `devices`" });
  return device;
}

async function evaluated(message: Message, devices: Expression): Promise<readonly string[]> {
  const given: unknown = await devices.evaluate(message);
  const { at } = devices;
  if (given === undefined) throw new SignalboxError("AKENZA_DEVICE_MISSING", "`devices` gave nothing", { at });
  const isList = Array.isArray(given);
  const values = isList ? (given as unknown[]) : [given];
  const ids = values.map((value, index) => {
    if (isAkenzaId(value)) return value;
    const place = isList ? `item ${index + 1} of ${values.length}: ` : "";
    const what =
      typeof value === "string" ? whyNoId(value) : `${excerpt(JSON.stringify(value) ?? "", 60)} is no akenza id`;
    throw new SignalboxError("AKENZA_DEVICE_MISSING", `\`devices\` gave no devices: ${place}${what}`, { at });
  });
  return [...new Set(ids)];
}

/** Whether the devices are what a query on the inventory finds. */
export function isQuery(devices: DownlinkConfig["devices"]): devices is InventoryQuery {
  // A list has a method of that name.
  return devices !== undefined && "every" in devices && typeof devices.every === "number";
}

/** `of the tag 71..., of the type vicki`, as it reads behind "no device". */
export function describeQuery({ tag, type, workspace }: InventoryQuery): string {
  const parts = Object.entries({ tag, type, workspace }).filter(([, value]) => value !== undefined);
  return parts.map(([name, value]) => `of the ${name} ${value}`).join(", ");
}

import { createHash } from "node:crypto";
import { type Message, type NewCommand, SignalboxError, type SinkContext } from "@signalbox/core";
import { isAkenzaId, whyNoId } from "../ids.ts";
import type { DownlinkBody } from "../rest/downlink.ts";
import type { DownlinkConfig } from "./downlink-schema.ts";

/**
 * The commands a message leads to: one per device, each once. An empty list of devices leads to none.
 * Throws AKENZA_DEVICE_MISSING, AKENZA_DOWNLINK_INVALID, or what an expression throws; the message can never succeed then.
 */
export async function commandsOf(
  message: Message,
  config: DownlinkConfig,
  context: SinkContext,
): Promise<readonly NewCommand[]> {
  const devices = await devicesOf(message, config);
  if (devices.length === 0) return [];
  const payload = await bodyOf(message, config);
  const { pipeline, name: sink, retry } = context;
  return devices.map((device) => ({
    key: keyOf([message.id, pipeline, sink, device]),
    pipeline,
    sink,
    message: message.id,
    connection: config.connection,
    device,
    payload,
    maxAttempts: retry.attempts,
    backoffMs: retry.backoffMs,
    maxBackoffMs: retry.maxBackoffMs,
  }));
}

/** The same order has the same key whenever it comes again. The 0 is its index: one message orders a device once. */
function keyOf(parts: readonly string[]): string {
  return createHash("sha256")
    .update(JSON.stringify([...parts, 0]))
    .digest("hex");
}

async function devicesOf(message: Message, { devices }: DownlinkConfig): Promise<readonly string[]> {
  if (devices === undefined) {
    if (message.meta.device !== undefined) return [message.meta.device];
    throw new SignalboxError("AKENZA_DEVICE_MISSING", "the message comes from no device", { hint: "set `devices`" });
  }
  if (!("evaluate" in devices)) return devices;
  const given: unknown = await devices.evaluate(message);
  if (given === undefined) {
    throw new SignalboxError("AKENZA_DEVICE_MISSING", "`devices` gave nothing", { at: devices.at });
  }
  const ids = [...new Set(Array.isArray(given) ? (given as unknown[]) : [given])];
  for (const id of ids) {
    if (isAkenzaId(id)) continue;
    const what =
      typeof id === "string"
        ? whyNoId(id)
        : `\`devices\` gave ${JSON.stringify(id)?.slice(0, 60)}, which is no akenza id`;
    throw new SignalboxError("AKENZA_DEVICE_MISSING", what, { at: devices.at });
  }
  return ids as string[];
}

async function bodyOf(message: Message, { lorawan, mqtt, raw }: DownlinkConfig): Promise<DownlinkBody> {
  if (mqtt !== undefined) {
    const payload = asObject(mqtt.payload === undefined ? message.body : await mqtt.payload.evaluate(message));
    return {
      raw: raw ?? false,
      mqttDownlink: { topic: await mqtt.topic.render(message), payload, contentType: "JSON" },
    };
  }
  if (lorawan === undefined) throw new SignalboxError("AKENZA_DOWNLINK_INVALID", "neither lorawan nor mqtt is set");
  const { port, confirmed, clearQueue } = lorawan;
  const head = { port, confirmed, ...(clearQueue === undefined ? {} : { clearQueue }) };
  if (lorawan.payloadHex !== undefined) {
    const payloadHex = asHex(await lorawan.payloadHex.evaluate(message));
    return { raw: raw ?? true, loraDownlink: { ...head, payloadHex } };
  }
  const payload = asObject(lorawan.payload === undefined ? message.body : await lorawan.payload.evaluate(message));
  return { raw: raw ?? false, loraDownlink: { ...head, payload } };
}

function asHex(value: unknown): string {
  if (typeof value === "string" && /^(?:[0-9a-f]{2})+$/i.test(value)) return value;
  throw new SignalboxError("AKENZA_DOWNLINK_INVALID", `payloadHex gave ${shown(value)}, not hex bytes such as "0e14"`);
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new SignalboxError("AKENZA_DOWNLINK_INVALID", `the payload is ${shown(value)}, not a JSON object`);
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value).slice(0, 60);
}

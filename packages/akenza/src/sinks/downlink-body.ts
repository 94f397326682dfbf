import { excerpt, type Message, SignalboxError } from "@signalbox/core";
import type { DownlinkBody } from "../rest/downlink.ts";
import type { DownlinkConfig } from "./downlink-schema.ts";

/** What akenza is to be sent for a message. Throws AKENZA_DOWNLINK_INVALID, or what an expression throws. */
export async function bodyOf(message: Message, { lorawan, mqtt, raw }: DownlinkConfig): Promise<DownlinkBody> {
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
  return value === undefined ? "nothing" : excerpt(JSON.stringify(value), 60);
}

// POST /v3/devices/{id}/downlink: what a body must hold, and what reaches the device. What it is not: the device's
// reaction (devices/*.ts).
import type { SimulatedDevice } from "../building.ts";
import type { DeviceCommand, DeviceModel } from "../devices/model.ts";
import { isRecord } from "../sample.ts";
import { RestError } from "./answer.ts";
import type { Answer } from "./answer.ts";
import { deviceOf } from "./call.ts";
import type { RestCall } from "./call.ts";

/** A downlink that was accepted. */
export interface Downlink {
  readonly at: number;
  /** akenza id. */
  readonly deviceId: string;
  /** The body as it was posted. */
  readonly body: unknown;
  /** What the device gets, after the type's encoder. */
  readonly command: DeviceCommand;
  /** Whether the device knows the command; one it does not know is accepted all the same. */
  readonly isUnderstood: boolean;
}

/** Accepts a downlink that the device could get; the answer is 204, or 200 with a body. */
export function acceptDownlink(call: RestCall): Answer {
  const device = deviceOf(call);
  const { body, context } = call;
  if (!isRecord(body)) throw new RestError(400, "The body must be a JSON object");
  const command = readCommand(body, device, context.building.resident(device.id)?.model);
  const id = context.downlinks.accept(device, body, command);
  const { status } = context.downlinks;
  return status === 204 ? { status } : { status, body: { id } };
}

function readCommand(body: Record<string, unknown>, device: SimulatedDevice, model?: DeviceModel): DeviceCommand {
  const { raw = false, loraDownlink, mqttDownlink } = body;
  if (typeof raw !== "boolean") throw new RestError(400, "raw must be true or false");
  const { connectivity } = device;
  if (connectivity !== "LORA" && connectivity !== "MQTT") {
    throw new RestError(400, `Downlinks are not supported for connectivity ${connectivity}`);
  }
  if (isRecord(loraDownlink) === isRecord(mqttDownlink)) {
    throw new RestError(400, "The body needs one of loraDownlink and mqttDownlink");
  }
  if (connectivity === "LORA") {
    if (!isRecord(loraDownlink)) throw new RestError(400, "A device of connectivity LORA needs a loraDownlink");
    return readLora(loraDownlink, raw, model);
  }
  if (!isRecord(mqttDownlink)) throw new RestError(400, "A device of connectivity MQTT needs a mqttDownlink");
  return readMqtt(mqttDownlink);
}

function readLora(lora: Record<string, unknown>, raw: boolean, model?: DeviceModel): DeviceCommand {
  const { port = 1, payloadHex = null, payload = null, confirmed = false, clearQueue = false } = lora;
  if (typeof port !== "number" || !Number.isInteger(port) || port < 0 || port > 223) {
    throw new RestError(400, "loraDownlink.port must be a whole number from 0 to 223");
  }
  if (typeof confirmed !== "boolean") throw new RestError(400, "loraDownlink.confirmed must be true or false");
  if (typeof clearQueue !== "boolean") throw new RestError(400, "loraDownlink.clearQueue must be true or false");
  if ((payloadHex === null) === (payload === null)) {
    throw new RestError(400, "loraDownlink needs one of payloadHex and payload");
  }
  if (payloadHex !== null) {
    if (typeof payloadHex !== "string" || !/^(?:[0-9a-fA-F]{2})+$/.test(payloadHex)) {
      throw new RestError(400, "loraDownlink.payloadHex must be hex bytes");
    }
    return { kind: "lora", port, payloadHex: payloadHex.toLowerCase(), confirmed };
  }
  if (!isRecord(payload)) throw new RestError(400, "loraDownlink.payload must be an object");
  if (raw) throw new RestError(400, "A raw downlink needs loraDownlink.payloadHex");
  return encode(payload, { port: lora["port"] === undefined ? undefined : port, confirmed }, model);
}

function encode(
  payload: Record<string, unknown>,
  wanted: { readonly port: number | undefined; readonly confirmed: boolean },
  model?: DeviceModel,
): DeviceCommand {
  if (!model?.encode) throw new RestError(400, "The device type has no downlink encoder");
  try {
    const encoded = model.encode(payload);
    const { port = encoded.port, confirmed } = wanted;
    return { kind: "lora", port, payloadHex: encoded.payloadHex, confirmed: confirmed || encoded.confirmed };
  } catch (cause) {
    throw new RestError(400, `The downlink encoder failed: ${(cause as Error).message}`);
  }
}

function readMqtt(mqtt: Record<string, unknown>): DeviceCommand {
  const { topic, payload, contentType = "JSON" } = mqtt;
  if (typeof topic !== "string" || topic === "") throw new RestError(400, "mqttDownlink.topic is required");
  if (!isRecord(payload)) throw new RestError(400, "mqttDownlink.payload must be an object");
  if (contentType !== "JSON") throw new RestError(400, 'mqttDownlink.contentType must be "JSON"');
  return { kind: "mqtt", topic, payload };
}

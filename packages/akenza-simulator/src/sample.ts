import { SimulatorError } from "./errors.ts";
import { timeKey } from "./timestamps.ts";

/** One data point as akenza sends it; unique by device, topic and timestamp. */
export interface Sample {
  /** The akenza id of the device (16 hex digits, prefix 02), not its physical id. */
  readonly deviceId: string;
  readonly topic: string;
  /** ISO 8601, UTC, up to nanoseconds. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A sample to be sent: `topic` is "default" and `timestamp` is now unless given. */
export interface SampleInput {
  readonly deviceId: string;
  readonly topic?: string;
  readonly timestamp?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads a sample from outside; `at` says where it was found ("line 3", "samples[2]"). */
export function readSampleInput(value: unknown, at: string): SampleInput {
  const fail = (what: string): never => {
    throw new SimulatorError("SIMULATOR_SAMPLE_INVALID", `${at}: ${what}`);
  };
  if (!isRecord(value)) return fail("a sample is a JSON object");
  const { deviceId, topic, timestamp, data } = value;
  if (typeof deviceId !== "string" || deviceId === "") return fail("deviceId must be the akenza id of a device");
  if (!isRecord(data)) return fail("data must be an object");
  if (topic !== undefined && (typeof topic !== "string" || topic === "")) return fail("topic must be a text");
  if (timestamp !== undefined && (typeof timestamp !== "string" || timeKey(timestamp) === undefined)) {
    return fail("timestamp must be an ISO 8601 time with a zone");
  }
  return {
    deviceId,
    data,
    ...(topic === undefined ? {} : { topic }),
    ...(timestamp === undefined ? {} : { timestamp }),
  };
}

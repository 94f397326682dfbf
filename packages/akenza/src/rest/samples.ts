import { z } from "zod";
import { canonicalTimestamp } from "../timestamp.ts";
import type { RestClient, RestRequest } from "./client.ts";
import { invalidAnswer } from "./problems.ts";

/** A sample as akenza's history has it. */
export interface StoredSample {
  readonly topic: string;
  /** Canonical, see timestamp.ts. */
  readonly timestamp: string;
  /** When akenza stored it, canonical; undefined where akenza does not say. */
  readonly dateStored: string | undefined;
  /** As the socket would have sent it. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface SampleQuery {
  readonly device: string;
  /** Default `*`, all topics. */
  readonly topic?: string;
  /** Milliseconds since the epoch, inclusive. */
  readonly fromMs?: number;
  /** Exclusive. */
  readonly beforeMs?: number;
  /** Default 8000, the most akenza is known to give. */
  readonly limit?: number;
  readonly skip?: number;
}

const shape = z.array(
  z.looseObject({
    deviceId: z.string().optional(),
    akenzaDeviceId: z.string().optional(),
    topic: z.string().default("default"),
    timestamp: z.string(),
    dateStored: z.string().optional(),
    data: z.unknown(),
  }),
);

/** The stored samples of a device, newest first. Throws as RestClient.read does. */
export async function querySamples(
  rest: RestClient,
  query: SampleQuery,
  signal: AbortSignal,
): Promise<readonly StoredSample[]> {
  const { device, topic = "*", fromMs, beforeMs, limit = 8000, skip = 0 } = query;
  const timestamp = {
    ...(fromMs === undefined ? {} : { gte: new Date(fromMs).toISOString() }),
    ...(beforeMs === undefined ? {} : { lt: new Date(beforeMs).toISOString() }),
  };
  const request: RestRequest = {
    method: "POST",
    path: `/v3/devices/${encodeURIComponent(device)}/query`,
    body: { topic, limit, skip, ...(Object.keys(timestamp).length === 0 ? {} : { timestamp }) },
    priority: "backfill",
  };
  const result = shape.safeParse(await rest.read(request, signal));
  if (!result.success) throw invalidAnswer(request, "it is no list of samples");
  return result.data.map(({ topic, timestamp, dateStored, data, ...ids }) => {
    const canonical = canonicalTimestamp(timestamp);
    if (canonical === undefined) throw invalidAnswer(request, "a sample has no timestamp in ISO 8601");
    const deviceId = ids.deviceId ?? ids.akenzaDeviceId ?? device;
    return {
      topic,
      timestamp: canonical,
      dateStored: dateStored === undefined ? undefined : canonicalTimestamp(dateStored),
      body: { deviceId, topic, timestamp: timestamp.replace(/\+00:00$/, "Z"), data },
    };
  });
}

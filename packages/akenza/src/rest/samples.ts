import { z } from "zod";
import type { RestClient, RestRequest } from "./client.ts";
import { invalidAnswer } from "./problems.ts";

/** A sample as akenza's history has it. */
export interface StoredSample {
  readonly deviceId: string;
  readonly topic: string;
  readonly timestamp: string;
  readonly data: unknown;
  /** When akenza stored it. */
  readonly dateStored?: string | undefined;
}

export interface SampleQuery {
  readonly device: string;
  /** Default `*`, all topics. */
  readonly topic?: string;
  /** ISO 8601; exclusive lower and inclusive upper bound. */
  readonly after?: string;
  readonly until?: string;
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
  const { device, topic = "*", after, until, limit = 8000, skip = 0 } = query;
  const timestamp = { ...(after === undefined ? {} : { gt: after }), ...(until === undefined ? {} : { lte: until }) };
  const request: RestRequest = {
    method: "POST",
    path: `/v3/devices/${encodeURIComponent(device)}/query`,
    body: { topic, limit, skip, ...(Object.keys(timestamp).length === 0 ? {} : { timestamp }) },
    priority: "backfill",
  };
  const result = shape.safeParse(await rest.read(request, signal));
  if (!result.success) throw invalidAnswer(request, "it is no list of samples");
  return result.data.map((each) => ({
    ...each,
    deviceId: each.deviceId ?? each.akenzaDeviceId ?? device,
    data: each.data,
  }));
}

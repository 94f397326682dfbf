import type { HistoryQuery, StoredSample } from "../history.ts";
import { isRecord } from "../sample.ts";
import { isoOf, timeKey, withOffset } from "../timestamps.ts";
import { RestError } from "./answer.ts";
import type { Answer } from "./answer.ts";
import { natural } from "./page.ts";
import { deviceOf } from "./call.ts";
import type { RestCall } from "./call.ts";

const DEFAULTS = { topic: "default", limit: 8000, skip: 0 } as const;
const BOUNDS = ["gte", "lte", "gt", "lt"] as const;

/** POST /v3/devices/{id}/query: samples newest first. */
export function queryByBody(call: RestCall): Answer {
  const device = deviceOf(call);
  const body = call.body ?? {};
  if (!isRecord(body)) throw new RestError(400, "The body must be a JSON object");
  const { topic = DEFAULTS.topic, limit = DEFAULTS.limit, skip = DEFAULTS.skip } = body;
  if (typeof topic !== "string") throw new RestError(400, "topic must be a text");
  const query = {
    topic,
    limit: whole("limit", limit, 1),
    skip: whole("skip", skip, 0),
    ...readBounds(body["timestamp"]),
  };
  return samples(call, device.id, query);
}

/** GET /v3/devices/{id}/query?topic=&limit=&skip= */
export function queryByUrl(call: RestCall): Answer {
  const device = deviceOf(call);
  const read = (name: "limit" | "skip", least: number) => {
    const text = call.query.get(name);
    return text === null ? DEFAULTS[name] : whole(name, natural(text, least), least);
  };
  const topic = call.query.get("topic") ?? DEFAULTS.topic;
  return samples(call, device.id, { topic, limit: read("limit", 1), skip: read("skip", 0) });
}

/** GET /v3/devices/{id}/query/topics */
export function topicsOf(call: RestCall): Answer {
  return { status: 200, body: call.context.history.topics(deviceOf(call).id) };
}

/** GET /v3/devices/{id}/query/latest-sample: 404 while there is none. */
export function latestSample(call: RestCall): Answer {
  const device = deviceOf(call);
  const latest = call.context.history.latest(device.id);
  if (!latest) throw new RestError(404, `Device with id ${device.id} has no sample yet`);
  return { status: 200, body: sampleJson(latest, call.context.restTimes) };
}

function samples({ context }: RestCall, deviceId: string, query: HistoryQuery): Answer {
  const rows = context.history.query(deviceId, query);
  return { status: 200, body: rows.map((row) => sampleJson(row, context.restTimes)) };
}

function sampleJson({ sample, storedAt }: StoredSample, times: "Z" | "offset"): object {
  const spell = times === "Z" ? (text: string) => text : withOffset;
  return {
    timestamp: spell(sample.timestamp),
    dateStored: spell(isoOf(storedAt)),
    deviceId: sample.deviceId,
    data: sample.data,
    topic: sample.topic,
  };
}

function readBounds(value: unknown): Pick<HistoryQuery, (typeof BOUNDS)[number]> {
  if (value === undefined || value === null) return {};
  if (!isRecord(value)) throw new RestError(400, "timestamp must be an object of gte, lte, gt, lt");
  const bounds: Partial<Record<(typeof BOUNDS)[number], string>> = {};
  for (const name of BOUNDS) {
    const text = value[name];
    if (text === undefined || text === null) continue;
    const key = typeof text === "string" ? timeKey(text) : undefined;
    if (key === undefined) throw new RestError(400, `timestamp.${name} must be an ISO 8601 time with a zone`);
    bounds[name] = key;
  }
  return bounds;
}

function whole(name: string, value: unknown, least: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= least) return value;
  throw new RestError(400, `${name} must be a whole number from ${least} on`);
}

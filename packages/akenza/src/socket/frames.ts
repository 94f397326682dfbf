import { excerpt } from "@signalbox/core";
import { canonicalTimestamp } from "../timestamp.ts";

/** What a pipeline subscribes to on the socket. */
export interface Target {
  readonly kind: "asset" | "tag";
  readonly id: string;
  /** A topic name, or `*` for all. */
  readonly topic: string;
}

/** A data point as it arrived. */
export interface Sample {
  readonly device: string;
  readonly topic: string;
  /** UTC with nine fraction digits; with device and topic it identifies the sample. */
  readonly timestamp: string;
  /** The sample as akenza sent it. */
  readonly body: Readonly<Record<string, unknown>>;
}

type Body = Readonly<Record<string, unknown>>;

/** A frame of the data stream, read. `body` is the whole frame. */
export type Frame =
  | { readonly kind: "sample"; readonly sample: Sample }
  | { readonly kind: "connected"; readonly body: Body }
  | {
      readonly kind: "subscribed" | "unsubscribed";
      readonly body: Body;
      readonly replyTo: number | undefined;
      readonly entries: readonly Entry[];
    }
  | { readonly kind: "error"; readonly body: Body; readonly replyTo: number | undefined; readonly message: string }
  | { readonly kind: "pong"; readonly body: Body }
  | { readonly kind: "unknown"; readonly body: Body; readonly type: string }
  | { readonly kind: "malformed"; readonly reason: string }
  | { readonly kind: "binary"; readonly sizeBytes: number };

/** One line of a `subscribed` answer. */
export interface Entry {
  readonly target: Target;
  readonly isValid: boolean;
}

/** Reads a text frame; never throws. The JSON is parsed once: a sample's body is the parsed object itself. */
export function readFrame(text: string): Frame {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { kind: "malformed", reason: "not JSON" };
  }
  if (!isObject(body)) return { kind: "malformed", reason: "not a JSON object" };
  if (body.type === "sample_insert") return readSample(body.sample);
  return readOther(body);
}

function readSample(body: unknown): Frame {
  if (!isObject(body)) return { kind: "malformed", reason: "sample_insert without a sample" };
  // REST answers of older date spell the id so; the socket may too.
  const device = body.deviceId ?? body.akenzaDeviceId;
  if (typeof device !== "string" || device === "") return { kind: "malformed", reason: "a sample without deviceId" };
  const topic = body.topic ?? "default";
  if (typeof topic !== "string") return { kind: "malformed", reason: "a sample whose topic is no text" };
  const timestamp = typeof body.timestamp === "string" ? canonicalTimestamp(body.timestamp) : undefined;
  if (timestamp === undefined) return { kind: "malformed", reason: "a sample without a timestamp in ISO 8601" };
  return { kind: "sample", sample: { device, topic, timestamp, body } };
}

function readOther(body: Body): Frame {
  switch (body.type) {
    case "connected":
    case "pong":
      return { kind: body.type, body };
    case "subscribed":
    case "unsubscribed":
      return { kind: body.type, body, replyTo: replyTo(body), entries: readEntries(body.subscriptions) };
    case "error":
      return { kind: "error", body, replyTo: replyTo(body), message: textOf(body.message) };
    default:
      return { kind: "unknown", body, type: typeof body.type === "string" ? body.type : "(none)" };
  }
}

function readEntries(list: unknown): readonly Entry[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((each: unknown): readonly Entry[] => {
    if (!isObject(each)) return [];
    const topic = typeof each.topic === "string" ? each.topic : "*";
    const isValid = each.valid !== false;
    if (typeof each.assetId === "string") return [{ target: { kind: "asset", id: each.assetId, topic }, isValid }];
    if (typeof each.tagId === "string") return [{ target: { kind: "tag", id: each.tagId, topic }, isValid }];
    return [];
  });
}

/** The wire form of a target. */
export function toSubscription(target: Target): Record<string, string> {
  return target.kind === "asset"
    ? { assetId: target.id, topic: target.topic }
    : { tagId: target.id, topic: target.topic };
}

function replyTo(body: Body): number | undefined {
  return typeof body.replyTo === "number" ? body.replyTo : undefined;
}

function textOf(message: unknown): string {
  return typeof message === "string" ? excerpt(message, 300) : "(no text)";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// The pipelines under test, and what of the outside world's events is due where. Not here: how events come about.
import type { Item } from "./book.ts";
import type { Random } from "@signalbox/core/testing";
import type { StoredSample } from "./traffic.ts";

/** A device that sends samples; the tagged ones carry `chaosTag`. */
export interface ChaosDevice {
  readonly id: string;
  readonly isTagged: boolean;
}

export const chaosTag = "7100000000000001";

export const devices: readonly ChaosDevice[] = Array.from({ length: 24 }, (_, index) => ({
  id: `02c0a5${index.toString(16).padStart(10, "0")}`,
  isTagged: index >= 10 && index < 18,
}));

/** Some devices are followed by one pipeline, some by two. */
const filteredIds = idsBetween(0, 12);
const dividedIds = idsBetween(8, 24);

/** Devices that call the webhook, each waiting for its answer before the next call. */
export const callingDevices = ["door-1", "door-2", "door-3", "door-4"] as const;

export const httpReceivers = [
  { name: "filtered", hasOwnKeys: true },
  { name: "left", hasOwnKeys: true },
  { name: "right", hasOwnKeys: false },
  { name: "called", hasOwnKeys: true },
] as const;
export const liveReceiver = "live";
export const receiverNames = [...httpReceivers.map(({ name }) => name), liveReceiver] as const;

/** How many messages a sample is divided into. */
export const partCount = 2;

/** What the receiving system of this name gets of a sample, in order; none when the sample is not for it. */
export function itemsOf(receiver: string, sample: StoredSample): readonly Item[] {
  const { device, topic, time, number } = sample;
  const item = (id: string): Item => ({ id, device, topic, time, group: device });
  switch (receiver) {
    case "filtered":
      return filteredIds.has(device) && number % 4 !== 0 ? [item(`${number}`)] : [];
    case "left":
    case "right":
      return dividedIds.has(device) ? partsOf(number).map(item) : [];
    case liveReceiver:
      return isTagged(device) ? [item(`${number}`)] : [];
    default:
      return [];
  }
}

export function partsOf(number: number): readonly string[] {
  return Array.from({ length: partCount }, (_, part) => `${number}.${part}`);
}

/** Messages of a pipeline that are in flight, at most. */
export const mostInFlight = 200;

/** What a receiving system is sent of them. */
export function mostInFlightAt(receiver: string): number {
  return receiver === "left" || receiver === "right" ? mostInFlight * partCount : mostInFlight;
}

export interface ProjectOptions {
  readonly httpUrl: string;
  readonly liveUrl: string;
  /** Grows with every reload: texts of different revisions differ and mean the same. */
  readonly revision: number;
  readonly form: ProjectForm;
}

/** What differs from seed to seed. */
export interface ProjectForm {
  /** Whether one pipeline carries its messages through the queue. */
  readonly isQueued: boolean;
  /** Whether some receiving systems reject what they are sent, now and then. */
  readonly hasRejections: boolean;
}

export function drawForm(random: Random): ProjectForm {
  return { isQueued: random.chance(0.5), hasRejections: random.chance(0.5) };
}

const settings = `version: 1
shutdownTimeout: 4s
`;

/** The project's files by path. */
export function projectFiles(options: ProjectOptions): Readonly<Record<string, string>> {
  return {
    "signalbox.yaml": settings,
    "pipelines/samples.yaml": samplePipelines(options),
    "pipelines/calls.yaml": callPipeline(options),
  };
}

const shape = (id: string): string =>
  `'{ "id": ${id}, "device": $meta.device, "topic": $meta.topic, "time": $meta.time, "takenAt": $toMillis($meta.receivedAt), "backfilled": $lookup($meta, "backfilled") = true }'`;

// The retries end with the run: only what a receiving system rejects becomes a dead letter.
const retry = (revision: number): string => `{ attempts: 1000, backoff: ${100 + revision}ms, maxBackoff: 1s }`;

/** 529 would be tried again. */
const responses = "responses: { reject: [529] }";

function samplePipelines({ httpUrl, liveUrl, revision, form }: ProjectOptions): string {
  return `name: filtered
maxInFlight: ${mostInFlight}
delivery: ${form.isQueued ? "queued" : "direct"}
source: { akenza: { subscribe: [{ asset: [${quoted(filteredIds)}] }] } }
steps:
  - filter: data.number % 4 != 0
  - transform: ${shape("$string(data.number)")}
sinks:
  - http: { url: "${httpUrl}/filtered", headers: { x-revision: "${revision}" }, ${responses} }
    name: filtered
    timeout: 5s
    retry: ${retry(revision)}
---
name: tagged
maxInFlight: ${mostInFlight}
source: { akenza: { subscribe: [{ tag: "${chaosTag}" }] } }
steps:
  - transform: ${shape("$string(data.number)")}
sinks:
  - websocket: { url: "${liveUrl}" }
    name: live
    timeout: 3s
    retry: ${retry(revision)}
---
name: divided
maxInFlight: ${mostInFlight}
source: { akenza: { subscribe: [{ asset: [${quoted(dividedIds)}] }] } }
steps:
  - split: data.parts
  - transform: ${shape("$")}
sinks:
  - http: { url: "${httpUrl}/left", ${responses} }
    name: left
    timeout: 2s
    retry: ${retry(revision)}
  - http: { url: "${httpUrl}/right", ${responses} }
    name: right
    timeout: 8s
    batch: { count: 20, linger: 50ms }
    retry: ${retry(revision)}
`;
}

function callPipeline({ httpUrl, revision }: ProjectOptions): string {
  return `name: called
maxInFlight: ${mostInFlight}
source:
  webhook: { path: /calls/:device, device: $meta.request.params.device, topic: '"call"' }
steps:
  - transform: ${shape("id")}
sinks:
  - http: { url: "${httpUrl}/called", ${responses} }
    name: called
    timeout: 5s
    retry: ${retry(revision)}
`;
}

function idsBetween(from: number, to: number): ReadonlySet<string> {
  return new Set(devices.slice(from, to).map(({ id }) => id));
}

function quoted(ids: ReadonlySet<string>): string {
  return [...ids].map((id) => `"${id}"`).join(", ");
}

function isTagged(id: string): boolean {
  return devices.some((device) => device.id === id && device.isTagged);
}

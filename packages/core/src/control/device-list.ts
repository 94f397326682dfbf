// The devices of all connections as one list. Not here: what a connection knows of them (component/heard.ts).
import type { HeardDevice } from "../component/heard.ts";
import { SignalboxError } from "../errors/error.ts";
import type { Engine } from "../runtime/engine.ts";
import { shownBody } from "../runtime/record/shown.ts";
import { given } from "./given.ts";

export interface DeviceQuery {
  /** Part of the id, or of a pipeline's name. */
  readonly search?: string | undefined;
  readonly pipeline?: string | undefined;
  readonly connection?: string | undefined;
  /** Only those that have fallen silent. */
  readonly silent?: boolean | undefined;
  /** Continue behind this id. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** A device in a list. Times are ISO 8601. */
export interface DeviceSummary {
  readonly device: string;
  readonly connections: readonly string[];
  readonly pipelines: readonly string[];
  readonly topics: number;
  /** Of all topics. */
  readonly sampleAt?: string;
  /** Of the topic that comes most often. */
  readonly usualMs?: number;
  readonly isSilent: boolean;
  readonly gaps: number;
}

export interface DeviceList {
  /** In the order of their ids. */
  readonly devices: readonly DeviceSummary[];
  /** How many there are on all pages. */
  readonly total: number;
  /** How many of all are silent. */
  readonly silent: number;
  /** Present when there are more: what to ask for in `after`. */
  readonly next?: string;
}

/** What is known of a device, by connection. */
export interface DeviceDetail {
  readonly device: string;
  readonly connections: readonly (Omit<HeardDevice, "device"> & { readonly connection: string })[];
}

type Heard = HeardDevice & { readonly connection: string };

export function listDevices(engine: Pick<Engine, "connections">, query: DeviceQuery): DeviceList {
  const all = byId(heard(engine));
  const wanted = [...all].filter(([, each]) => isWanted(each, query)).map(([, each]) => summaryOf(each));
  const sorted = wanted.toSorted((a, b) => (a.device < b.device ? -1 : 1));
  const { after, limit } = query;
  const from = after === undefined ? 0 : sorted.findIndex(({ device }) => device > after);
  const devices = from === -1 ? [] : sorted.slice(from, from + limit);
  const last = devices.at(-1);
  const isMore = from !== -1 && from + limit < sorted.length;
  return {
    devices,
    total: sorted.length,
    silent: sorted.filter(({ isSilent }) => isSilent).length,
    ...(isMore && last !== undefined && { next: last.device }),
  };
}

/** Fails with CONTROL_DEVICE_UNKNOWN for one that was never heard, and that no pipeline asks for. */
export function deviceOf(engine: Pick<Engine, "connections">, device: string): DeviceDetail {
  const connections = engine.connections().flatMap(({ name, connection }) => {
    const found = connection.devices?.get(device);
    if (found === undefined) return [];
    const { pipelines, streams, gaps } = found;
    return {
      connection: name,
      pipelines,
      gaps,
      streams: streams.map((each) => ({ ...each, body: shownBody(each.body) })),
    };
  });
  if (connections.length > 0) return { device, connections };
  throw new SignalboxError("CONTROL_DEVICE_UNKNOWN", `no device "${device}" was heard here`);
}

function heard(engine: Pick<Engine, "connections">): readonly Heard[] {
  return engine
    .connections()
    .flatMap(({ name, connection }) =>
      (connection.devices?.all() ?? []).map((each) => ({ ...each, connection: name })),
    );
}

/** One device may be heard over several connections. */
function byId(all: readonly Heard[]): ReadonlyMap<string, readonly Heard[]> {
  const groups = new Map<string, Heard[]>();
  for (const each of all) {
    const group = groups.get(each.device);
    if (group === undefined) groups.set(each.device, [each]);
    else group.push(each);
  }
  return groups;
}

function isWanted(all: readonly Heard[], { search, pipeline, connection, silent }: DeviceQuery): boolean {
  const text = search?.toLowerCase();
  return all.some(
    (each) =>
      (text === undefined || [each.device, ...each.pipelines].some((name) => name.toLowerCase().includes(text))) &&
      (pipeline === undefined || each.pipelines.includes(pipeline)) &&
      (connection === undefined || each.connection === connection) &&
      (silent !== true || each.streams.some(({ isSilent }) => isSilent)),
  );
}

function summaryOf(all: readonly Heard[]): DeviceSummary {
  const streams = all.flatMap((each) => each.streams);
  const usual = streams.flatMap(({ cadence }) => cadence?.usualMs ?? []);
  return given({
    device: all[0]?.device ?? "",
    connections: all.map(({ connection }) => connection),
    pipelines: [...new Set(all.flatMap(({ pipelines }) => pipelines))],
    topics: streams.length,
    sampleAt: streams
      .map((each) => each.sampleAt)
      .toSorted()
      .at(-1),
    usualMs: usual.length === 0 ? undefined : Math.min(...usual),
    isSilent: streams.some((each) => each.isSilent),
    gaps: all.reduce((sum, { gaps }) => sum + gaps.length, 0),
  });
}

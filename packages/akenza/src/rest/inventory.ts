import { z } from "zod";
import type { RestClient, RestRequest } from "./client.ts";
import { invalidAnswer } from "./problems.ts";
import type { Priority } from "./priority.ts";

const reference = z.object({ id: z.string(), name: z.string().nullish() });

/** What is read of a device; akenza sends much more. */
const deviceShape = z.object({
  id: z.string(),
  name: z.string().nullish(),
  connectivity: z.string().nullish(),
  workspaceId: z.string().nullish(),
  tags: z.array(z.object({ id: z.string() })).nullish(),
  dataFlow: z.object({ deviceType: reference.nullish() }).nullish(),
  /** Of its latest uplink. */
  uplinkMetrics: z.object({ timestamp: z.string().nullish() }).nullish(),
});
const pageShape = z.object({
  content: z.array(z.unknown()),
  last: z.boolean().optional(),
  totalPages: z.number().optional(),
});
const placeShape = z.object({ id: z.string(), workspaceId: z.string().optional() });

/** A device as akenza's inventory knows it. */
export type Device = z.output<typeof deviceShape>;

/** Which devices to list; at least the workspace or the organization narrows every list of akenza's. */
export interface DeviceFilter {
  readonly workspaceId?: string;
  readonly organizationId?: string;
  readonly tag?: string;
  /** Pages of 200 that are read at most; default 5,000. */
  readonly maxPages?: number;
}

const pageSize = 200;
/** A million devices; a server that never says `last` must not be read for ever. */
const mostPages = 5_000;

/** All devices that match, page after page. Throws as RestClient.read does. */
export async function listDevices(
  rest: RestClient,
  filter: DeviceFilter,
  signal: AbortSignal,
): Promise<readonly Device[]> {
  const devices: Device[] = [];
  const { maxPages = mostPages } = filter;
  for (let page = 0; page < maxPages; page += 1) {
    const request: RestRequest = {
      method: "GET",
      path: "/v3/assets",
      query: {
        workspaceId: filter.workspaceId,
        organizationId: filter.organizationId,
        type: "DEVICE",
        "tags.ids": filter.tag,
        page,
        size: pageSize,
        sort: "name,asc",
      },
      priority: "inventory",
    };
    const { content, last, totalPages } = check(pageShape, await rest.read(request, signal), request);
    for (const each of content) devices.push(noted(rest, check(deviceShape, each, request)));
    if (content.length === 0 || last === true || (totalPages !== undefined && page + 1 >= totalPages)) break;
  }
  return devices;
}

/** One device by its akenza id. Throws as RestClient.read does. */
export async function readDevice(rest: RestClient, id: string, signal: AbortSignal): Promise<Device> {
  const request = deviceRequest(id, "inventory");
  return noted(rest, check(deviceShape, await rest.read(request, signal), request));
}

/** The same for a command that waits for it: asked once, and before everything that is no command. */
export async function lookUpDevice(rest: RestClient, id: string, signal: AbortSignal): Promise<Device> {
  const request = deviceRequest(id, "command");
  return noted(rest, check(deviceShape, await rest.read(request, signal, 1), request));
}

function deviceRequest(id: string, priority: Priority): RestRequest {
  return { method: "GET", path: `/v3/devices/${encodeURIComponent(id)}`, priority };
}

function noted(rest: RestClient, device: Device): Device {
  rest.connectivities.note(device);
  return device;
}

/** The workspace a tag belongs to. */
export async function workspaceOfTag(rest: RestClient, tag: string, signal: AbortSignal): Promise<string> {
  const request: RestRequest = { method: "GET", path: `/v3/tags/${encodeURIComponent(tag)}`, priority: "inventory" };
  const { workspaceId } = check(placeShape, await rest.read(request, signal), request);
  if (workspaceId === undefined) throw invalidAnswer(request, "the tag names no workspace");
  return workspaceId;
}

/** The organization of the key. */
export async function organizationOfKey(rest: RestClient, signal: AbortSignal): Promise<string> {
  const request: RestRequest = {
    method: "GET",
    path: "/v3/organizations",
    query: { size: 1, minimal: "true" },
    priority: "inventory",
  };
  const { content } = check(pageShape, await rest.read(request, signal), request);
  const [first] = content;
  if (first === undefined) throw invalidAnswer(request, "the key sees no organization");
  return check(placeShape, first, request).id;
}

function check<T>(shape: z.ZodType<T>, answer: unknown, request: RestRequest): T {
  const result = shape.safeParse(answer);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalidAnswer(request, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "unexpected shape"}`);
}
